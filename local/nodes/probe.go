package nodes

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// eagerPeriod is the time between probes until the first success, so that a local start does not wait for a period.
const eagerPeriod = 100 * time.Millisecond

// watchReadiness performs the container's HTTP readiness probe at the address and sends every change until ctx ends: one
// success makes the container ready, failureThreshold failures in a row make it unready. A container with another probe or
// none is ready at once. Startup and liveness probes are not performed.
func watchReadiness(ctx context.Context, address string, container corev1.Container) <-chan bool {
	changes := make(chan bool, 1)
	probe := container.ReadinessProbe
	if probe == nil || probe.HTTPGet == nil {
		changes <- true
		return changes
	}
	url := fmt.Sprintf("http://%s:%d/%s", address, probePort(container, probe.HTTPGet.Port), strings.TrimPrefix(probe.HTTPGet.Path, "/"))
	client := &http.Client{Timeout: time.Duration(max(probe.TimeoutSeconds, 1)) * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	go func() {
		ready, failures := false, int32(0)
		for period := eagerPeriod; ; {
			success := succeeds(ctx, client, url)
			failures++
			if success {
				failures = 0
				period = time.Duration(max(probe.PeriodSeconds, 1)) * time.Second
			}
			if success != ready && (success || failures >= max(probe.FailureThreshold, 1)) {
				ready = success
				select {
				case changes <- ready:
				case <-ctx.Done():
				}
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(period):
			}
		}
	}()
	return changes
}

// succeeds performs an HTTP probe once. As for a kubelet, any answer from 200 to 399 is a success.
func succeeds(ctx context.Context, client *http.Client, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	request.Header.Set("User-Agent", "kube-probe/1.35")
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode >= 200 && response.StatusCode < 400
}

func probePort(container corev1.Container, port intstr.IntOrString) int32 {
	for _, named := range container.Ports {
		if port.Type == intstr.String && named.Name == port.StrVal {
			return named.ContainerPort
		}
	}
	return port.IntVal
}
