package model

import (
	"maps"
	"slices"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	portName = "http"
	// userID is the user "nonroot" of distroless images
	// (https://github.com/GoogleContainerTools/distroless/blob/main/base/base.bzl).
	userID = 65532
)

// newDeployment leaves the number of replicas to the autoscaler: a field that is never applied belongs to whoever sets it,
// so no update resets it. A new Deployment has one replica until the autoscaler sets its minimum, seconds later.
func (m *Model) newDeployment(ctx *pulumi.Context, name string, args *ModelArgs, account *corev1.ServiceAccount) (*appsv1.Deployment, error) {
	return appsv1.NewDeployment(ctx, name+"-deployment", &appsv1.DeploymentArgs{
		Metadata: args.metadata(),
		Spec: &appsv1.DeploymentSpecArgs{
			Selector:                args.selector(),
			ProgressDeadlineSeconds: pulumi.Int(progressDeadlineSeconds),
			RevisionHistoryLimit:    pulumi.Int(5),
			Strategy: &appsv1.DeploymentStrategyArgs{
				Type: pulumi.String("RollingUpdate"),
				RollingUpdate: &appsv1.RollingUpdateDeploymentArgs{
					MaxUnavailable: pulumi.Int(0),
					MaxSurge:       pulumi.Int(1),
				},
			},
			Template: &corev1.PodTemplateSpecArgs{
				Metadata: &metav1.ObjectMetaArgs{Labels: pulumi.ToStringMap(PodLabels(args.Model))},
				Spec:     args.pod(account),
			},
		},
	}, pulumi.Parent(m), pulumi.DependsOn(slices.Concat(args.capacity(), args.RoleReady)))
}

// pod fits the restricted pod security standard
// (https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted).
func (a *ModelArgs) pod(account *corev1.ServiceAccount) *corev1.PodSpecArgs {
	return &corev1.PodSpecArgs{
		ServiceAccountName:            account.Metadata.Name().Elem(),
		AutomountServiceAccountToken:  pulumi.Bool(false),
		EnableServiceLinks:            pulumi.Bool(false),
		TerminationGracePeriodSeconds: pulumi.Int(graceSeconds),
		SecurityContext: &corev1.PodSecurityContextArgs{
			RunAsNonRoot:   pulumi.Bool(true),
			RunAsUser:      pulumi.Int(userID),
			RunAsGroup:     pulumi.Int(userID),
			FsGroup:        pulumi.Int(userID),
			SeccompProfile: &corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
		},
		TopologySpreadConstraints: corev1.TopologySpreadConstraintArray{
			a.spread("topology.kubernetes.io/zone"),
			a.spread("kubernetes.io/hostname"),
		},
		Containers: corev1.ContainerArray{a.container()},
		Volumes: corev1.VolumeArray{&corev1.VolumeArgs{
			Name:     pulumi.String("tmp"),
			EmptyDir: &corev1.EmptyDirVolumeSourceArgs{SizeLimit: pulumi.String("1Gi")},
		}},
	}
}

// spread keeps the replicas of one revision evenly apart where there is room for that, and starts them anyway where not.
func (a *ModelArgs) spread(topologyKey string) *corev1.TopologySpreadConstraintArgs {
	return &corev1.TopologySpreadConstraintArgs{
		MaxSkew:           pulumi.Int(1),
		TopologyKey:       pulumi.String(topologyKey),
		WhenUnsatisfiable: pulumi.String("ScheduleAnyway"),
		LabelSelector:     a.selector(),
		MatchLabelKeys:    pulumi.StringArray{pulumi.String("pod-template-hash")},
	}
}

// container has one writable folder, /tmp. Its requests equal its limits: Fargate sizes a pod by its requests, and the
// autoscaler measures against them.
func (a *ModelArgs) container() *corev1.ContainerArgs {
	size := pulumi.StringMap{
		"cpu":    pulumi.String(a.Model.Resources.CPU),
		"memory": pulumi.String(a.Model.Resources.Memory),
	}
	return &corev1.ContainerArgs{
		Name:            pulumi.String("model"),
		Image:           pulumi.String(a.Model.Image),
		ImagePullPolicy: pulumi.String("IfNotPresent"),
		Env:             a.env(),
		Ports: corev1.ContainerPortArray{&corev1.ContainerPortArgs{
			Name:          pulumi.String(portName),
			ContainerPort: pulumi.Int(a.Model.Port),
			Protocol:      pulumi.String("TCP"),
		}},
		Resources:      &corev1.ResourceRequirementsArgs{Requests: size, Limits: size},
		StartupProbe:   a.probe(startupPeriodSeconds, startupFailures),
		ReadinessProbe: a.probe(readinessPeriodSeconds, readinessFailures),
		LivenessProbe:  a.probe(livenessPeriodSeconds, livenessFailures),
		Lifecycle: &corev1.LifecycleArgs{
			PreStop: &corev1.LifecycleHandlerArgs{Sleep: &corev1.SleepActionArgs{Seconds: pulumi.Int(preStopSeconds)}},
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

func (a *ModelArgs) probe(periodSeconds, failures int) *corev1.ProbeArgs {
	return &corev1.ProbeArgs{
		HttpGet: &corev1.HTTPGetActionArgs{
			Path: pulumi.String(a.Model.StatusPath()),
			Port: pulumi.String(portName),
		},
		PeriodSeconds:    pulumi.Int(periodSeconds),
		TimeoutSeconds:   pulumi.Int(probeTimeoutSeconds),
		FailureThreshold: pulumi.Int(failures),
	}
}

// env is in the order of the names, so that a rerun changes nothing.
func (a *ModelArgs) env() corev1.EnvVarArray {
	values := pulumi.ToStringMap(a.Model.Env)
	if a.StoreUri != nil {
		values[StoreUriVariable] = a.StoreUri
	}
	var env corev1.EnvVarArray
	for _, name := range slices.Sorted(maps.Keys(values)) {
		env = append(env, &corev1.EnvVarArgs{Name: pulumi.String(name), Value: values[name].ToStringOutput().ToStringPtrOutput()})
	}
	return env
}
