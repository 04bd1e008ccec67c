package model

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/lifecycle"
	"github.com/modelway/modelway/internal/serving"
)

// userID is the user "nonroot" of distroless images
// (https://github.com/GoogleContainerTools/distroless/blob/main/base/base.bzl).
const userID = 65532

// gpuResource is what a pod asks for to get a GPU, and the taint that keeps others off its node
// (https://docs.aws.amazon.com/eks/latest/userguide/ml-eks-k8s-device-plugin.html).
const gpuResource = "nvidia.com/gpu"

// newDeployment leaves the number of replicas to the autoscaler: a field that is never applied belongs to whoever sets it,
// so no update resets it. A new Deployment has one replica until the autoscaler sets its minimum, seconds later.
func (b *builder) newDeployment(v serving.Version) (*appsv1.Deployment, error) {
	contract := v.Model.Lifecycle()
	metadata := b.metadata(v)
	metadata.Annotations = pulumi.StringMap{"pulumi.com/timeoutSeconds": pulumi.String(strconv.Itoa(contract.ProgressDeadline))}
	return appsv1.NewDeployment(b.ctx, b.child(v, "deployment"), &appsv1.DeploymentArgs{
		Metadata: metadata,
		Spec: &appsv1.DeploymentSpecArgs{
			Selector:                labelSelector(v.Selector()),
			ProgressDeadlineSeconds: pulumi.Int(contract.ProgressDeadline),
			RevisionHistoryLimit:    pulumi.Int(5),
			Strategy: &appsv1.DeploymentStrategyArgs{
				Type: pulumi.String("RollingUpdate"),
				RollingUpdate: &appsv1.RollingUpdateDeploymentArgs{
					MaxUnavailable: pulumi.Int(0),
					MaxSurge:       pulumi.Int(1),
				},
			},
			Template: &corev1.PodTemplateSpecArgs{
				Metadata: &metav1.ObjectMetaArgs{Labels: pulumi.ToStringMap(v.PodLabels())},
				Spec:     b.pod(v, contract),
			},
		},
	}, b.parent(), pulumi.DependsOn(b.beforePods()))
}

// pod fits the restricted pod security standard
// (https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted).
func (b *builder) pod(v serving.Version, contract lifecycle.Contract) *corev1.PodSpecArgs {
	pod := &corev1.PodSpecArgs{
		ServiceAccountName:            b.account.Metadata.Name().Elem(),
		AutomountServiceAccountToken:  pulumi.Bool(v.Model.ServiceAccountToken),
		EnableServiceLinks:            pulumi.Bool(false),
		TerminationGracePeriodSeconds: pulumi.Int(contract.TerminationGracePeriod),
		SecurityContext: &corev1.PodSecurityContextArgs{
			RunAsNonRoot:   pulumi.Bool(true),
			RunAsUser:      pulumi.Int(userID),
			RunAsGroup:     pulumi.Int(userID),
			FsGroup:        pulumi.Int(userID),
			SeccompProfile: &corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
		},
		TopologySpreadConstraints: corev1.TopologySpreadConstraintArray{
			spread(v, "topology.kubernetes.io/zone"),
			spread(v, "kubernetes.io/hostname"),
		},
		Containers: corev1.ContainerArray{b.container(v, contract)},
		Volumes: corev1.VolumeArray{&corev1.VolumeArgs{
			Name:     pulumi.String("tmp"),
			EmptyDir: &corev1.EmptyDirVolumeSourceArgs{SizeLimit: pulumi.String("1Gi")},
		}},
	}
	if v.Model.Resources.GPU > 0 {
		pod.Tolerations = corev1.TolerationArray{&corev1.TolerationArgs{
			Key: pulumi.String(gpuResource), Operator: pulumi.String("Exists"), Effect: pulumi.String("NoSchedule"),
		}}
	}
	return pod
}

// spread keeps the replicas of one revision evenly apart where there is room for that, and starts them anyway where not.
func spread(v serving.Version, topologyKey string) *corev1.TopologySpreadConstraintArgs {
	return &corev1.TopologySpreadConstraintArgs{
		MaxSkew:           pulumi.Int(1),
		TopologyKey:       pulumi.String(topologyKey),
		WhenUnsatisfiable: pulumi.String("ScheduleAnyway"),
		LabelSelector:     labelSelector(v.Selector()),
		MatchLabelKeys:    pulumi.StringArray{pulumi.String("pod-template-hash")},
	}
}

// container has one writable folder, /tmp. Its requests equal its limits: Fargate sizes a pod by its requests, and the
// autoscaler measures against them.
func (b *builder) container(v serving.Version, contract lifecycle.Contract) *corev1.ContainerArgs {
	size := pulumi.StringMap{
		"cpu":    pulumi.String(v.Model.Resources.CPU),
		"memory": pulumi.String(v.Model.Resources.Memory),
	}
	if gpus := v.Model.Resources.GPU; gpus > 0 {
		size[gpuResource] = pulumi.String(strconv.Itoa(gpus))
	}
	return &corev1.ContainerArgs{
		Name:            pulumi.String("model"),
		Image:           pulumi.String(v.Image),
		ImagePullPolicy: pulumi.String("IfNotPresent"),
		Env:             b.env(v),
		Ports: corev1.ContainerPortArray{&corev1.ContainerPortArgs{
			Name:          pulumi.String(serving.PortName),
			ContainerPort: pulumi.Int(v.Model.Port),
			Protocol:      pulumi.String("TCP"),
		}},
		Resources:      &corev1.ResourceRequirementsArgs{Requests: size, Limits: size},
		StartupProbe:   probe(v, contract.Startup),
		ReadinessProbe: probe(v, contract.Readiness),
		LivenessProbe:  probe(v, contract.Liveness),
		Lifecycle: &corev1.LifecycleArgs{
			PreStop: &corev1.LifecycleHandlerArgs{Sleep: &corev1.SleepActionArgs{Seconds: pulumi.Int(contract.PreStop)}},
		},
		SecurityContext: &corev1.SecurityContextArgs{
			AllowPrivilegeEscalation: pulumi.Bool(false),
			ReadOnlyRootFilesystem:   pulumi.Bool(true),
			Capabilities:             &corev1.CapabilitiesArgs{Drop: pulumi.StringArray{pulumi.String("ALL")}},
		},
		VolumeMounts: corev1.VolumeMountArray{&corev1.VolumeMountArgs{
			Name:      pulumi.String("tmp"),
			MountPath: pulumi.String("/tmp"),
		}},
	}
}

// probe asks for the model's status, which answers 200 once the model is loaded.
func probe(v serving.Version, p lifecycle.Probe) *corev1.ProbeArgs {
	return &corev1.ProbeArgs{
		HttpGet: &corev1.HTTPGetActionArgs{
			Path: pulumi.String(v.Model.StatusPath()),
			Port: pulumi.String(serving.PortName),
		},
		PeriodSeconds:    pulumi.Int(p.Period),
		TimeoutSeconds:   pulumi.Int(p.Timeout),
		FailureThreshold: pulumi.Int(p.FailureThreshold),
	}
}

// env is in the order of the names, so that a rerun changes nothing.
func (b *builder) env(v serving.Version) corev1.EnvVarArray {
	variables := map[string]*corev1.EnvVarArgs{}
	for name, value := range v.Env {
		variables[name] = &corev1.EnvVarArgs{Value: pulumi.String(value)}
	}
	if b.args.StoreUri != nil {
		variables[StoreUriVariable] = &corev1.EnvVarArgs{Value: b.args.StoreUri.ToStringOutput().ToStringPtrOutput()}
	}
	for name, reference := range v.Model.Secrets {
		secret, key, _ := strings.Cut(reference, "/")
		variables[name] = &corev1.EnvVarArgs{ValueFrom: &corev1.EnvVarSourceArgs{
			SecretKeyRef: &corev1.SecretKeySelectorArgs{Name: pulumi.String(secret), Key: pulumi.String(key)},
		}}
	}
	var env corev1.EnvVarArray
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		variables[name].Name = pulumi.String(name)
		env = append(env, variables[name])
	}
	return env
}
