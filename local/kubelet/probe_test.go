package kubelet

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"pgregory.net/rapid"
)

func TestTallySpeaksAtItsThresholds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		probe := &corev1.Probe{SuccessThreshold: rapid.Int32Range(0, 4).Draw(t, "successes"), FailureThreshold: rapid.Int32Range(0, 4).Draw(t,
			"failures")}
		var counted tally
		row, before := int32(0), false
		for i, success := range rapid.SliceOfN(rapid.Bool(), 1, 20).Draw(t, "answers") {
			if row++; i > 0 && success != before {
				row = 1
			}
			before = success
			want := max(probe.SuccessThreshold, 1)
			if !success {
				if want = probe.FailureThreshold; want == 0 {
					want = 3
				}
			}
			good, known := counted.note(probe, success)
			require.Equal(t, success, good)
			require.Equal(t, row >= want, known)
		}
	})
}

// answers is a target whose exec probes get these answers, one after another and the last one for good.
func answers(all ...error) target {
	next := 0
	return target{exec: func(context.Context, []string) (string, error) {
		err := all[min(next, len(all)-1)]
		next++
		return "", err
	}}
}

func execProbe(failures int32) *corev1.Probe {
	return &corev1.Probe{ProbeHandler: corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"check"}}}, PeriodSeconds: 1,
		FailureThreshold: failures}
}

// observed are the first observations of a container.
func observed(t *testing.T, of target, given probes, number int) (all []observation) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	told := make(chan observation)
	go of.observe(ctx, given, func(o observation) {
		select {
		case told <- o:
		case <-ctx.Done():
		}
	})
	for range number {
		select {
		case o := <-told:
			all = append(all, o)
		case <-ctx.Done():
			require.Fail(t, "no further observation", "%v", all)
		}
	}
	return all
}

func TestObserve(t *testing.T) {
	no := errors.New("not yet")
	require.Equal(t, []observation{{started: true, ready: true}}, observed(t, target{}, probes{}, 1), "without probes")
	require.Equal(t, []observation{{started: true}, {started: true, ready: true}},
		observed(t, answers(no, no, nil), probes{readiness: execProbe(3)}, 2), "before a failure counts, it is asked again soon")
	require.Equal(t, []observation{{started: true}, {started: true, ready: true}, {started: true}},
		observed(t, answers(nil, no), probes{readiness: execProbe(1)}, 3), "it may become unready")
	require.Equal(t, []observation{{started: true, ready: true}},
		observed(t, answers(no, nil), probes{startup: execProbe(3)}, 1), "nothing is told before it has started")

	late := execProbe(1)
	late.InitialDelaySeconds = 3600
	require.Equal(t, []observation{{started: true}, {started: true, ready: true}},
		observed(t, answers(no, no, nil, nil, no), probes{startup: late, liveness: late, readiness: late}, 2),
		"before a delay is over, a success counts and a failure does not")

	failed := observed(t, answers(no), probes{startup: execProbe(1), liveness: execProbe(1)}, 1)
	require.ErrorContains(t, failed[0].fault, "its startup probe failed: check: not yet")
	failed = observed(t, answers(nil, no), probes{startup: execProbe(1), liveness: execProbe(1)}, 2)
	require.Equal(t, observation{started: true, ready: true}, failed[0])
	require.ErrorContains(t, failed[1].fault, "its liveness probe failed: check: not yet")
}

func TestHTTPProbes(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery != "full" || r.Header.Get("X-Probe") != "1" || r.Host != "churn.example.com" {
			http.Error(w, r.Host+r.URL.String(), http.StatusTeapot)
		}
	})
	mux.HandleFunc("/bad", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "loading", http.StatusServiceUnavailable) })
	mux.Handle("/away", http.RedirectHandler("http://elsewhere.invalid/", http.StatusFound))
	mux.Handle("/within", http.RedirectHandler("/bad", http.StatusFound))
	for _, scheme := range []corev1.URIScheme{"", corev1.URISchemeHTTP, corev1.URISchemeHTTPS} {
		server := httptest.NewUnstartedServer(mux)
		if scheme == corev1.URISchemeHTTPS {
			server.StartTLS()
		} else {
			server.Start()
		}
		defer server.Close()
		address, err := url.Parse(server.URL)
		require.NoError(t, err)
		number, err := strconv.Atoi(address.Port())
		require.NoError(t, err)
		of := target{address: address.Hostname(), ports: []corev1.ContainerPort{{Name: "http", ContainerPort: int32(number)}}}
		get := func(path string, port intstr.IntOrString) error {
			return of.check(t.Context(), corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Scheme: scheme, Path: path, Port: port,
				HTTPHeaders: []corev1.HTTPHeader{{Name: "X-Probe", Value: "1"}, {Name: "host", Value: "churn.example.com"}}}})
		}
		require.NoError(t, get("ok?full", intstr.FromString("http")))
		require.NoError(t, get("/ok?full", intstr.FromInt(number)))
		require.NoError(t, get("/away", intstr.FromInt(number)), "a redirect to another host is an answer")
		require.ErrorContains(t, get("/within", intstr.FromInt(number)), "503")
		require.ErrorContains(t, get("/bad", intstr.FromInt(number)), "answers 503 Service Unavailable: loading")
		require.ErrorContains(t, get("/ok", intstr.FromString("https")), `the container has no port named "https"`)
	}
}
