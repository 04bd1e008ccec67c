package certmanager

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
)

// TestPodsOfTheWebhookHaveOneAuthority lets another pod of the webhook write the CA in the moment before this one does.
func TestPodsOfTheWebhookHaveOneAuthority(t *testing.T) {
	webhook := Webhook{Namespace: "cert-manager", Secret: "ca"}
	other := &cluster{Config: Config{Now: time.Now}, core: fake.NewClientset()}
	others, err := other.webhookAuthority(t.Context(), webhook)
	require.NoError(t, err)
	secret, err := other.core.CoreV1().Secrets("cert-manager").Get(t.Context(), "ca", metav1.GetOptions{})
	require.NoError(t, err)

	client := fake.NewClientset()
	client.PrependReactor("create", "secrets", func(clienttesting.Action) (bool, runtime.Object, error) {
		return false, nil, client.Tracker().Add(secret)
	})
	own, err := (&cluster{Config: Config{Now: time.Now}, core: client}).webhookAuthority(t.Context(), webhook)
	require.NoError(t, err)
	require.Equal(t, others.certificate.Raw, own.certificate.Raw)
}
