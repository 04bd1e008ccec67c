package schedule

import (
	"fmt"

	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/keda"
	"github.com/modelway/modelway/internal/labels"
)

const (
	// StopName and StartName are the names of the CronJobs.
	StopName  = "models-stop"
	StartName = "models-start"
)

const (
	// startingDeadline is for how many seconds a job that could not be created in time is still created, so that a
	// control-plane outage does not skip a scheduled stop.
	startingDeadline = 3600
	// activeDeadline is how many seconds a job may take with all its tries. A pod may have to wait for a node.
	activeDeadline = 900
	// retries follow a pod that failed, while the API server refuses or is away.
	retries = 3
	// keptFor is for how many seconds a job that is over, and its pods, can be looked at. On Fargate a pod costs until it is
	// deleted (https://docs.aws.amazon.com/eks/latest/userguide/fargate.html#fargate-considerations).
	keptFor = 3600
	// userID is any user but root.
	userID = 65532
)

func (b *builder) newCronJobs() (err error) {
	if b.schedule.Stop, err = b.newCronJob("stop", StopName, b.args.Stop, 0); err != nil {
		return err
	}
	b.schedule.Start, err = b.newCronJob("start", StartName, b.args.Start, 1)
	return err
}

func (b *builder) newCronJob(child, object, times string, replicas int) (*batchv1.CronJob, error) {
	return batchv1.NewCronJob(b.ctx, b.name+"-"+child, &batchv1.CronJobArgs{
		Metadata: b.metadata(object),
		Spec: &batchv1.CronJobSpecArgs{
			Schedule:                   pulumi.String(times),
			TimeZone:                   pulumi.String(b.args.WithDefaults().TimeZone),
			ConcurrencyPolicy:          pulumi.String("Forbid"),
			StartingDeadlineSeconds:    pulumi.Int(startingDeadline),
			SuccessfulJobsHistoryLimit: pulumi.Int(1),
			FailedJobsHistoryLimit:     pulumi.Int(3),
			JobTemplate: &batchv1.JobTemplateSpecArgs{
				Metadata: &metav1.ObjectMetaArgs{Labels: pulumi.ToStringMap(all())},
				Spec: &batchv1.JobSpecArgs{
					ActiveDeadlineSeconds:   pulumi.Int(activeDeadline),
					BackoffLimit:            pulumi.Int(retries),
					TtlSecondsAfterFinished: pulumi.Int(keptFor),
					Template: &corev1.PodTemplateSpecArgs{
						Metadata: &metav1.ObjectMetaArgs{Labels: pulumi.ToStringMap(b.args.podLabels())},
						Spec:     b.pod(replicas),
					},
				},
			},
		},
	}, b.child(b.needs...)...)
}

// pod fits the restricted pod security standard
// (https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted).
func (b *builder) pod(replicas int) *corev1.PodSpecArgs {
	pod := &corev1.PodSpecArgs{
		ServiceAccountName:           pulumi.String(objectName),
		AutomountServiceAccountToken: pulumi.Bool(true),
		EnableServiceLinks:           pulumi.Bool(false),
		RestartPolicy:                pulumi.String("Never"),
		SecurityContext: &corev1.PodSecurityContextArgs{
			RunAsNonRoot:   pulumi.Bool(true),
			RunAsUser:      pulumi.Int(userID),
			RunAsGroup:     pulumi.Int(userID),
			SeccompProfile: &corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
		},
		Containers: corev1.ContainerArray{b.kubectl("kubectl", "scale", "deployment", fmt.Sprintf("--replicas=%d", replicas))},
	}
	if b.args.Keda {
		paused := keda.Paused + "=0"
		if replicas > 0 {
			paused = keda.Paused + "-"
		}
		pod.InitContainers = corev1.ContainerArray{b.kubectl("keda", "annotate", keda.Plural, "--overwrite", paused)}
	}
	return pod
}

// kubectl is a container that does something to the objects of a kind that belong to models. It has no writable folder: kubectl goes
// without its cache where it cannot write one. It needs some 60 MiB, and has no limit of CPU, which it uses for a moment only.
func (b *builder) kubectl(name, verb, kind string, more ...string) *corev1.ContainerArgs {
	args := pulumi.StringArray{
		pulumi.String(verb), pulumi.String(kind), pulumi.Sprintf("--namespace=%s", b.args.Namespace),
		pulumi.String("--selector=" + labels.Models),
	}
	return &corev1.ContainerArgs{
		Name:            pulumi.String(name),
		Image:           pulumi.String(b.args.image()),
		ImagePullPolicy: pulumi.String("IfNotPresent"),
		Args:            append(args, pulumi.ToStringArray(more)...),
		Resources: &corev1.ResourceRequirementsArgs{
			Requests: pulumi.StringMap{"cpu": pulumi.String("50m"), "memory": pulumi.String("128Mi")},
			Limits:   pulumi.StringMap{"memory": pulumi.String("128Mi")},
		},
		SecurityContext: &corev1.SecurityContextArgs{
			AllowPrivilegeEscalation: pulumi.Bool(false),
			ReadOnlyRootFilesystem:   pulumi.Bool(true),
			Capabilities:             &corev1.CapabilitiesArgs{Drop: pulumi.ToStringArray([]string{"ALL"})},
		},
	}
}
