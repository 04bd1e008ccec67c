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
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/record"

	"github.com/modelway/modelway/local/aws"
)

// Config says what the load balancers follow. All fields are required but Ports, Held and Page.
type Config struct {
	// Client reaches the API server with rights over Ingresses, and to read what they refer to.
	Client *rest.Config
	// Account is the simulated AWS account that holds load balancers, their interfaces and their security groups.
	Account *aws.Account
	// Ports, when set, returns ports to listen on also while no load balancer does, so that nobody else takes them.
	Ports func() []int
	// Held, when set, receives for each of these ports why it is not listened on, nil where it is, after each look.
	Held func(map[int]error)
	// Page, when set, answers on every port for GET / and /map.json of localhost and 127.0.0.1, which are no load balancer's.
	Page http.Handler
	// Log receives what happens.
	Log *slog.Logger
}

// pollPeriod is the time between two looks at the cluster, as far as it is known here, and the account.
const pollPeriod = 200 * time.Millisecond

// Run keeps load balancers in step with the cluster and serves them until ctx ends, then closes the listeners and returns nil.
// It returns an error only for a faulty Client; everything else is reported as an Event and a log line, and tried again.
func Run(ctx context.Context, config Config) error {
	clientConfig := rest.CopyConfig(config.Client)
	clientConfig.QPS = -1 // no limit but that of writers
	client, err := kubernetes.NewForConfig(clientConfig)
	objects, dynamicErr := dynamic.NewForConfig(clientConfig)
	if err := errors.Join(err, dynamicErr); err != nil {
		return fmt.Errorf("loadbalancer: connecting to the API server: %w", err)
	}
	config.run(ctx, client, objects)
	return nil
}

func (c Config) run(ctx context.Context, client kubernetes.Interface, objects dynamic.Interface) {
	broadcaster := record.NewBroadcaster()
	defer broadcaster.Shutdown()
	broadcaster.StartRecordingToSink(&corev1client.EventSinkImpl{Interface: client.CoreV1().Events("")})
	controller := newController(c, newCluster(ctx, client, objects), client, broadcaster.NewRecorder(scheme.Scheme,
		corev1.EventSource{Component: "ingress"}))
	defer controller.front.close()
	for ctx.Err() == nil {
		c.hold(controller.front)
		controller.reconcile(ctx)
		select {
		case <-ctx.Done():
		case <-time.After(pollPeriod):
		}
	}
}

// hold keeps the ports open that are wanted in any case.
func (c Config) hold(f *front) {
	if c.Ports == nil {
		return
	}
	held := f.hold(c.Ports())
	if c.Held != nil {
		c.Held(held)
	}
}
