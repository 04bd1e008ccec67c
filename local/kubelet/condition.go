package kubelet

import corev1 "k8s.io/api/core/v1"

// ConditionOf is the condition of a kind that a pod has; the zero value, whose status is none, where it has none.
func ConditionOf(pod corev1.Pod, kind corev1.PodConditionType) corev1.PodCondition {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == kind {
			return condition
		}
	}
	return corev1.PodCondition{}
}

// IsReady reports whether a pod is ready.
func IsReady(pod corev1.Pod) bool {
	return ConditionOf(pod, corev1.PodReady).Status == corev1.ConditionTrue
}

// RunsNothing says why a pod runs nothing on this machine; false for one that runs.
func RunsNothing(pod corev1.Pod) (why string, idle bool) {
	condition := ConditionOf(pod, RunsCondition)
	if condition.Status != corev1.ConditionFalse {
		return "", false
	}
	return condition.Message, true
}
