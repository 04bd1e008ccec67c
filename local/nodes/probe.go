package nodes

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// eagerPeriod is the time between probes until the first success, so that a local start does not wait for a period.
const eagerPeriod = 100 * time.Millisecond

// probe performs the container's startup, readiness and liveness probes until ctx ends. The returned channel is closed
// when liveness is lost.
func (c *container) probe(ctx context.Context) <-chan struct{} {
	unhealthy := make(chan struct{})
	go func() {
		if !c.await(ctx, c.spec.StartupProbe) {
			return
		}
		if c.spec.LivenessProbe != nil {
			go c.watch(ctx, c.spec.LivenessProbe, func(ok bool) bool {
				if !ok {
					close(unhealthy)
				}
				return ok
			})
		}
		if c.spec.ReadinessProbe == nil {
			c.setReady(true)
			return
		}
		c.watch(ctx, c.spec.ReadinessProbe, func(ok bool) bool {
			c.setReady(ok)
			return true
		})
	}()
	return unhealthy
}

func (c *container) setReady(ready bool) {
	if status, _ := c.snapshot(); status.Ready != ready {
		c.change(func(s *corev1.ContainerStatus) { s.Ready = ready && s.State.Running != nil })
	}
}

// await returns true after the first success, or false when ctx ends.
func (c *container) await(ctx context.Context, probe *corev1.Probe) bool {
	for probe != nil && !c.check(ctx, probe) {
		if !sleep(ctx, eagerPeriod) {
			return false
		}
	}
	return true
}

// watch reports each change between success and failure, after as many results in a row as the probe's thresholds ask
// for, until report returns false.
func (c *container) watch(ctx context.Context, probe *corev1.Probe, report func(bool) bool) {
	healthy, same := false, int32(0)
	first := true
	if !sleep(ctx, time.Duration(probe.InitialDelaySeconds)*time.Second) {
		return
	}
	for {
		result := c.check(ctx, probe)
		if ctx.Err() != nil {
			return
		}
		if result == healthy {
			same = 0
		} else if same++; first && result || same >= threshold(probe, result) {
			healthy, same, first = result, 0, false
			if !report(healthy) {
				return
			}
		}
		period := time.Duration(max(probe.PeriodSeconds, 1)) * time.Second
		if first {
			period = eagerPeriod
		}
		if !sleep(ctx, period) {
			return
		}
	}
}

func threshold(probe *corev1.Probe, success bool) int32 {
	if success {
		return max(probe.SuccessThreshold, 1)
	}
	return max(probe.FailureThreshold, 1)
}

// check performs the probe once against the container's loopback address. Commands and gRPC always succeed here.
func (c *container) check(ctx context.Context, probe *corev1.Probe) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(max(probe.TimeoutSeconds, 1))*time.Second)
	defer cancel()
	switch {
	case probe.HTTPGet != nil:
		return c.get(ctx, probe.HTTPGet)
	case probe.TCPSocket != nil:
		connection, err := new(net.Dialer).DialContext(ctx, "tcp", c.target(probe.TCPSocket.Port))
		if err != nil {
			return false
		}
		_ = connection.Close()
	}
	return true
}

var probeClient = &http.Client{
	Transport:     &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func (c *container) get(ctx context.Context, action *corev1.HTTPGetAction) bool {
	scheme := strings.ToLower(string(action.Scheme))
	if scheme == "" {
		scheme = "http"
	}
	url := fmt.Sprintf("%s://%s/%s", scheme, c.target(action.Port), strings.TrimPrefix(action.Path, "/"))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	request.Header.Set("User-Agent", "kube-probe/1.35")
	for _, header := range action.HTTPHeaders {
		request.Header.Add(header.Name, header.Value)
		if strings.EqualFold(header.Name, "Host") {
			request.Host = header.Value
		}
	}
	response, err := probeClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode >= 200 && response.StatusCode < 400
}

func (c *container) target(port intstr.IntOrString) string {
	number := port.IntVal
	for _, named := range c.spec.Ports {
		if port.Type == intstr.String && named.Name == port.StrVal {
			number = named.ContainerPort
		}
	}
	return net.JoinHostPort(Loopback(c.address()), fmt.Sprint(number))
}
