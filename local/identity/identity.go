// Package identity gives pods of the local stack what EKS gives them for AWS: the environment variables and tokens of IAM roles for
// service accounts and of EKS Pod Identity, as EKS' webhook adds them to pods; and, in place of DNS, the addresses of the services on
// this machine.
package identity

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/local/aws"
)

// Endpoints are the URLs of services on this machine that clients are given in place of AWS's.
type Endpoints struct{ S3, STS, PodIdentity string }

// PodIdentityAudience is what the tokens that the agent of EKS Pod Identity takes are meant for, and the service that assumes the roles
// (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html).
const PodIdentityAudience = "pods.eks.amazonaws.com"

// Annotations that the webhook reads, those of a service account and, the last one, of a pod
// (https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html,
// https://github.com/aws/amazon-eks-pod-identity-webhook#eks-walkthrough).
const (
	roleAnnotation       = "eks.amazonaws.com/role-arn"
	audienceAnnotation   = "eks.amazonaws.com/audience"
	expirationAnnotation = "eks.amazonaws.com/token-expiration"
	skipAnnotation       = "eks.amazonaws.com/skip-containers"
)

// Seconds that tokens are valid.
const (
	expiration      = 86400
	leastExpiration = 3600
)

// noAgent is the address of the agent on a node, at which nothing answers on this machine
// (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html).
const noAgent = "http://169.254.170.23/v1/credentials"

// token is a projected token of a service account, and the variables that lead to it.
type token struct {
	volume, folder, file, audience string
	seconds                        int64
	variables                      []corev1.EnvVar
}

// Inject returns a pod as EKS would have admitted it: with the role that the annotations of its service account name, or the one that the
// account associates with the service account, which goes first. Containers keep the variables that they have. The pod that is given
// stays as it is.
func Inject(pod *corev1.Pod, annotations map[string]string, state *aws.State, at Endpoints) *corev1.Pod {
	pod = pod.DeepCopy()
	everywhere := []corev1.EnvVar{
		{Name: "AWS_ENDPOINT_URL_S3", Value: at.S3},
		{Name: "AWS_ENDPOINT_URL_STS", Value: at.STS},
		{Name: "AWS_EC2_METADATA_DISABLED", Value: "true"}, // there are no machines that could answer
	}
	given := tokenOf(pod, annotations, state, at)
	if given != nil {
		pod.Spec.Volumes = append(pod.Spec.Volumes, given.projected())
	}
	skipped := strings.FieldsFunc(pod.Annotations[skipAnnotation], func(r rune) bool { return r == ',' || r == ' ' })
	for _, containers := range [][]corev1.Container{pod.Spec.InitContainers, pod.Spec.Containers} {
		for i := range containers {
			addVariables(&containers[i], everywhere)
			if given != nil && !slices.Contains(skipped, containers[i].Name) {
				addVariables(&containers[i], given.variables)
				mount := corev1.VolumeMount{Name: given.volume, MountPath: given.folder, ReadOnly: true}
				containers[i].VolumeMounts = append(containers[i].VolumeMounts, mount)
			}
		}
	}
	return pod
}

func addVariables(container *corev1.Container, variables []corev1.EnvVar) {
	for _, variable := range variables {
		if !slices.ContainsFunc(container.Env, func(v corev1.EnvVar) bool { return v.Name == variable.Name }) {
			container.Env = append(container.Env, variable)
		}
	}
}

// tokenOf returns what a pod is given for its role; nil where its service account has none.
func tokenOf(pod *corev1.Pod, annotations map[string]string, state *aws.State, at Endpoints) *token {
	region := []corev1.EnvVar{
		{Name: "AWS_STS_REGIONAL_ENDPOINTS", Value: "regional"},
		{Name: "AWS_DEFAULT_REGION", Value: state.Region()},
		{Name: "AWS_REGION", Value: state.Region()},
	}
	serviceAccount := cmp.Or(pod.Spec.ServiceAccountName, "default")
	if association := state.AssociationOf(pod.Namespace, serviceAccount); association != nil {
		agent := at.PodIdentity
		_, onFargate := pod.Labels["eks.amazonaws.com/fargate-profile"]
		if onFargate || state.Get(aws.Addon, association.String("clusterName")+":eks-pod-identity-agent") == nil {
			agent = noAgent // there is one on nodes only, and where its add-on is
		}
		t := &token{volume: "eks-pod-identity-token",
			folder: "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount", file: "eks-pod-identity-token", audience: PodIdentityAudience,
			seconds: expiration}
		t.variables = append(region, corev1.EnvVar{Name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", Value: agent},
			corev1.EnvVar{Name: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", Value: t.folder + "/" + t.file})
		return t
	}
	role := annotations[roleAnnotation]
	if role == "" {
		return nil
	}
	t := &token{volume: "aws-iam-token", folder: "/var/run/secrets/eks.amazonaws.com/serviceaccount", file: "token",
		audience: cmp.Or(annotations[audienceAnnotation], iamdoc.Audience), seconds: expiration}
	if seconds, err := strconv.ParseInt(annotations[expirationAnnotation], 10, 64); err == nil {
		t.seconds = max(seconds, leastExpiration)
	}
	t.variables = append(region, corev1.EnvVar{Name: "AWS_ROLE_ARN", Value: role},
		corev1.EnvVar{Name: "AWS_WEB_IDENTITY_TOKEN_FILE", Value: t.folder + "/" + t.file})
	return t
}

func (t *token) projected() corev1.Volume {
	source := corev1.VolumeProjection{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{
		Audience: t.audience, ExpirationSeconds: &t.seconds, Path: t.file,
	}}
	return corev1.Volume{Name: t.volume, VolumeSource: corev1.VolumeSource{
		Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{source}},
	}}
}
