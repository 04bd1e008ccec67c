package identity_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/identity"
)

var endpoints = identity.Endpoints{S3: "http://127.0.0.1:1", STS: "http://127.0.0.1:1/_sts", PodIdentity: "http://127.0.0.1:1/_pod"}

func pod() *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "models", Name: "churn-0"},
		Spec: corev1.PodSpec{ServiceAccountName: "churn", InitContainers: []corev1.Container{{Name: "storage-initializer"}},
			Containers: []corev1.Container{{Name: "model", Env: []corev1.EnvVar{{Name: "AWS_REGION", Value: "eu-west-1"}}}, {Name: "sidecar"}}},
	}
}

// state is an account with the resources of a change.
func state(t *testing.T, change func(*aws.State)) *aws.State {
	t.Helper()
	account, err := aws.Open(filepath.Join(t.TempDir(), "account.json"))
	require.NoError(t, err)
	require.NoError(t, account.Update(func(s *aws.State) error { change(s); return nil }))
	snapshot, err := account.Snapshot()
	require.NoError(t, err)
	return snapshot
}

func put(s *aws.State, kind, id string, inputs aws.Properties) {
	if s.Resources[kind] == nil {
		s.Resources[kind] = map[string]*aws.Resource{}
	}
	s.Resources[kind][id] = &aws.Resource{Type: kind, ID: id, Status: aws.Active, Inputs: inputs}
}

func associated(s *aws.State) {
	put(s, aws.PodIdentityAssociation, "a-1", aws.Properties{"clusterName": "demo", "namespace": "models", "serviceAccount": "churn",
		"roleArn": "r"})
	put(s, aws.Addon, "demo:eks-pod-identity-agent", aws.Properties{})
}

func variables(c corev1.Container) map[string]string {
	all := map[string]string{}
	for _, v := range c.Env {
		all[v.Name] = v.Value
	}
	return all
}

var everywhere = map[string]string{"AWS_ENDPOINT_URL_S3": endpoints.S3, "AWS_ENDPOINT_URL_STS": endpoints.STS,
	"AWS_EC2_METADATA_DISABLED": "true"}

func TestWithoutARole(t *testing.T) {
	got := identity.Inject(pod(), nil, state(t, func(*aws.State) {}), endpoints)
	require.Equal(t, everywhere, variables(got.Spec.InitContainers[0]))
	require.Empty(t, got.Spec.Volumes)
}

// https://docs.aws.amazon.com/eks/latest/userguide/pod-configuration.html shows what the webhook adds.
func TestRolesForServiceAccounts(t *testing.T) {
	before := pod()
	before.Annotations = map[string]string{"eks.amazonaws.com/skip-containers": "other, sidecar"}
	given := before.DeepCopy()
	annotations := map[string]string{"eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/churn", "eks.amazonaws.com/token-expiration": "60"}
	got := identity.Inject(given, annotations, state(t, func(*aws.State) {}), endpoints)
	require.Equal(t, before, given, "the pod that is given stays")

	projected := got.Spec.Volumes[0].Projected.Sources[0].ServiceAccountToken
	require.Equal(t, "aws-iam-token", got.Spec.Volumes[0].Name)
	require.Equal(t, "sts.amazonaws.com", projected.Audience)
	require.Equal(t, int64(3600), *projected.ExpirationSeconds)
	initializer := variables(got.Spec.InitContainers[0])
	for name, value := range map[string]string{
		"AWS_ROLE_ARN": "arn:aws:iam::1:role/churn", "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
		"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_STS_REGIONAL_ENDPOINTS": "regional",
		"AWS_ENDPOINT_URL_S3": endpoints.S3,
	} {
		require.Equal(t, value, initializer[name], name)
	}
	mount := got.Spec.InitContainers[0].VolumeMounts[0]
	require.Equal(t, corev1.VolumeMount{Name: "aws-iam-token", MountPath: "/var/run/secrets/eks.amazonaws.com/serviceaccount", ReadOnly: true},
		mount)
	require.Equal(t, initializer["AWS_WEB_IDENTITY_TOKEN_FILE"], mount.MountPath+"/"+projected.Path)
	require.Equal(t, "eu-west-1", variables(got.Spec.Containers[0])["AWS_REGION"], "a container keeps what it has")
	require.Equal(t, everywhere, variables(got.Spec.Containers[1]), "one that is skipped has no role")
	require.Empty(t, got.Spec.Containers[1].VolumeMounts)
}

func TestTheRegionIsThatOfTheCluster(t *testing.T) {
	annotations := map[string]string{"eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/churn"}
	abroad := state(t, func(s *aws.State) {
		put(s, aws.Cluster, "demo", aws.Properties{"arn": "arn:aws:eks:eu-central-1:123456789012:cluster/demo"})
	})
	got := identity.Inject(pod(), annotations, abroad, endpoints)
	require.Equal(t, "eu-central-1", variables(got.Spec.InitContainers[0])["AWS_REGION"])
}

func TestPodIdentity(t *testing.T) {
	annotations := map[string]string{"eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/churn"}
	got := identity.Inject(pod(), annotations, state(t, associated), endpoints)
	has := variables(got.Spec.InitContainers[0])
	require.Equal(t, endpoints.PodIdentity, has["AWS_CONTAINER_CREDENTIALS_FULL_URI"])
	require.NotContains(t, has, "AWS_ROLE_ARN", "the association goes before the annotation")
	projected := got.Spec.Volumes[0].Projected.Sources[0].ServiceAccountToken
	require.Equal(t, identity.PodIdentityAudience, projected.Audience)
	require.Equal(t, has["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"], got.Spec.InitContainers[0].VolumeMounts[0].MountPath+"/"+projected.Path)

	agent := func(pod *corev1.Pod, s *aws.State) string {
		return variables(identity.Inject(pod, nil, s, endpoints).Spec.Containers[1])["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
	}
	const nobody = "http://169.254.170.23/v1/credentials"
	onFargate := pod()
	onFargate.Labels = map[string]string{"eks.amazonaws.com/fargate-profile": "models"}
	require.Equal(t, nobody, agent(onFargate, state(t, associated)), "there is no agent on Fargate")
	withoutAgent := state(t, func(s *aws.State) { associated(s); delete(s.Resources[aws.Addon], "demo:eks-pod-identity-agent") })
	require.Equal(t, nobody, agent(pod(), withoutAgent))
	elsewhere := pod()
	elsewhere.Namespace = "default"
	require.Empty(t, agent(elsewhere, state(t, associated)), "the association is that of one namespace")
}
