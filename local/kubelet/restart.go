package kubelet

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// The pauses before a container is started again grow as those of a kubelet, from firstPause to longestPause, and begin anew once it ran
// for calmPeriod. A kubelet's first pause is 10 s, or 1 s with the feature gate ReduceDefaultCrashLoopBackOffDecay: it is 1 s here, so
// that `modelway up` tells of a crash loop within seconds.
// (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy)
const (
	firstPause   = time.Second
	longestPause = 5 * time.Minute
	calmPeriod   = 10 * time.Minute
)

// backOff is the pause before the next restart of a container.
type backOff struct{ pause time.Duration }

// next returns how long to wait after the container has run for that long. It is started again at once after its first end.
func (b *backOff) next(ran time.Duration) time.Duration {
	if ran >= calmPeriod {
		b.pause = 0
	}
	pause := b.pause
	b.pause = min(max(2*b.pause, firstPause), longestPause)
	return pause
}

// kind is the part that a container has in its pod.
type kind int

const (
	ordinary kind = iota
	initial       // an init container that has to end before the next one starts
	sidecar       // an init container that goes on: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
)

func initKind(container corev1.Container) kind {
	if policy := container.RestartPolicy; policy != nil && *policy == corev1.ContainerRestartPolicyAlways {
		return sidecar
	}
	return initial
}

// startsAgain says whether a container that ended with this code is started again.
func startsAgain(policy corev1.RestartPolicy, k kind, code int32) bool {
	switch {
	case k == sidecar:
		return true
	case k == initial && code == 0:
		return false
	case policy == corev1.RestartPolicyNever:
		return false
	case policy == corev1.RestartPolicyOnFailure || k == initial:
		return code != 0
	}
	return true
}

// phaseOf derives the phase of a pod from its containers
// (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase): pending until every container has run, over when no
// container will be started again and sidecars have ended.
func phaseOf(all []*container) corev1.PodPhase {
	alive := slices.ContainsFunc(all, (*container).alive)
	for _, c := range all {
		switch {
		case c.kind == initial && c.over && c.failed() && !alive:
			return corev1.PodFailed
		case c.kind == initial && (!c.over || c.failed()), c.kind != initial && !c.begun:
			return corev1.PodPending
		}
	}
	failed := false
	for _, c := range all {
		if c.kind == ordinary {
			if !c.over {
				return corev1.PodRunning
			}
			failed = failed || c.failed()
		}
	}
	switch {
	case alive:
		return corev1.PodRunning
	case failed:
		return corev1.PodFailed
	}
	return corev1.PodSucceeded
}
