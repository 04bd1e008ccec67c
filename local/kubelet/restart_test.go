package kubelet

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"pgregory.net/rapid"
)

func TestBackOff(t *testing.T) {
	var b backOff
	for _, want := range []time.Duration{0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300} {
		require.Equal(t, want*time.Second, b.next(time.Second))
	}
	require.Zero(t, b.next(calmPeriod), "it ran well for long")
	require.Equal(t, time.Second, b.next(time.Second))
}

func TestBackOffGrowsWithinItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b backOff
		before := time.Duration(-1)
		for range rapid.IntRange(1, 40).Draw(t, "ends") {
			pause := b.next(time.Duration(rapid.Int64Range(0, int64(calmPeriod)-1).Draw(t, "ran")))
			require.GreaterOrEqual(t, pause, before)
			require.LessOrEqual(t, pause, longestPause)
			before = pause
		}
	})
}

func TestStartsAgain(t *testing.T) {
	type row struct {
		policy corev1.RestartPolicy
		kind   kind
		code   int32
	}
	for r, want := range map[row]bool{
		{corev1.RestartPolicyAlways, ordinary, 0}: true, {corev1.RestartPolicyAlways, ordinary, 1}: true,
		{corev1.RestartPolicyOnFailure, ordinary, 0}: false, {corev1.RestartPolicyOnFailure, ordinary, 1}: true,
		{corev1.RestartPolicyNever, ordinary, 0}: false, {corev1.RestartPolicyNever, ordinary, 1}: false,
		{corev1.RestartPolicyAlways, initial, 0}: false, {corev1.RestartPolicyAlways, initial, 1}: true,
		{corev1.RestartPolicyOnFailure, initial, 1}: true, {corev1.RestartPolicyNever, initial, 1}: false,
		{corev1.RestartPolicyNever, sidecar, 0}: true, {corev1.RestartPolicyOnFailure, sidecar, 1}: true,
		{"", ordinary, 1}: true,
	} {
		require.Equal(t, want, startsAgain(r.policy, r.kind, r.code), "%+v", r)
	}
}

// States of containers.
func fresh(k kind) *container { return &container{kind: k} }

func running(k kind) *container {
	return &container{kind: k, begun: true, state: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}
}

func ended(k kind, code int32) *container {
	return &container{kind: k, begun: true, over: true,
		state: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code}}}
}

func crashing(k kind) *container {
	return &container{kind: k, begun: true, state: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{}}}
}

func TestPhase(t *testing.T) {
	for name, test := range map[string]struct {
		containers []*container
		want       corev1.PodPhase
	}{
		"nothing has begun":               {[]*container{fresh(ordinary)}, corev1.PodPending},
		"all run":                         {[]*container{running(ordinary), running(ordinary)}, corev1.PodRunning},
		"one has not begun":               {[]*container{running(ordinary), fresh(ordinary)}, corev1.PodPending},
		"one crashes":                     {[]*container{running(ordinary), crashing(ordinary)}, corev1.PodRunning},
		"one is over":                     {[]*container{ended(ordinary, 1), running(ordinary)}, corev1.PodRunning},
		"all ended well":                  {[]*container{ended(initial, 0), ended(ordinary, 0)}, corev1.PodSucceeded},
		"one ended badly":                 {[]*container{ended(ordinary, 0), ended(ordinary, 2)}, corev1.PodFailed},
		"an init container runs":          {[]*container{running(initial), fresh(ordinary)}, corev1.PodPending},
		"an init container crashes":       {[]*container{crashing(initial), fresh(ordinary)}, corev1.PodPending},
		"an init container failed":        {[]*container{ended(initial, 1), fresh(ordinary)}, corev1.PodFailed},
		"it failed beside a sidecar":      {[]*container{running(sidecar), ended(initial, 1), fresh(ordinary)}, corev1.PodPending},
		"a sidecar starts":                {[]*container{fresh(sidecar), fresh(ordinary)}, corev1.PodPending},
		"a sidecar goes on behind a Job":  {[]*container{running(sidecar), ended(ordinary, 0)}, corev1.PodRunning},
		"a sidecar has ended behind it":   {[]*container{ended(sidecar, 143), ended(ordinary, 0)}, corev1.PodSucceeded},
		"a sidecar runs beside the model": {[]*container{running(sidecar), running(ordinary)}, corev1.PodRunning},
	} {
		require.Equal(t, test.want, phaseOf(test.containers), name)
	}
}
