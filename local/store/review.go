package store

import (
	"context"
	"errors"
	"slices"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// Names of what a cluster tells of the pod that a token is bound to
// (https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#additional-metadata-in-pod-bound-tokens).
const (
	podNameKey = "authentication.kubernetes.io/pod-name"
	podUIDKey  = "authentication.kubernetes.io/pod-uid"
)

// ClusterReviewer asks a cluster about tokens, with a client that may create token reviews. It finds expired tokens, and those of pods
// and service accounts that are gone.
func ClusterReviewer(client kubernetes.Interface) Reviewer {
	return func(ctx context.Context, token, audience string) (Subject, error) {
		review, err := client.AuthenticationV1().TokenReviews().Create(ctx, &authenticationv1.TokenReview{
			Spec: authenticationv1.TokenReviewSpec{Token: token, Audiences: []string{audience}},
		}, metav1.CreateOptions{})
		if err != nil {
			return Subject{}, err
		}
		status := review.Status
		if !status.Authenticated || !slices.Contains(status.Audiences, audience) {
			return Subject{}, errors.New(strings.TrimSpace("it is not valid " + status.Error))
		}
		rest, isServiceAccount := strings.CutPrefix(status.User.Username, "system:serviceaccount:")
		namespace, name, _ := strings.Cut(rest, ":")
		if !isServiceAccount {
			return Subject{}, errors.New("it is that of " + status.User.Username + " and not of a service account")
		}
		first := func(key string) string { return strings.Join(status.User.Extra[key], "") }
		return Subject{Namespace: namespace, ServiceAccount: name, Pod: first(podNameKey), PodUID: first(podUIDKey)}, nil
	}
}
