package gpu

import (
	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/labels"
)

const (
	// objectName is the DaemonSet's name and its pods' value of labels.Name.
	objectName = "nvidia-device-plugin"
	namespace  = "kube-system"
	// pluginsFolder is where the kubelet looks for the sockets of device plugins
	// (https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/device-plugins/#device-plugin-registration).
	pluginsFolder = "/var/lib/kubelet/device-plugins"
)

// daemonSet is NVIDIA's own manifest
// (https://github.com/NVIDIA/k8s-device-plugin/blob/v0.20.0/deployments/static/nvidia-device-plugin.yml), kept to nodes with
// NodeLabel. It is waited for as it is: where no node has the label, it counts as complete at once
// (https://github.com/kubernetes-sigs/cli-utils/blob/v0.37.2/pkg/kstatus/status/core.go).
//
// A quarter of the nodes is updated at a time, so that the wait is as long on many nodes as on few. Pods keep their GPUs
// while the plugin restarts.
func (a *DevicePluginArgs) daemonSet() *appsv1.DaemonSetArgs {
	selector := pulumi.StringMap{labels.Name: pulumi.String(objectName)}
	all := pulumi.StringMap{labels.Name: pulumi.String(objectName), labels.PartOf: pulumi.String(labels.Modelway)}
	return &appsv1.DaemonSetArgs{
		Metadata: &metav1.ObjectMetaArgs{Name: pulumi.String(objectName), Namespace: pulumi.String(namespace), Labels: all},
		Spec: &appsv1.DaemonSetSpecArgs{
			Selector: &metav1.LabelSelectorArgs{MatchLabels: selector},
			UpdateStrategy: &appsv1.DaemonSetUpdateStrategyArgs{
				Type:          pulumi.String("RollingUpdate"),
				RollingUpdate: &appsv1.RollingUpdateDaemonSetArgs{MaxUnavailable: pulumi.String("25%")},
			},
			Template: &corev1.PodTemplateSpecArgs{Metadata: &metav1.ObjectMetaArgs{Labels: all}, Spec: a.pod()},
		},
	}
}

// pod fits the restricted pod security standard
// (https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted) in all but two points: it mounts a folder
// of the node, where its socket has to be, and it is root, to which that folder belongs.
func (a *DevicePluginArgs) pod() *corev1.PodSpecArgs {
	return &corev1.PodSpecArgs{
		AutomountServiceAccountToken: pulumi.Bool(false),
		EnableServiceLinks:           pulumi.Bool(false),
		PriorityClassName:            pulumi.String("system-node-critical"),
		NodeSelector:                 pulumi.StringMap{compute.NodeLabel: pulumi.String(compute.NodeLabelValue)},
		// Every taint, nvidia.com/gpu and a team's own: whatever keeps the plugin off a node takes its GPUs away.
		Tolerations: corev1.TolerationArray{&corev1.TolerationArgs{Operator: pulumi.String("Exists")}},
		SecurityContext: &corev1.PodSecurityContextArgs{
			SeccompProfile: &corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
		},
		Containers: corev1.ContainerArray{a.container()},
		Volumes: corev1.VolumeArray{&corev1.VolumeArgs{
			Name:     pulumi.String("device-plugins"),
			HostPath: &corev1.HostPathVolumeSourceArgs{Path: pulumi.String(pluginsFolder), Type: pulumi.String("Directory")},
		}},
	}
}

// container has no limit of CPU, which it uses when it starts only. The limit of memory keeps a leak off the models.
func (a *DevicePluginArgs) container() *corev1.ContainerArgs {
	return &corev1.ContainerArgs{
		Name:            pulumi.String(objectName),
		Image:           pulumi.String(a.image()),
		ImagePullPolicy: pulumi.String("IfNotPresent"),
		Resources: &corev1.ResourceRequirementsArgs{
			Requests: pulumi.StringMap{"cpu": pulumi.String("50m"), "memory": pulumi.String("128Mi")},
			Limits:   pulumi.StringMap{"memory": pulumi.String("512Mi")},
		},
		SecurityContext: &corev1.SecurityContextArgs{
			AllowPrivilegeEscalation: pulumi.Bool(false),
			Capabilities:             &corev1.CapabilitiesArgs{Drop: pulumi.StringArray{pulumi.String("ALL")}},
		},
		VolumeMounts: corev1.VolumeMountArray{&corev1.VolumeMountArgs{
			Name:      pulumi.String("device-plugins"),
			MountPath: pulumi.String(pluginsFolder),
		}},
	}
}
