package kubelet

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// eagerPeriod is the time between probes until the first success, so that a local start waits neither for a period nor for a delay that is
// meant for slow machines. Failures count once per period nevertheless, and after the delay.
const eagerPeriod = 100 * time.Millisecond

// tally counts the answers in a row of a probe.
type tally struct{ successes, failures int32 }

// note counts an answer, and returns what the probe says, and whether it says anything yet: a success threshold or a failure threshold is
// reached.
func (t *tally) note(probe *corev1.Probe, success bool) (good, known bool) {
	if success {
		t.successes, t.failures = t.successes+1, 0
		return true, t.successes >= max(probe.SuccessThreshold, 1)
	}
	t.successes, t.failures = 0, t.failures+1
	return false, t.failures >= thresholdOf(probe)
}

// thresholdOf is how many failures in a row count, by default 3.
func thresholdOf(probe *corev1.Probe) int32 {
	if probe.FailureThreshold < 1 {
		return 3
	}
	return probe.FailureThreshold
}

// periodOf is the time between two probes, by default 10 s.
func periodOf(probe *corev1.Probe) time.Duration {
	if probe.PeriodSeconds < 1 {
		return seconds(10)
	}
	return seconds(probe.PeriodSeconds)
}

func seconds(number int32) time.Duration { return time.Duration(number) * time.Second }

// sleep reports whether the time passed before ctx ended.
func sleep(ctx context.Context, time_ time.Duration) bool {
	timer := time.NewTimer(time_)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// probing performs a probe until ctx ends or said returns false. It tells said what the probe says whenever that changes; err is the last
// failure.
func (t target) probing(ctx context.Context, probe *corev1.Probe, eager bool, said func(good bool, err error) (goOn bool)) {
	var counted tally
	delay := seconds(probe.InitialDelaySeconds)
	last := time.Now().Add(delay - periodOf(probe)) // when a failure was counted
	spoke, before := false, false
	for more := eager || sleep(ctx, delay); more; {
		begun := time.Now()
		limit, cancel := context.WithTimeout(ctx, seconds(max(probe.TimeoutSeconds, 1)))
		err := t.check(limit, probe.ProbeHandler)
		cancel()
		if ctx.Err() != nil {
			return
		}
		if eager = eager && err != nil; err == nil || begun.Sub(last) >= periodOf(probe) {
			good, known := counted.note(probe, err == nil)
			if err != nil {
				last = begun
			}
			if known && (!spoke || good != before) {
				spoke, before = true, good
				if !said(good, err) {
					return
				}
			}
		}
		pause := periodOf(probe)
		if eager {
			pause = eagerPeriod
		}
		more = sleep(ctx, pause)
	}
}

// observation is what probes tell of a container.
type observation struct {
	started, ready bool
	fault          error // why it has to be started again
}

// observe runs the probes of a container that has begun until ctx ends, and tells what they say: first the startup probe alone, then the
// other two. A container without a probe is started, or ready.
func (t target) observe(ctx context.Context, container probes, tell func(observation)) {
	now := observation{started: container.startup == nil}
	if container.startup != nil {
		t.probing(ctx, container.startup, true, func(good bool, err error) bool {
			if now.started = good; !good {
				tell(observation{fault: probeFault("startup", err)})
			}
			return false
		})
	}
	if ctx.Err() != nil || !now.started {
		return
	}
	now.ready = container.readiness == nil
	tell(now)
	if container.liveness != nil {
		go t.probing(ctx, container.liveness, false, func(good bool, err error) bool {
			if !good {
				tell(observation{fault: probeFault("liveness", err)})
			}
			return good
		})
	}
	if container.readiness != nil {
		t.probing(ctx, container.readiness, true, func(good bool, _ error) bool {
			tell(observation{started: true, ready: good})
			return true
		})
	}
}

// probes are those of a container.
type probes struct{ startup, liveness, readiness *corev1.Probe }
