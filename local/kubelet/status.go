package kubelet

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// RunsCondition is the condition of a pod with containers that run nothing here: False, with the reason [NoProgram] and a message that
// says why. A pod that runs as its author wrote it does not have it.
const RunsCondition corev1.PodConditionType = "modelway.dev/Runs"

// NoProgram is the reason of [RunsCondition].
const NoProgram = "NoProgram"

// report tells the API server what the pod is now. It returns true once the pod, which was deleted, has ended and is removed.
func (p *Pod) report(ctx context.Context) (gone bool, err error) {
	if p.object.DeletionTimestamp == nil {
		return false, p.publish(ctx)
	}
	if slices.ContainsFunc(p.all(), (*container).alive) {
		return false, nil
	}
	if len(p.object.Finalizers) > 0 { // somebody counts on how it ended, as the controller of Jobs does
		if err := p.publish(ctx); err != nil {
			return false, err
		}
	}
	err = p.remove(ctx)
	p.removed.Store(err == nil)
	return err == nil, err
}

// publish writes the pod's status when it differs from the API server's.
func (p *Pod) publish(ctx context.Context) error {
	status := p.status()
	if equality.Semantic.DeepEqual(status, p.object.Status) {
		return nil
	}
	// The UID keeps the patch off a new pod of the same name.
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"uid": p.object.UID}, "status": status})
	if err != nil {
		return err
	}
	pods := p.Client.CoreV1().Pods(p.object.Namespace)
	updated, err := pods.Patch(ctx, p.object.Name, types.MergePatchType, patch, metav1.PatchOptions{}, "status")
	if err == nil {
		p.see(updated)
	}
	return ignoreGone(err)
}

// ignoreGone drops the errors that say an object is gone or was replaced: news of it follow.
func ignoreGone(err error) error {
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return nil
	}
	return err
}

// status derives the pod's status from its containers, keeping what others wrote into it.
func (p *Pod) status() corev1.PodStatus {
	status := *p.object.Status.DeepCopy()
	status.Phase = phaseOf(p.all())
	if status.StartTime == nil {
		status.StartTime = new(now())
	}
	if p.ip != "" {
		status.PodIP, status.PodIPs = p.ip, []corev1.PodIP{{IP: p.ip}}
	}
	status.InitContainerStatuses, status.ContainerStatuses = statusesFor(p.inits), statusesFor(p.mains)
	p.setConditions(&status)
	return status
}

func statusesFor(all []*container) (list []corev1.ContainerStatus) {
	for _, c := range all {
		ready := c.ready
		if c.kind == initial {
			ready = c.over && !c.failed()
		}
		list = append(list, corev1.ContainerStatus{
			Name: c.Name, Image: c.Image, ImageID: c.Image, State: c.state, LastTerminationState: c.last,
			Ready: ready, Started: new(c.started), RestartCount: c.restarts,
		})
	}
	return list
}

// statusesOf are the statuses that the API server has of a pod's containers, by name.
func statusesOf(pod *corev1.Pod) map[string]*corev1.ContainerStatus {
	all := map[string]*corev1.ContainerStatus{}
	for _, list := range [][]corev1.ContainerStatus{pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses} {
		for i := range list {
			all[list[i].Name] = &list[i]
		}
	}
	return all
}

// now is as exact as the API server keeps it, so that a status that came back from it equals the one that was sent.
func now() metav1.Time { return metav1.Now().Rfc3339Copy() }

func (p *Pod) setConditions(status *corev1.PodStatus) {
	completed := status.Phase == corev1.PodSucceeded
	notReady := func(c *container) bool { return c.kind != initial && !c.ready }
	ready := !slices.ContainsFunc(p.all(), notReady)
	initialized := completed || !slices.ContainsFunc(p.inits, func(c *container) bool {
		return c.kind == initial && !(c.over && !c.failed()) || c.kind == sidecar && !c.started
	})
	why := func(reason string) string {
		if completed {
			return "PodCompleted"
		}
		return reason
	}
	setCondition(status, corev1.PodInitialized, initialized, "ContainersNotInitialized", "")
	setCondition(status, corev1.ContainersReady, ready, why("ContainersNotReady"), "")
	setCondition(status, corev1.PodReady, ready, why("ContainersNotReady"), "")
	var reasons []string
	for _, c := range p.all() {
		if !c.real() && !slices.Contains(reasons, c.nothing) {
			reasons = append(reasons, c.nothing)
		}
	}
	if len(reasons) > 0 {
		setCondition(status, RunsCondition, false, NoProgram, strings.Join(reasons, "; "))
	} else {
		status.Conditions = slices.DeleteFunc(status.Conditions, func(c corev1.PodCondition) bool { return c.Type == RunsCondition })
	}
}

func setCondition(status *corev1.PodStatus, kind corev1.PodConditionType, value bool, reason, message string) {
	desired := corev1.PodCondition{Type: kind, Status: corev1.ConditionTrue, LastTransitionTime: now()}
	if !value {
		desired.Status, desired.Reason, desired.Message = corev1.ConditionFalse, reason, message
	}
	for index := range status.Conditions {
		if current := &status.Conditions[index]; current.Type == kind {
			if current.Status != desired.Status || current.Reason != desired.Reason || current.Message != desired.Message {
				*current = desired
			}
			return
		}
	}
	status.Conditions = append(status.Conditions, desired)
}
