package loadbalancer

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	appslisters "k8s.io/client-go/listers/apps/v1"
	corelisters "k8s.io/client-go/listers/core/v1"
	discoverylisters "k8s.io/client-go/listers/discovery/v1"
	networkinglisters "k8s.io/client-go/listers/networking/v1"
	"k8s.io/client-go/tools/record"
	"k8s.io/client-go/util/retry"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/nodes"
)

// controller does what LBC does, one pass over all groups at a time.
type controller struct {
	Config
	client kubernetes.Interface
	params dynamic.ResourceInterface
	events record.EventRecorder
	front  *front
	said   map[string]string // the last message about each Ingress, and about the controller

	ingresses       networkinglisters.IngressLister
	classes         networkinglisters.IngressClassLister
	services        corelisters.ServiceLister
	slices          discoverylisters.EndpointSliceLister
	deployments     appslisters.DeploymentLister
	serviceAccounts corelisters.ServiceAccountLister
}

// reconcile brings every group in line with the cluster, if the controller can act at all. Otherwise it tells every Ingress
// that waits for its deletion why it does.
func (c *controller) reconcile(ctx context.Context) {
	all, _ := c.ingresses.List(labels.Everything()) // a cache cannot fail
	cluster, err := c.available()
	if err != nil {
		c.say(nil, "", "", "the load balancer controller does not act: "+err.Error())
		for _, ingress := range all {
			if groups := groupsOf(ingress); len(groups) > 0 && ingress.DeletionTimestamp != nil {
				c.say(ingress, corev1.EventTypeWarning, "ControllerUnavailable", fmt.Sprintf("Ingress %s cannot be deleted: nobody removes its finalizer of load balancer group %s, because %v. On AWS it hangs the same way: the controller, its role and policy must outlive every Ingress",
					keyOf(ingress), strings.Join(groups, ", "), err))
			}
		}
		return
	}
	c.say(nil, "", "", "the load balancer controller acts")
	for name, g := range c.groups(ctx, all) {
		reason, err := c.reconcileGroup(ctx, cluster, name, g)
		for _, ingress := range append(slices.Clone(g.members), g.leaving...) {
			if err == nil {
				c.say(ingress, corev1.EventTypeNormal, "SuccessfullyReconciled", "Successfully reconciled")
			} else if ctx.Err() == nil && !apierrors.IsConflict(err) { // the next pass sees what changed
				c.say(ingress, corev1.EventTypeWarning, reason, err.Error())
			}
		}
	}
}

// reconcileGroup follows LBC controllers/ingress/group_controller.go: finalizers on, model, load balancer, status,
// finalizers off. It stops at the first step that fails, which freezes the whole group, and returns the reason for Events.
func (c *controller) reconcileGroup(ctx context.Context, cluster, name string, g *group) (reason string, err error) {
	if g.fault != nil {
		return "FailedLoadGroup", g.fault
	}
	for _, ingress := range g.members {
		if err := c.setFinalizer(ctx, ingress, name, true); err != nil {
			return "FailedAddFinalizer", err
		}
	}
	if len(g.members) > 0 {
		reason, err = c.deploy(ctx, loadBalancerName(cluster, name), name, g)
	} else {
		reason, err = "FailedDeployModel", c.Account.Update(func(state *aws.State) error { return remove(state, loadBalancerName(cluster, name)) })
		if err == nil {
			c.front.remove(name)
		}
	}
	if err != nil {
		return reason, err
	}
	for _, ingress := range g.leaving {
		if err := c.setFinalizer(ctx, ingress, name, false); err != nil {
			return "FailedRemoveFinalizer", err
		}
	}
	return "", nil
}

// deploy makes the group's load balancer serve, and tells the Ingresses its host name.
func (c *controller) deploy(ctx context.Context, loadBalancer, name string, g *group) (reason string, err error) {
	model, err := alb.Build(g.params, modelIngresses(g.members), alb.WithServices(c.modelServices()...))
	if alb.Refused(err) {
		return "FailedBuildModel", err
	}
	hostname, err := c.ensureLoadBalancer(loadBalancer, model)
	if err != nil {
		return "FailedDeployModel", err
	}
	if err := c.front.apply(name, balancer{hostname, model, c.targets(model)}); err != nil {
		return "FailedListen", err
	}
	for _, ingress := range g.members {
		if current := ingress.Status.LoadBalancer.Ingress; len(current) == 1 && current[0].Hostname == hostname {
			continue
		}
		err := c.change(ctx, ingress, func(fresh *networkingv1.Ingress) error {
			fresh.Status.LoadBalancer.Ingress = []networkingv1.IngressLoadBalancerIngress{{Hostname: hostname}}
			_, err := c.client.NetworkingV1().Ingresses(fresh.Namespace).UpdateStatus(ctx, fresh, metav1.UpdateOptions{})
			return err
		})
		if err != nil {
			return "FailedUpdateStatus", err
		}
	}
	return "", nil
}

// targets returns the addresses of the ready endpoints of each target group.
func (c *controller) targets(model alb.LoadBalancer) map[string][]string {
	addresses := map[string][]string{}
	for _, tg := range model.TargetGroups {
		service, err := c.services.Services(tg.Namespace).Get(tg.Service)
		if err != nil {
			continue
		}
		all, _ := c.slices.EndpointSlices(tg.Namespace).List(labels.SelectorFromSet(labels.Set{discoveryv1.LabelServiceName: tg.Service}))
		for _, slice := range all {
			for _, port := range slice.Ports {
				if !slices.ContainsFunc(service.Spec.Ports, func(p corev1.ServicePort) bool {
					return p.Name == *port.Name && (tg.Port == p.Name || tg.Port == strconv.Itoa(int(p.Port)))
				}) {
					continue
				}
				for _, endpoint := range slice.Endpoints {
					if ready := endpoint.Conditions.Ready; ready == nil || *ready {
						addresses[tg.Key] = append(addresses[tg.Key], fmt.Sprintf("%s:%d", nodes.Loopback(endpoint.Addresses[0]), *port.Port))
					}
				}
			}
		}
	}
	return addresses
}

// setFinalizer adds or removes the finalizer of a group.
func (c *controller) setFinalizer(ctx context.Context, ingress *networkingv1.Ingress, name string, present bool) error {
	if slices.Contains(groupsOf(ingress), name) == present {
		return nil
	}
	return c.change(ctx, ingress, func(fresh *networkingv1.Ingress) error {
		fresh.Finalizers = slices.DeleteFunc(fresh.Finalizers, func(f string) bool { return f == groupFinalizer+name })
		if present {
			fresh.Finalizers = append(fresh.Finalizers, groupFinalizer+name)
		}
		_, err := c.client.NetworkingV1().Ingresses(fresh.Namespace).Update(ctx, fresh, metav1.UpdateOptions{})
		return err
	})
}

// change writes to a fresh copy of an Ingress, again when somebody else was faster. One that is gone needs nothing.
func (c *controller) change(ctx context.Context, ingress *networkingv1.Ingress, write func(fresh *networkingv1.Ingress) error) error {
	err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		fresh, err := c.client.NetworkingV1().Ingresses(ingress.Namespace).Get(ctx, ingress.Name, metav1.GetOptions{})
		if err != nil || fresh.UID != ingress.UID {
			return err
		}
		return write(fresh)
	})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// say logs a message, and records it as an Event of the Ingress if there is one, unless it was the last one about it.
func (c *controller) say(ingress *networkingv1.Ingress, kind, reason, message string) {
	topic := "controller"
	if ingress != nil {
		topic = "ingress " + keyOf(ingress)
	}
	if c.said[topic] == message {
		return
	}
	c.said[topic] = message
	c.Log.Info("loadbalancer: "+message, "about", topic, "reason", reason)
	if ingress != nil {
		c.events.Event(ingress, kind, reason, message[:min(len(message), 1024)])
	}
}
