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

// watchReadiness performs the readiness probe until ctx ends and changes the container's readiness after as many
// results in a row as the probe's thresholds ask for; the first success counts at once. Startup and liveness probes are not performed.
func (c *container) watchReadiness(ctx context.Context) {
	probe := c.spec.ReadinessProbe
	if probe == nil {
		c.setReady(true)
		return
	}
	ready, seen, others := false, false, int32(0)
	for delay := time.Duration(probe.InitialDelaySeconds) * time.Second; sleep(ctx, delay); {
		result := c.check(ctx, probe)
		if ctx.Err() != nil {
			return
		}
		threshold := max(probe.FailureThreshold, 1)
		if result {
			threshold = max(probe.SuccessThreshold, 1)
		}
		if others++; result == ready {
			others = 0
		} else if !seen || others >= threshold {
			ready, seen, others = result, true, 0
			c.setReady(ready)
		}
		delay = time.Duration(max(probe.PeriodSeconds, 1)) * time.Second
		if !seen {
			delay = eagerPeriod
		}
	}
}

func (c *container) setReady(ready bool) {
	c.change(func(s *corev1.ContainerStatus) { s.Ready = ready && s.State.Running != nil })
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
	url := fmt.Sprintf("%s://%s/%s", strings.ToLower(string(action.Scheme)), c.target(action.Port), strings.TrimPrefix(action.Path, "/"))
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
