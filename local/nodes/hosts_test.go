package nodes

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	listers "k8s.io/client-go/listers/discovery/v1"
	"k8s.io/client-go/tools/cache"
)

// slice is what Kubernetes says of a Service's pods.
func slice(service string, endpoints ...discoveryv1.Endpoint) *discoveryv1.EndpointSlice {
	return &discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Name: service + "-1", Namespace: "models", Labels: map[string]string{discoveryv1.LabelServiceName: service}},
		AddressType: discoveryv1.AddressTypeIPv4, Endpoints: endpoints,
	}
}

func endpoint(address, node string, ready bool) discoveryv1.Endpoint {
	return discoveryv1.Endpoint{Addresses: []string{address}, NodeName: &node, Conditions: discoveryv1.EndpointConditions{Ready: &ready}}
}

// TestHostsNameServices wants the file to have the ready pods of nodes here, after what the machine knows, and to stay the same file when it
// gets shorter.
func TestHostsNameServices(t *testing.T) {
	index := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})
	h := &hosts{path: filepath.Join(t.TempDir(), "pods", "hosts"), slices: listers.NewEndpointSliceLister(index)}
	local := func(node string) bool { return node == "here" }
	require.NoError(t, index.Add(slice("churn", endpoint("10.1.2.3", "here", true), endpoint("10.1.2.4", "here", false),
		endpoint("10.1.2.5", "elsewhere", true))))
	require.NoError(t, index.Add(slice("ada", endpoint("10.1.2.6", "here", true))))
	require.NoError(t, h.follow(0, local))
	own, err := os.ReadFile(machineHosts)
	require.NoError(t, err)
	const churn = "127.1.2.3 churn.models churn.models.svc churn.models.svc.cluster.local\n"
	require.Equal(t, string(own)+"\n"+churn+"127.1.2.6 ada.models ada.models.svc ada.models.svc.cluster.local\n", text(t, h.path))

	before, err := os.Stat(h.path)
	require.NoError(t, err)
	require.NoError(t, index.Delete(slice("ada")))
	require.NoError(t, h.follow(0, local), "nothing is said to have changed")
	require.Contains(t, text(t, h.path), "ada")
	require.NoError(t, h.follow(1, local))
	require.Equal(t, string(own)+"\n"+churn, text(t, h.path))
	after, err := os.Stat(h.path)
	require.NoError(t, err)
	require.True(t, os.SameFile(before, after), "containers have mounted it")
}

func text(t *testing.T, path string) string {
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(content)
}
