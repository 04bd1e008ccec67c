// Package certmanager stands in for cert-manager, whose programs cannot be built from Go modules: it issues the Certificates of self-signed
// and CA Issuers into Secrets, renews them, and puts CA bundles where annotations ask for them.
//
// It works on the custom resource definitions and with the rights of cert-manager's own chart; the fields, annotations, conditions and
// reasons are those of cert-manager 1.21 (https://cert-manager.io/docs/reference/api-docs/ and
// https://cert-manager.io/docs/concepts/ca-injector/).
package certmanager

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
)

// Version is the release of cert-manager that this package stands in for: a version of the Go module github.com/cert-manager/cert-manager,
// which holds its custom resource definitions and its chart.
const Version = "v1.21.2"

// period is the time between two looks at the cluster.
const period = 500 * time.Millisecond

// Requests a second to the API server, and how many at once: the defaults of cert-manager's --kube-api-qps and --kube-api-burst. With
// fewer, a webhook waits for its CA bundle until long after the pods behind it are ready.
const (
	requests = 20
	burst    = 50
)

// Config says which cluster is served.
type Config struct {
	// Client reaches the API server with the rights of cert-manager's controller, or of its CA injector. Required.
	Client *rest.Config
	// Log receives what happens. Required.
	Log *slog.Logger
	// ClusterNamespace holds the Secrets of ClusterIssuers. Default: cert-manager, as in cert-manager's chart installed there.
	ClusterNamespace string
	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// Issue issues and renews certificates until ctx ends, and then returns nil. It returns an error only for a faulty Client; what fails is
// logged and tried again.
func Issue(ctx context.Context, config Config) error {
	c, err := connect(config)
	if err != nil {
		return err
	}
	c.repeat(ctx, c.issueAll)
	return nil
}

// Inject puts CA bundles into webhook configurations, conversions of definitions and APIServices until ctx ends, and then returns nil. It
// returns an error only for a faulty Client; what fails is logged and tried again.
func Inject(ctx context.Context, config Config) error {
	c, err := connect(config)
	if err != nil {
		return err
	}
	c.repeat(ctx, c.injectAll)
	return nil
}

// cluster is the API server and what was seen of it.
type cluster struct {
	Config
	core     kubernetes.Interface
	objects  dynamic.Interface
	metadata metadata.Interface
	injected map[string]string // by object: its resource version and the bundle that it has
}

func connect(config Config) (*cluster, error) {
	if config.ClusterNamespace == "" {
		config.ClusterNamespace = "cert-manager"
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	config.Client = rest.CopyConfig(config.Client)
	if err := rest.LoadTLSFiles(config.Client); err != nil {
		return nil, fmt.Errorf("cert-manager: reading the API server's CA: %w", err)
	}
	config.Client.QPS, config.Client.Burst = requests, burst
	core, err := kubernetes.NewForConfig(config.Client)
	if err != nil {
		return nil, fmt.Errorf("cert-manager: connecting to the API server: %w", err)
	}
	objects, err := dynamic.NewForConfig(config.Client)
	if err != nil {
		return nil, fmt.Errorf("cert-manager: connecting to the API server: %w", err)
	}
	partial, err := metadata.NewForConfig(config.Client)
	if err != nil {
		return nil, fmt.Errorf("cert-manager: connecting to the API server: %w", err)
	}
	return &cluster{Config: config, core: core, objects: objects, metadata: partial, injected: map[string]string{}}, nil
}

// repeat makes passes until ctx ends, and logs what fails once for as long as it stays the same.
func (c *cluster) repeat(ctx context.Context, pass func(context.Context) error) {
	for said := ""; ctx.Err() == nil; {
		err := pass(ctx)
		if err == nil {
			said = ""
		} else if text := err.Error(); text != said && !errors.Is(err, context.Canceled) {
			said = text
			c.Log.Warn("cert-manager: " + text)
		}
		select {
		case <-ctx.Done():
		case <-time.After(period):
		}
	}
}

// list returns the objects of a kind in every namespace; none where the kind is not installed.
func (c *cluster) list(ctx context.Context, kind schema.GroupVersionResource) ([]unstructured.Unstructured, error) {
	// Resource version 0 is answered from the API server's memory.
	found, err := c.objects.Resource(kind).List(ctx, metav1.ListOptions{ResourceVersion: "0"})
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", kind.Resource, err)
	}
	return found.Items, nil
}

// at is where objects of a kind are read and written: a namespace, or "" for the cluster.
func (c *cluster) at(kind schema.GroupVersionResource, namespace string) dynamic.ResourceInterface {
	if namespace == "" {
		return c.objects.Resource(kind)
	}
	return c.objects.Resource(kind).Namespace(namespace)
}

// ignoreConflict drops the error of an object that somebody else has changed: the next pass sees it.
func ignoreConflict(err error) error {
	if apierrors.IsConflict(err) || apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
