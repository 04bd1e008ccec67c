package rollout

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// source shows the Deployments of one look after another, then the last of them.
func source(pods, events []byte, looks ...[]byte) Source {
	return Source{
		Kubectl: "kubectl",
		Ask:     func(context.Context, string) Answer { return Answer{Asked: true, Status: 200, Number: "2"} },
		Log: func(context.Context, Pod) (string, string) {
			return strings.Repeat("a line\n", 20) + "there is no model\n", "churn.log"
		},
		Get: func(_ context.Context, path string) ([]byte, error) {
			switch path {
			case pathDeployments:
				now := looks[0]
				looks = looks[min(1, len(looks)-1):]
				if now == nil {
					return nil, errors.New("connection refused")
				}
				return now, nil
			case pathReplicaSets:
				return []byte(sets), nil
			case pathPods:
				return pods, nil
			}
			return events, nil
		},
	}
}

func TestWaitSaysWhatItWaitsFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		starting, ready := list(deployment("churn", image, 3, 3, 1, 1, 1, 0)), list(deployment("churn", image, 3, 3, 1, 1, 1, 1))
		var said []string
		notes, err := Wait(t.Context(), source(list(), list(), starting, starting, nil, ready), []Model{churn()}, time.Minute,
			func(text string) { said = append(said, text) })
		require.NoError(t, err)
		require.Empty(t, notes)
		require.Len(t, said, 2, said)
		require.Equal(t, "waiting for model churn: Deployment churn: 0 of 1 replicas of the new version are available", said[0])
		require.Contains(t, said[1], "connection refused")
	})
}

func TestWaitIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		events := list(
			`{"type": "Warning", "reason": "FailedListen", "message": "port 8080 is taken", "involvedObject": {"kind": "Ingress", "name": "churn"}}`,
			`{"type": "Warning", "reason": "FailedListen", "message": "port 8080 is taken", "involvedObject": {"kind": "Ingress", "name": "churn"}}`,
			`{"type": "Warning", "reason": "Unhealthy", "message": "no", "involvedObject": {"kind": "Pod", "name": "another"}}`)
		began := time.Now()
		s := source(list(pod(2, "ImagePullBackOff", 0)), events, list(deployment("churn", image, 3, 3, 1, 1, 1, 0)))
		_, err := Wait(t.Context(), s, []Model{churn()}, 5*time.Minute, func(string) {})
		require.Equal(t, 5*time.Minute, time.Since(began))
		require.EqualError(t, err, "model churn is not good after 5m0s: Deployment churn: 0 of 1 replicas of the new version are available\n"+
			"  pod churn-2-x: ImagePullBackOff: exited with code 1 (0 restarts)\n  the last lines of its log (all of it: churn.log):\n"+
			strings.Repeat("    a line\n", 9)+"    there is no model\n  event of Ingress churn: FailedListen: port 8080 is taken\n"+
			"  Look closer with: kubectl -n models describe deployment,pods,ingress -l app.kubernetes.io/name=churn")
	})
}

// after makes a source whose pods were others at the first look.
func after(first string, s Source) Source {
	get := s.Get
	s.Get = func(ctx context.Context, path string) ([]byte, error) {
		if path == pathPods && first != "" {
			defer func() { first = "" }()
			return []byte(list(first)), nil
		}
		return get(ctx, path)
	}
	return s
}

func TestACrashLoopEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		s := after(pod(2, "CrashLoopBackOff", 2), source(list(pod(2, "CrashLoopBackOff", 3)), list(), list(deployment("churn", image, 3, 3, 1, 1,
			1, 0))))
		_, err := Wait(t.Context(), s, []Model{churn()}, time.Hour, func(string) {})
		require.ErrorContains(t, err, "model churn failed: Deployment churn: the new version ends again and again (crash loop)\n  pod "+
			"churn-2-x: CrashLoopBackOff")
		require.Equal(t, Period, time.Since(began))
	})
}

// What ended again and again before the wait began may have been mended by what was deployed meanwhile, such as a right of its role.
func TestAPodThatEndedBeforeGetsOneMoreTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said []string
		waiting, ready := list(deployment("churn", image, 3, 3, 1, 1, 1, 0)), list(deployment("churn", image, 3, 3, 1, 1, 1, 1))
		s := source(list(pod(2, "CrashLoopBackOff", 7)), list(), waiting, waiting, waiting, ready)
		_, err := Wait(t.Context(), s, []Model{churn()}, time.Hour, func(text string) { said = append(said, text) })
		require.NoError(t, err)
		require.Equal(t, []string{"waiting for model churn: Deployment churn: 0 of 1 replicas of the new version are available; pod churn-2-x, " +
			"which ended again and again before, gets one more try"}, said)
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Wait(ctx, source(list(), list(), list()), []Model{churn()}, time.Hour, func(string) {})
	require.ErrorIs(t, err, context.Canceled)
	notes, err := Wait(t.Context(), source(list(), list(), list()), nil, time.Hour, func(string) {})
	require.NoError(t, err, "no models, nothing to wait for")
	require.Empty(t, notes)
}

func TestAsk(t *testing.T) {
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Model-Version", "2")
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}))
	defer web.Close()
	ask := Asker()
	require.Equal(t, Answer{Asked: true, Status: 302, Number: "2"}, ask(t.Context(), web.URL))
	require.Equal(t, 302, ask(t.Context(), strings.Replace(web.URL, "127.0.0.1", "any.localhost", 1)).Status)
	web.Close()
	require.Error(t, ask(t.Context(), web.URL).Err)
}
