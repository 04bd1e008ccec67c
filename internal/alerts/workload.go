package alerts

import (
	"fmt"

	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/slo"
)

// OfPods gives series of pods of models the labels of the inventory. The name of a pod is that of its Deployment, the hash of the template
// and five characters, from an alphabet without vowels
// (https://github.com/kubernetes/apimachinery/blob/v0.35.0/pkg/util/rand/rand.go). Of a longer name than 63 characters, the API server cuts
// what is before the last five, down to the whole hash and its hyphen
// (https://github.com/kubernetes/apiserver/blob/v0.35.0/pkg/storage/names/generate.go).
func OfPods(series string) string {
	const letter = "[bcdfghjklmnpqrstvwxz2456789]"
	return fmt.Sprintf(`label_replace(%s, "deployment", "$1$2", "pod", "(.+)-%[2]s{1,10}-%[2]s{5}|(.{47,57})-%[2]s{5,15}")`+
		"\n* on (namespace, deployment) group_left (model, owner, track, compute) %[3]s", series, letter, slo.Workloads)
}

const pendingPods = "(max by (namespace, pod) (" + metrics.PodPhase + `{phase="Pending"}) == 1)`

// workloads are the alerts on pods and Deployments, also those that KServe makes for an InferenceService.
func workloads() []Alert {
	notReady := func(track, severity, meaning string) Alert {
		return Alert{
			Name: "ModelNotReady", Labels: map[string]string{"track": track}, Severity: severity, For: "15m", Model: true,
			Expr: fmt.Sprintf("%s{track=%q}\nunless on (namespace, deployment) "+
				"(%[3]s{condition=\"Available\",status=\"true\"} == 1)"+
				"\nand on () count(%[3]s)", slo.Workload, track, metrics.DeploymentCondition),
			Summary: "{{ $labels.model }}: the Deployment {{ $labels.namespace }}/{{ $labels.deployment }} of its " + track +
				" version has not been ready for 15 minutes",
			When: "the Deployment of " + meaning + ", which KServe makes for files, is missing or has fewer ready pods than it must",
		}
	}
	const mine = "{{ $labels.model }}: pod {{ $labels.namespace }}/{{ $labels.pod }} "
	return []Alert{
		notReady("stable", monitoring.SeverityCritical, "a model"),
		notReady("canary", monitoring.SeverityWarning, "a canary"),
		{
			Name: "ModelRolloutStuck", Severity: monitoring.SeverityWarning, For: "5m", Model: true,
			Expr: "(max by (namespace, deployment) (" + metrics.DeploymentCondition + `{condition="Progressing",status="false"}) == 1)` +
				"\n* on (namespace, deployment) group_left (model, owner, track) " + slo.Workloads,
			Summary: "{{ $labels.model }}: the rollout of {{ $labels.namespace }}/{{ $labels.deployment }} has made no progress within " +
				"its deadline; the version before it serves on",
			When: "a Deployment of a model has passed its progress deadline",
		},
		{
			Name: "ModelCrashLooping", Severity: monitoring.SeverityWarning, For: "10m", Model: true,
			Expr: OfPods("(max by (namespace, pod, container) " +
				"(max_over_time(" + metrics.ContainerWaiting + `{reason="CrashLoopBackOff"}[5m])) == 1)`),
			Summary: mine + "({{ $labels.container }}) starts, ends and is started again",
			When:    "a container of a model's pod is in CrashLoopBackOff",
		},
		{
			Name: "ModelPodPending", Severity: monitoring.SeverityWarning, For: "15m", Model: true,
			Expr:    OfPods(pendingPods),
			Summary: mine + "has waited 15 minutes for a place on {{ $labels.compute }}",
			When:    "a pod of a model is pending, on Fargate or on nodes",
		},
		{
			Name: "SystemPodPending", Severity: monitoring.SeverityWarning, For: "15m",
			Expr:    pendingPods + "\nunless on (namespace) " + slo.Workload,
			Summary: "pod {{ $labels.namespace }}/{{ $labels.pod }} has waited 15 minutes for a place",
			When:    "a pod of the cluster's own services is pending, on Fargate or on nodes",
		},
	}
}
