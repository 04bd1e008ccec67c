package kubelet

import corev1 "k8s.io/api/core/v1"

// StandInAnnotation on a pod says that nothing of it runs here, and why: its chart stands in for the published one, and lacks what the
// programs of its images need.
const StandInAnnotation = "modelway.dev/stand-in"

// program returns what an image of a pod stands for, or why it runs nothing.
func (k *Kubelet) program(pod *corev1.Pod, name string) (Program, string) {
	if why := pod.Annotations[StandInAnnotation]; why != "" {
		return Program{}, why
	}
	return k.Programs.Find(name)
}
