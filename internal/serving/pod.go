package serving

import (
	"maps"
	"strconv"

	"github.com/modelway/modelway/internal/lifecycle"
	"github.com/modelway/modelway/internal/podsecurity"
)

const (
	// nonroot is the user "nonroot" of distroless images
	// (https://github.com/GoogleContainerTools/distroless/blob/main/base/base.bzl), and the group that owns volumes, so that an init container
	// and the server reach them whatever users they are.
	nonroot = 65532
	// gpuResource is what a pod asks for to get a GPU, and the taint that keeps others off its node
	// (https://docs.aws.amazon.com/eks/latest/userguide/ml-eks-k8s-device-plugin.html).
	gpuResource = "nvidia.com/gpu"
	// temporary is the one folder that a model server may write.
	temporary = "/tmp"
)

// Deployment is the spec of the Deployment of a version with an image. The name of its service account and the address of the model store,
// nil where the model has none, may be values that are not known yet.
//
// It leaves the number of replicas to the autoscaler: a field that is never applied belongs to whoever sets it, so no update resets it. A
// new Deployment has one replica until the autoscaler sets its minimum, seconds later.
func Deployment(v Version, account, storeURI any) map[string]any {
	contract := v.Model.Lifecycle()
	pod := podContract(v, contract, nonroot, account)
	container := containerContract(v, contract, storeURI)
	container["name"], container["image"], container["imagePullPolicy"] = "model", v.Image, "IfNotPresent"
	pod["containers"] = []any{container}
	return map[string]any{
		"selector":                map[string]any{"matchLabels": plain(v.Selector())},
		"progressDeadlineSeconds": contract.ProgressDeadline,
		"revisionHistoryLimit":    5,
		"strategy":                rolling(),
		"template":                map[string]any{"metadata": map[string]any{"labels": plain(v.PodLabels())}, "spec": pod},
	}
}

// rolling replaces pods one by one, each when its successor answers.
func rolling() map[string]any {
	return map[string]any{"type": "RollingUpdate", "rollingUpdate": map[string]any{"maxUnavailable": 0, "maxSurge": 1}}
}

// podContract is what the pod of a version keeps to, but for its containers, whoever makes it. It fits the restricted pod security standard
// (https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted).
func podContract(v Version, contract lifecycle.Contract, user int, account any) map[string]any {
	pod := map[string]any{
		"serviceAccountName":            account,
		"automountServiceAccountToken":  v.Model.ServiceAccountToken,
		"enableServiceLinks":            false,
		"terminationGracePeriodSeconds": contract.TerminationGracePeriod,
		"securityContext":               podsecurity.Pod(user, nonroot),
		"topologySpreadConstraints":     spreads(v),
		"volumes":                       []any{map[string]any{"name": "tmp", "emptyDir": map[string]any{"sizeLimit": "1Gi"}}},
	}
	if v.Model.Resources.GPU > 0 {
		pod["tolerations"] = []any{map[string]any{"key": gpuResource, "operator": "Exists", "effect": "NoSchedule"}}
	}
	return pod
}

// containerContract is what the container that serves a version keeps to. It has one writable folder. Its requests equal its limits:
// Fargate sizes a pod by its requests, and the autoscaler measures against them.
func containerContract(v Version, contract lifecycle.Contract, storeURI any) map[string]any {
	size := map[string]any{"cpu": v.Model.Resources.CPU, "memory": v.Model.Resources.Memory}
	if gpus := v.Model.Resources.GPU; gpus > 0 {
		size[gpuResource] = strconv.Itoa(gpus)
	}
	return map[string]any{
		"resources":       map[string]any{"requests": size, "limits": maps.Clone(size)},
		"env":             v.containerEnv(storeURI),
		"ports":           []any{map[string]any{"name": PortName, "containerPort": v.Model.Port, "protocol": "TCP"}},
		"startupProbe":    statusProbe(v, contract.Startup),
		"readinessProbe":  statusProbe(v, contract.Readiness),
		"livenessProbe":   statusProbe(v, contract.Liveness),
		"lifecycle":       map[string]any{"preStop": map[string]any{"sleep": map[string]any{"seconds": contract.PreStop}}},
		"securityContext": podsecurity.Container(),
		"volumeMounts":    []any{map[string]any{"name": "tmp", "mountPath": temporary}},
	}
}

// statusProbe asks for the model's status, which answers 200 once the model is loaded.
func statusProbe(v Version, p lifecycle.Probe) map[string]any {
	return map[string]any{
		"httpGet":       map[string]any{"path": v.Model.StatusPath(), "port": PortName},
		"periodSeconds": p.Period, "timeoutSeconds": p.Timeout, "failureThreshold": p.FailureThreshold,
	}
}

// spreads keep the replicas of one revision evenly apart where there is room for that, and start them anyway where not.
func spreads(v Version) []any {
	var all []any
	for _, key := range []string{"topology.kubernetes.io/zone", "kubernetes.io/hostname"} {
		all = append(all, map[string]any{
			"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway",
			"labelSelector": map[string]any{"matchLabels": plain(v.Selector())}, "matchLabelKeys": []any{"pod-template-hash"},
		})
	}
	return all
}

func plain(texts map[string]string) map[string]any {
	all := make(map[string]any, len(texts))
	for key, text := range texts {
		all[key] = text
	}
	return all
}
