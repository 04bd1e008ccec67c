package loadbalancer

import (
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// replica is a pod of a Deployment, with an EndpointSlice of its own.
type replica struct {
	server *http.Server
	name   string
	served atomic.Int64
}

// start adds a replica that is ready.
func (w *world) start(service, name string) *replica {
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(w.t, err)
	r := &replica{name: name}
	r.server = &http.Server{Handler: http.HandlerFunc(func(response http.ResponseWriter, _ *http.Request) {
		r.served.Add(1)
		time.Sleep(2 * time.Millisecond) // so that requests are under way at every moment
		fmt.Fprint(response, name)
	})}
	go func() { _ = r.server.Serve(socket) }()
	w.t.Cleanup(func() { _ = r.server.Close() })
	port := int32(socket.Addr().(*net.TCPAddr).Port)
	_, err = w.client.DiscoveryV1().EndpointSlices("models").Create(w.ctx, &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{Namespace: "models", Name: name, Labels: map[string]string{discoveryv1.LabelServiceName: service}},
		Ports:      []discoveryv1.EndpointPort{{Name: new("http"), Port: &port}},
		Endpoints: []discoveryv1.Endpoint{{Addresses: []string{"10.0.0.1"}, Conditions: discoveryv1.EndpointConditions{Ready: new(true),
			Serving: new(true), Terminating: new(false)}}},
	}, metav1.CreateOptions{})
	require.NoError(w.t, err)
	w.eventually("requests to "+name, func() bool { return r.served.Load() > 0 })
	return r
}

// terminate does what happens to a replica that is deleted: it serves on as an endpoint that terminates, through its preStop hook,
// which here ends when it gets no more requests; then it ends, with those under way.
func (w *world) terminate(r *replica) {
	slices := w.client.DiscoveryV1().EndpointSlices("models")
	slice, err := slices.Get(w.ctx, r.name, metav1.GetOptions{})
	require.NoError(w.t, err)
	slice.Endpoints[0].Conditions = discoveryv1.EndpointConditions{Ready: new(false), Serving: new(true), Terminating: new(true)}
	_, err = slices.Update(w.ctx, slice, metav1.UpdateOptions{})
	require.NoError(w.t, err)
	w.eventually("no more requests to "+r.name, func() bool {
		before := r.served.Load()
		time.Sleep(100 * time.Millisecond)
		return r.served.Load() == before
	})
	require.NoError(w.t, r.server.Shutdown(w.ctx))
	require.NoError(w.t, slices.Delete(w.ctx, r.name, metav1.DeleteOptions{}))
}

// TestRollingReplacement replaces the replicas of a model one by one under load. No request may fail, although the load balancer, like
// an ALB, tries none again.
func TestRollingReplacement(t *testing.T) {
	w := newWorld(t)
	_, err := w.client.CoreV1().Services("models").Create(w.ctx, &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "models",
		Name: "churn"},
		Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Name: "http", Port: 80}}}}, metav1.CreateOptions{})
	require.NoError(t, err)
	w.ingress("churn", "/churn")
	w.eventually("a listener", w.answersWith(http.StatusServiceUnavailable))

	var load sync.WaitGroup
	var begun, end, failed, answered atomic.Int64
	url := "http://" + address(w.port) + "/churn"
	for range 4 {
		load.Go(func() {
			for end.Load() == 0 {
				response, err := http.Post(url, "", nil)
				if err == nil {
					_ = response.Body.Close()
				}
				switch {
				case begun.Load() == 0:
				case err != nil || response.StatusCode != http.StatusOK:
					failed.Add(1)
				default:
					answered.Add(1)
				}
			}
		})
	}
	running := []*replica{w.start("churn", "churn-0"), w.start("churn", "churn-1")}
	begun.Store(1)
	for n := range 6 {
		running = append(running, w.start("churn", "churn-"+strconv.Itoa(n+2)))
		w.terminate(running[0])
		running = running[1:]
	}
	end.Store(1)
	load.Wait()
	require.Zero(t, failed.Load(), "of %d", failed.Load()+answered.Load())
	require.Positive(t, answered.Load())
}

func (w *world) answersWith(status int) func() bool {
	return func() bool {
		response, err := http.Get("http://" + address(w.port) + "/churn")
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == status
	}
}
