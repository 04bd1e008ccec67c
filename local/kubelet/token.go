package kubelet

import (
	"context"
	"fmt"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// token is one of a pod's service account, with the time when it is replaced.
type token struct {
	text  string
	until time.Time
}

// token returns a token of the pod's service account that is bound to the pod, for as long as a kubelet keeps one: until it has lived for
// four fifths of its time or for a day.
func (v *volumes) token(ctx context.Context, volume string, source *corev1.ServiceAccountTokenProjection) (string, error) {
	id := volume + "/" + source.Path
	if kept := v.tokens[id]; kept != nil && time.Now().Before(kept.until) {
		return kept.text, nil
	}
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{
		ExpirationSeconds: source.ExpirationSeconds,
		BoundObjectRef:    &authenticationv1.BoundObjectReference{APIVersion: "v1", Kind: "Pod", Name: v.object.Name, UID: v.object.UID},
	}}
	if source.Audience != "" {
		request.Spec.Audiences = []string{source.Audience}
	}
	account, asked := v.object.Spec.ServiceAccountName, time.Now()
	answer, err := v.Client.CoreV1().ServiceAccounts(v.object.Namespace).CreateToken(ctx, account, request, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("asking for a token of service account %s/%s: %w", v.object.Namespace, account, err)
	}
	life := answer.Status.ExpirationTimestamp.Sub(asked)
	v.tokens[id] = &token{answer.Status.Token, asked.Add(min(life*4/5, 24*time.Hour))}
	return answer.Status.Token, nil
}
