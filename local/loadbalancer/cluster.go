package loadbalancer

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	appslisters "k8s.io/client-go/listers/apps/v1"
	corelisters "k8s.io/client-go/listers/core/v1"
	networkinglisters "k8s.io/client-go/listers/networking/v1"
	"k8s.io/client-go/tools/cache"
)

// cluster is what is known of the API server without asking it.
type cluster struct {
	ingresses       networkinglisters.IngressLister
	classes         networkinglisters.IngressClassLister
	namespaces      corelisters.NamespaceLister
	services        corelisters.ServiceLister
	slices          cache.Indexer                    // EndpointSlices, by the "namespace/name" of their Service
	deployments     appslisters.DeploymentLister     // of the controller's namespace
	serviceAccounts corelisters.ServiceAccountLister // of the controller's namespace
	params          informers.GenericInformer        // nil until the first class asks for IngressClassParams

	objects dynamic.Interface
	changes atomic.Uint64 // how often any of them changed
}

// byService is the index of EndpointSlices.
const byService = "service"

// newCluster returns once everything is known but IngressClassParams: their definition comes with the controller.
func newCluster(ctx context.Context, client kubernetes.Interface, objects dynamic.Interface) *cluster {
	everywhere := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithTransform(slim))
	system := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithTransform(slim),
		informers.WithNamespace(controllerNamespace))
	networking, core, apps := everywhere.Networking().V1(), everywhere.Core().V1(), system.Apps().V1()
	endpoints, accounts := everywhere.Discovery().V1().EndpointSlices().Informer(), system.Core().V1().ServiceAccounts()
	c := &cluster{
		ingresses: networking.Ingresses().Lister(), classes: networking.IngressClasses().Lister(), namespaces: core.Namespaces().Lister(),
		services: core.Services().Lister(),
		slices:   endpoints.GetIndexer(), deployments: apps.Deployments().Lister(), serviceAccounts: accounts.Lister(), objects: objects,
	}
	_ = endpoints.AddIndexers(cache.Indexers{byService: serviceOf}) // fails for one that was stopped
	for _, informer := range []cache.SharedIndexInformer{networking.Ingresses().Informer(), networking.IngressClasses().Informer(),
		core.Namespaces().Informer(),
		core.Services().Informer(), endpoints, apps.Deployments().Informer(), accounts.Informer()} {
		c.count(informer)
	}
	for _, factory := range []informers.SharedInformerFactory{everywhere, system} {
		factory.Start(ctx.Done())
		factory.WaitForCacheSync(ctx.Done())
	}
	return c
}

// slim drops who set which field, often the larger part of an object.
func slim(object any) (any, error) {
	if accessor, err := meta.Accessor(object); err == nil {
		accessor.SetManagedFields(nil)
	}
	return object, nil
}

func serviceOf(slice any) ([]string, error) {
	accessor, err := meta.Accessor(slice)
	if err != nil {
		return nil, err
	}
	return []string{accessor.GetNamespace() + "/" + accessor.GetLabels()[discoveryv1.LabelServiceName]}, nil
}

// count makes an informer count its changes.
func (c *cluster) count(informer cache.SharedIndexInformer) {
	_, _ = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{ // fails for one that was stopped
		AddFunc:    func(any) { c.changes.Add(1) },
		UpdateFunc: func(any, any) { c.changes.Add(1) },
		DeleteFunc: func(any) { c.changes.Add(1) },
	})
}

// getParams returns IngressClassParams, which it begins to follow, until ctx ends, at the first call.
func (c *cluster) getParams(ctx context.Context, name string) (*unstructured.Unstructured, error) {
	if c.params == nil {
		c.params = dynamicinformer.NewFilteredDynamicInformer(c.objects, paramsResource, metav1.NamespaceAll, 0, cache.Indexers{}, nil)
		c.count(c.params.Informer())
		go c.params.Informer().Run(ctx.Done())
		bounded, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		cache.WaitForCacheSync(bounded.Done(), c.params.Informer().HasSynced)
	}
	if !c.params.Informer().HasSynced() {
		return nil, fmt.Errorf("the API server does not list %s", paramsResource.GroupResource())
	}
	object, err := c.params.Lister().Get(name)
	if err != nil {
		return nil, err
	}
	return object.(*unstructured.Unstructured), nil
}
