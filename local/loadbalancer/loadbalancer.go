// Package loadbalancer stands in for the AWS Load Balancer Controller (LBC) and the Application Load Balancers that it
// makes: it reads Ingresses as LBC does, holds each load balancer in the simulated AWS account, and serves its HTTP
// listeners on 127.0.0.1 by the same model that the checks use (internal/alb).
//
// It acts only while the real thing could: while the controller's Deployment is available and the role of its service
// account still has a policy. Otherwise load balancers go on serving what they last knew, and an Ingress that is deleted
// keeps its finalizer, as it does on AWS.
package loadbalancer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/nodes"
)

// Config says what the load balancers follow. Client and Account are required.
type Config struct {
	// Client reaches the API server with rights over Ingresses, and to read what they refer to.
	Client *rest.Config
	// Account is the simulated AWS account that holds load balancers, their interfaces and their security group.
	Account *aws.Account
	// Listen gives the address on this machine for a listener port. Default: 127.0.0.1 and the same port, or the port
	// plus 8000 below 1024, which needs no privileges.
	Listen func(port int) string
	// Target gives the address on this machine for a pod's address. Default: its loopback counterpart (nodes.Loopback).
	Target func(podIP string, port int) string
	// Log receives what happens. Default slog.Default().
	Log *slog.Logger
}

func (c Config) withDefaults() (Config, error) {
	var faults []error
	if c.Client == nil {
		faults = append(faults, errors.New("loadbalancer: Client is nil: pass the API server's rest.Config"))
	}
	if c.Account == nil {
		faults = append(faults, errors.New("loadbalancer: Account is nil: pass the simulated AWS account"))
	}
	if c.Listen == nil {
		c.Listen = func(port int) string {
			if port < 1024 {
				port += 8000
			}
			return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		}
	}
	if c.Target == nil {
		c.Target = func(podIP string, port int) string {
			return net.JoinHostPort(nodes.Loopback(podIP), strconv.Itoa(port))
		}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c, errors.Join(faults...)
}

// retryPeriod is the longest time between two looks at the cluster and the account.
const retryPeriod = time.Second

// Run keeps load balancers in step with the cluster and serves them until ctx ends, then closes the listeners and returns nil.
// It returns an error only for a faulty Config; everything else is reported as an Event and a log line, and tried again.
func Run(ctx context.Context, config Config) error {
	config, err := config.withDefaults()
	if err != nil {
		return err
	}
	clientConfig := rest.CopyConfig(config.Client)
	clientConfig.QPS, clientConfig.Burst = 100, 200
	client, err := kubernetes.NewForConfig(clientConfig)
	if err != nil {
		return fmt.Errorf("loadbalancer: connecting to the API server: %w", err)
	}
	objects, err := dynamic.NewForConfig(clientConfig)
	if err != nil {
		return fmt.Errorf("loadbalancer: connecting to the API server: %w", err)
	}
	config.run(ctx, client, objects)
	return nil
}

func (c Config) run(ctx context.Context, client kubernetes.Interface, objects dynamic.Interface) {
	broadcaster := record.NewBroadcaster()
	defer broadcaster.Shutdown()
	broadcaster.StartRecordingToSink(&corev1client.EventSinkImpl{Interface: client.CoreV1().Events("")})
	events := broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "ingress"})

	factory := informers.NewSharedInformerFactory(client, 0)
	changed := make(chan struct{}, 1)
	controller := &controller{
		Config: c, client: client, params: objects.Resource(paramsResource), events: events, said: map[string]string{},
		front:           newFront(c),
		ingresses:       watch(factory.Networking().V1().Ingresses().Informer(), changed),
		classes:         watch(factory.Networking().V1().IngressClasses().Informer(), changed),
		services:        watch(factory.Core().V1().Services().Informer(), changed),
		slices:          watch(factory.Discovery().V1().EndpointSlices().Informer(), changed),
		deployments:     watch(factory.Apps().V1().Deployments().Informer(), changed),
		serviceAccounts: watch(factory.Core().V1().ServiceAccounts().Informer(), changed),
	}
	defer controller.front.close()
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	for ctx.Err() == nil {
		controller.reconcile(ctx)
		select {
		case <-ctx.Done():
		case <-changed:
			time.Sleep(20 * time.Millisecond) // let a burst of changes arrive
		case <-time.After(retryPeriod):
		}
	}
}

// watch signals every change of the informer's objects and returns them.
func watch(informer cache.SharedIndexInformer, changed chan<- struct{}) cache.Store {
	signal := func(any) {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	_, _ = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: signal, DeleteFunc: signal, UpdateFunc: func(_, object any) { signal(object) },
	})
	return informer.GetStore()
}
