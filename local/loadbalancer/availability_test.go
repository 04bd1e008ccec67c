package loadbalancer

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modelway/modelway/local/aws"
)

// TestCredentials requires the role of a service account from its annotation, or from an association that the agent on the nodes can hand
// out.
func TestCredentials(t *testing.T) {
	w := newWorld(t)
	plain := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: "kube-system", Name: "controller"}}
	annotated := plain.DeepCopy()
	annotated.Annotations = map[string]string{roleAnnotation: roleArn}
	of := func(account *corev1.ServiceAccount) (given grant, err error) {
		_ = w.account.View(func(s *aws.State) error {
			given, err = credentials(s, "main", account)
			return nil
		})
		return given, err
	}

	given, err := of(annotated)
	require.NoError(t, err)
	require.Equal(t, grant{role: roleArn, service: "sts"}, given)
	_, err = of(plain)
	require.ErrorContains(t, err, "neither the annotation eks.amazonaws.com/role-arn nor a Pod Identity association")

	associate := func(id, cluster, namespace, name string) {
		w.edit(func(s *aws.State) {
			put(s, aws.PodIdentityAssociation, id, aws.Properties{"clusterName": cluster, "namespace": namespace, "serviceAccount": name,
				"roleArn": roleArn})
		})
	}
	associate("a-1", "main", "models", "controller")
	associate("a-2", "main", "kube-system", "other")
	associate("a-3", "other", "kube-system", "controller")
	_, err = of(plain)
	require.Error(t, err, "associations of other clusters, namespaces and service accounts do not count")

	associate("a-4", "main", "kube-system", "controller")
	_, err = of(plain)
	require.ErrorContains(t, err, "cluster main has no add-on eks-pod-identity-agent, which would hand out those of association a-4")

	w.edit(func(s *aws.State) {
		put(s, aws.Addon, "main:eks-pod-identity-agent", aws.Properties{"clusterName": "main", "addonName": "eks-pod-identity-agent"})
	})
	given, err = of(plain)
	require.NoError(t, err)
	require.Equal(t, grant{role: roleArn, service: "eks-auth"}, given)
}
