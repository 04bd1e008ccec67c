package doctor

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// pendingPod is a pod without a place, made so many seconds ago.
func pendingPod(seconds int, more string) string {
	return fmt.Sprintf(`{"metadata": {"namespace": "models", "name": "churn-1", "labels": {"modelway.dev/compute": "fargate"},
		"creationTimestamp": %q}, "spec": {"schedulerName": "default-scheduler"}, "status": {"phase": "Pending"%s}}`,
		now.Add(-time.Duration(seconds)*time.Second).Format(time.RFC3339), more)
}

func TestFargateNeedsAProfile(t *testing.T) {
	none := []string{"error: Pod models/churn-1: none of the 1 Fargate profiles selects namespace models with the pod's labels"}
	whole := func(t *testing.T) Facts {
		var p Profile
		require.NoError(t, json.Unmarshal([]byte(`{"fargateProfileName": "system", "selectors": [{"namespace": "kube-*"}]}`), &p))
		return Facts{Profiles: []Profile{p}, Pods: objectsOf[Pod](t, pendingPod(10, ""))}
	}
	requireFound(t, profiles, whole, map[string]one{
		"no profile": {nil, none},
		"a profile that is later": {func(_ *testing.T, f *Facts) { f.Profiles[0].Selectors[0].Namespace = "models" },
			[]string{"error: Pod models/churn-1: it was made before Fargate profile system selected it, and waits forever"}},
		"a profile has it":   {func(_ *testing.T, f *Facts) { f.Pods[0].Spec.SchedulerName = fargateScheduler }, nil},
		"it runs":            {func(_ *testing.T, f *Facts) { f.Pods[0].Status.Phase = "Running" }, nil},
		"it goes":            {func(_ *testing.T, f *Facts) { f.Pods[0].Metadata.DeletionTimestamp = &now }, nil},
		"it is for nodes":    {func(_ *testing.T, f *Facts) { f.Pods[0].Metadata.Labels["modelway.dev/compute"] = "nodes" }, nil},
		"nodes that take it": {func(t *testing.T, f *Facts) { f.Pods[0].Metadata.Labels = nil; f.Nodes = objectsOf[Node](t, `{}`) }, nil},
		"nothing but Fargate": {func(t *testing.T, f *Facts) {
			f.Pods[0].Metadata.Labels = nil
			f.Nodes = objectsOf[Node](t, `{"metadata": {"labels": {"eks.amazonaws.com/compute-type": "fargate"}}}`)
		}, none},
	})
}

func TestPodsHaveAPlace(t *testing.T) {
	const unschedulable = `, "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes"}]`
	whole := func(t *testing.T) Facts { return Facts{Nodes: objectsOf[Node](t, `{}`)} }
	pod := func(text string) func(t *testing.T, f *Facts) {
		return func(t *testing.T, f *Facts) {
			f.Pods = objectsOf[Pod](t, strings.Replace(text, `"fargate"`, `"nodes"`, 1))
		}
	}
	waits := func(reason string) string {
		return `, "containerStatuses": [{"name": "model", "state": {"waiting": {"reason": "` + reason + `", "message": "m"}}}]`
	}
	requireFound(t, pending, whole, map[string]one{
		"all run":    {pod(strings.Replace(pendingPod(900, ""), "Pending", "Running", 1)), nil},
		"a new pod":  {pod(pendingPod(20, waits("ContainerCreating"))), nil},
		"no place":   {pod(pendingPod(20, unschedulable)), []string{"warning: Pod models/churn-1: it has no place: Unschedulable: 0/3 nodes"}},
		"never will": {pod(pendingPod(900, unschedulable)), []string{"error: Pod models/churn-1: it has no place: Unschedulable: 0/3 nodes"}},
		"no image": {pod(pendingPod(20, waits("ImagePullBackOff"))), []string{"error: Pod models/churn-1: its containers cannot start: model: " +
			"ImagePullBackOff: m"}},
		"it ends again and again": {pod(strings.Replace(pendingPod(900, waits("CrashLoopBackOff")), "Pending", "Running", 1)), []string{
			"error: Pod models/churn-1: its containers cannot start: model: CrashLoopBackOff: m"}},
		"it takes long": {pod(pendingPod(200, waits("ContainerCreating"))), []string{"warning: Pod models/churn-1: it has not started for 3m20s, " +
			"model: ContainerCreating: m"}},
		"that of profiles": {func(t *testing.T, f *Facts) { f.Pods = objectsOf[Pod](t, pendingPod(900, unschedulable)) }, nil},
	})
}

// readyPod has containers that are ready for so many seconds, and a gate of a load balancer in a state.
func readyPod(seconds int, gate string) string {
	return fmt.Sprintf(`{"metadata": {"namespace": "models", "name": "churn-1"},
		"spec": {"readinessGates": [{"conditionType": "target-health.elbv2.k8s.aws/k8s-models-churn"}]},
		"status": {"phase": "Running", "podIP": "10.0.0.9", "conditions": [{"type": "ContainersReady", "status": "True", "lastTransitionTime": %[1]q},
		{"type": "Ready", "status": %[2]q, "lastTransitionTime": %[1]q}, {"type": "target-health.elbv2.k8s.aws/k8s-models-churn", "status": %[2]q, "reason": "Target.Timeout"}]}}`,
		now.Add(-time.Duration(seconds)*time.Second).Format(time.RFC3339), gate)
}

func TestGatesOpenForReadyPods(t *testing.T) {
	whole := func(t *testing.T) Facts { return Facts{Pods: objectsOf[Pod](t, readyPod(600, "True"))} }
	requireFound(t, targets, whole, map[string]one{
		"healthy": {},
		"not yet": {func(t *testing.T, f *Facts) { f.Pods = objectsOf[Pod](t, readyPod(20, "False")) }, []string{"warning: Pod models/churn-1: its " +
			"containers are ready, and its target is not healthy (k8s-models-churn): Target.Timeout"}},
		"never": {func(t *testing.T, f *Facts) { f.Pods = objectsOf[Pod](t, readyPod(600, "False")) }, []string{"error: Pod models/churn-1: its " +
			"containers are ready, and its target is not healthy (k8s-models-churn): Target.Timeout"}},
		"nobody tells": {func(_ *testing.T, f *Facts) { f.Pods[0].Status.Conditions = f.Pods[0].Status.Conditions[:2] }, []string{"error: Pod " +
			"models/churn-1: its containers are ready, and its target is not healthy (k8s-models-churn): the controller has not told its health"}},
		"a gate of others": {func(_ *testing.T, f *Facts) { f.Pods[0].Spec.ReadinessGates[0].ConditionType = "example.com/x" }, nil},
	})
}

func TestTargetsAreAsTheirPods(t *testing.T) {
	binding := func(t *testing.T) []Binding {
		return objectsOf[Binding](t, `{"metadata": {"namespace": "models", "name": "b"}, "spec": {"targetGroupARN": "arn:1", "targetType": "ip", "serviceRef": {"name": "churn"}}}`)
	}
	state := func(state, ip string) func(t *testing.T, f *Facts) {
		return func(t *testing.T, f *Facts) {
			var one Target
			require.NoError(t, json.Unmarshal([]byte(`{"Target": {"Id": "`+ip+`", "Port": 8080}, "TargetHealth": {"State": "`+state+`", "Reason": "Target.Timeout"}}`), &one))
			f.Health = map[string][]Target{"arn:1": {one}}
		}
	}
	whole := func(t *testing.T) Facts {
		return Facts{Pods: objectsOf[Pod](t, readyPod(600, "True")), Bindings: binding(t)}
	}
	unready := func(t *testing.T, f *Facts) {
		state("healthy", "10.0.0.9")(t, f)
		f.Pods[0].Status.Conditions[0].Status, f.Pods[0].Status.Conditions[1].Status = "False", "False"
	}
	requireFound(t, targetHealth, whole, map[string]one{
		"healthy":                 {state("healthy", "10.0.0.9"), nil},
		"draining":                {state("draining", "10.0.0.8"), nil},
		"unhealthy and not ready": {func(t *testing.T, f *Facts) { unready(t, f); state("unhealthy", "10.0.0.9")(t, f) }, nil},
		"unhealthy": {state("unhealthy", "10.0.0.9"), []string{"error: target 10.0.0.9:8080 of Service models/churn: it is unhealthy " +
			"(Target.Timeout), and Pod models/churn-1 is ready"}},
		"healthy and not ready": {unready, []string{"error: target 10.0.0.9:8080 of Service models/churn: it is healthy, and Pod models/churn-1 is not " +
			"ready: requests go where Kubernetes sends none"}},
		"of no pod": {state("healthy", "10.0.0.8"), []string{"error: target 10.0.0.8:8080 of Service models/churn: no pod has this address, and the " +
			"target is healthy"}},
		"instances": {func(t *testing.T, f *Facts) {
			state("healthy", "i-1")(t, f)
			f.Bindings[0].Spec.TargetType = "instance"
		}, nil},
	})
}
