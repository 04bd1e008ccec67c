package store

import (
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/local/testcluster"
)

// TestTokensOfACluster has a real API server sign and review the tokens.
func TestTokensOfACluster(t *testing.T) {
	plane, config := testcluster.Start(t, func(string) string { return "" })
	cluster, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	ctx := t.Context()
	for _, namespace := range []string{"models", "elsewhere"} {
		_, err := cluster.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}},
			metav1.CreateOptions{})
		require.NoError(t, err)
		_, err = cluster.CoreV1().ServiceAccounts(namespace).Create(ctx, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "churn"}},
			metav1.CreateOptions{})
		require.NoError(t, err)
	}
	token := func(namespace, audience string) string {
		request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{Audiences: []string{audience}}}
		made, err := cluster.CoreV1().ServiceAccounts(namespace).CreateToken(ctx, "churn", request, metav1.CreateOptions{})
		require.NoError(t, err)
		return made.Status.Token
	}
	s := start(t, testAccount(t), ClusterReviewer(cluster))
	keep(t, administrator(t, s), "churn/1/model.bin", "weights")
	mine := token("models", iamdoc.Audience)
	content, err := get(ctx, client(s, sdk.NewCredentialsCache(assuming(s, "churn", mine))), "churn/1/model.bin")
	require.NoError(t, err)
	require.Equal(t, "weights", content)

	_, err = assuming(s, "churn", token("elsewhere", iamdoc.Audience)).Retrieve(ctx)
	requireCode(t, err, "AccessDenied", "system:serviceaccount:elsewhere:churn")
	_, err = assuming(s, "churn", token("models", "https://kubernetes.default.svc")).Retrieve(ctx)
	requireCode(t, err, "InvalidIdentityToken", "not one of the cluster's")
	_, err = assuming(s, "churn", plane.Token).Retrieve(ctx)
	requireCode(t, err, "InvalidIdentityToken")
	require.NoError(t, cluster.CoreV1().ServiceAccounts("models").Delete(ctx, "churn", metav1.DeleteOptions{}))
	require.Eventually(t, func() bool { _, err = assuming(s, "churn", mine).Retrieve(ctx); return err != nil }, waiting, tick,
		"the service account is gone")
	requireCode(t, err, "InvalidIdentityToken")
}
