package testcluster

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

// Applier applies objects of any kind by server-side apply.
type Applier struct {
	client dynamic.Interface
	kinds  discovery.DiscoveryInterface
	mapper meta.RESTMapper
}

// NewApplier connects to an API server.
func NewApplier(t testing.TB, config *rest.Config) *Applier {
	t.Helper()
	client, err := dynamic.NewForConfig(config)
	require.NoError(t, err)
	kinds, err := discovery.NewDiscoveryClientForConfig(config)
	require.NoError(t, err)
	return &Applier{client: client, kinds: kinds}
}

// At is where an object is read and written. It waits up to a minute for its kind to be served, as after the installation of a definition.
func (a *Applier) At(t testing.TB, object *unstructured.Unstructured) dynamic.ResourceInterface {
	t.Helper()
	kind := object.GroupVersionKind()
	var mapping *meta.RESTMapping
	require.Eventually(t, func() bool {
		if a.mapper == nil {
			groups, err := restmapper.GetAPIGroupResources(a.kinds)
			if err != nil {
				return false
			}
			a.mapper = restmapper.NewDiscoveryRESTMapper(groups)
		}
		var err error
		if mapping, err = a.mapper.RESTMapping(kind.GroupKind(), kind.Version); err != nil {
			a.mapper = nil
		}
		return err == nil
	}, time.Minute, 100*time.Millisecond, "the API server serves %s", kind)
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return a.client.Resource(mapping.Resource)
	}
	return a.client.Resource(mapping.Resource).Namespace(object.GetNamespace())
}

// Apply creates or changes an object, and returns what the API server says.
func (a *Applier) Apply(t testing.TB, object *unstructured.Unstructured) error {
	t.Helper()
	_, err := a.At(t, object).Apply(context.Background(), object.GetName(), object, metav1.ApplyOptions{FieldManager: "test", Force: true})
	return err
}
