package loadbalancer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"

	"github.com/modelway/modelway/internal/alb"
)

// controller does what LBC does, one pass over all groups at a time.
type controller struct {
	Config
	client kubernetes.Interface
	params dynamic.ResourceInterface
	events record.EventRecorder
	front  *front
	said   map[string]string // last message by topic

	ingresses, classes, services, slices, deployments, serviceAccounts cache.Store
}

// reconcile brings every group in line with the cluster, if the controller can act at all.
func (c *controller) reconcile(ctx context.Context) {
	s, err := c.available()
	if err != nil {
		c.sayStuck(err)
		return
	}
	c.say("availability", nil, "", "", "the load balancer controller acts")
	groups, err := c.groups(ctx, s)
	if err != nil {
		c.say("groups", nil, "", "", err.Error())
		return
	}
	for _, g := range groups {
		if err := c.reconcileGroup(ctx, s, g); err != nil && ctx.Err() == nil {
			for _, ingress := range append(slices.Clone(g.members), g.inactive...) {
				c.say("group "+keyOf(ingress), ingress, corev1.EventTypeWarning, reasonOf(err), err.Error())
			}
		} else {
			for _, ingress := range g.members {
				c.say("group "+keyOf(ingress), ingress, corev1.EventTypeNormal, "SuccessfullyReconciled", "Successfully reconciled")
			}
		}
	}
}

// reconcileGroup follows LBC controllers/ingress/group_controller.go: finalizers on, model, load balancer, status,
// finalizers off. It stops at the first step that fails, which freezes the whole group.
func (c *controller) reconcileGroup(ctx context.Context, s settings, g *group) error {
	if err := errors.Join(g.faults...); err != nil {
		return failure{"FailedLoadGroup", err}
	}
	for _, ingress := range g.members {
		if err := c.setFinalizer(ctx, ingress, g.finalizer(), true); err != nil {
			return failure{"FailedAddFinalizer", err}
		}
	}
	if len(g.members) == 0 {
		if err := c.removeLoadBalancer(s, g); err != nil {
			return failure{"FailedDeployModel", err}
		}
		c.front.remove(g.id)
	} else {
		model, err := c.build(g)
		if err != nil {
			return failure{"FailedBuildModel", err}
		}
		hostname, err := c.ensureLoadBalancer(s, g, model)
		if err != nil {
			return failure{"FailedDeployModel", err}
		}
		if err := c.front.apply(g.id, hostname, model, c.endpoints(model)); err != nil {
			c.say("listen "+g.id, g.members[0], corev1.EventTypeWarning, "FailedListen", err.Error())
		} else {
			c.say("listen "+g.id, nil, "", "", fmt.Sprintf("load balancer %s serves %s", hostname, c.front.addresses(model)))
		}
		for _, ingress := range g.members {
			if err := c.setHostname(ctx, ingress, hostname); err != nil {
				return failure{"FailedUpdateStatus", err}
			}
		}
	}
	for _, ingress := range g.inactive {
		if err := c.setFinalizer(ctx, ingress, g.finalizer(), false); err != nil {
			return failure{"FailedRemoveFinalizer", err}
		}
		c.Log.Info("ingress left its load balancer", "ingress", keyOf(ingress), "group", g.id)
	}
	return nil
}

// failure is an error with the reason of its Event.
type failure struct {
	reason string
	error
}

func (f failure) Unwrap() error { return f.error }

func reasonOf(err error) string {
	var f failure
	if errors.As(err, &f) {
		return f.reason
	}
	return "FailedReconcile"
}

// build makes the model of a group. Faults that LBC would not stop at are logged.
func (c *controller) build(g *group) (alb.LoadBalancer, error) {
	var ingresses []alb.Ingress
	for _, ingress := range g.members {
		model := modelIngress(ingress)
		model.ClassName = g.params.Name
		ingresses = append(ingresses, model)
	}
	var services []alb.Service
	for _, object := range c.services.List() {
		service := object.(*corev1.Service)
		model := alb.Service{Namespace: service.Namespace, Name: service.Name, Annotations: service.Annotations}
		for _, port := range service.Spec.Ports {
			model.Ports = append(model.Ports, alb.ServicePort{Name: port.Name, Port: int(port.Port)})
		}
		services = append(services, model)
	}
	model, err := alb.Build(g.params, ingresses, alb.WithServices(services...))
	if alb.Refused(err) {
		return model, err
	}
	for _, tg := range model.TargetGroups {
		if service := c.service(tg); service != nil && tg.TargetType == "instance" && service.Spec.Type == corev1.ServiceTypeClusterIP {
			return model, fmt.Errorf("service %s/%s is of type ClusterIP and its target type is instance, which needs NodePort; set the chart value defaultTargetType to ip", tg.Namespace, tg.Service)
		}
	}
	warnings := ""
	if err != nil {
		warnings = err.Error()
	}
	c.say("warnings "+g.id, nil, "", "", warnings)
	return model, nil
}

func (c *controller) service(tg alb.TargetGroup) *corev1.Service {
	object, found, _ := c.services.GetByKey(tg.Namespace + "/" + tg.Service)
	if !found {
		return nil
	}
	return object.(*corev1.Service)
}

// endpoints returns the addresses of the ready endpoints of each target group.
func (c *controller) endpoints(model alb.LoadBalancer) map[string][]string {
	found := map[string][]string{}
	for _, tg := range model.TargetGroups {
		service := c.service(tg)
		if service == nil {
			continue
		}
		var port *corev1.ServicePort
		for index, candidate := range service.Spec.Ports {
			if tg.Port == candidate.Name || tg.Port == strconv.Itoa(int(candidate.Port)) {
				port = &service.Spec.Ports[index]
			}
		}
		for _, object := range c.slices.List() {
			slice := object.(*discoveryv1.EndpointSlice)
			if port == nil || slice.Namespace != tg.Namespace || slice.Labels[discoveryv1.LabelServiceName] != tg.Service {
				continue
			}
			for _, slicePort := range slice.Ports {
				if slicePort.Name == nil || slicePort.Port == nil || *slicePort.Name != port.Name {
					continue
				}
				for _, endpoint := range slice.Endpoints {
					if endpoint.Conditions.Ready == nil || *endpoint.Conditions.Ready {
						found[tg.Key] = append(found[tg.Key], c.Target(endpoint.Addresses[0], int(*slicePort.Port)))
					}
				}
			}
		}
		slices.Sort(found[tg.Key])
	}
	return found
}

// setFinalizer adds or removes a finalizer; an Ingress that changed meanwhile is left to the next pass.
func (c *controller) setFinalizer(ctx context.Context, ingress *networkingv1.Ingress, finalizer string, present bool) error {
	if slices.Contains(ingress.Finalizers, finalizer) == present {
		return nil
	}
	finalizers := slices.DeleteFunc(slices.Clone(ingress.Finalizers), func(f string) bool { return f == finalizer })
	if present {
		finalizers = append(finalizers, finalizer)
	}
	return c.patch(ctx, ingress, map[string]any{"metadata": map[string]any{
		"finalizers": finalizers, "resourceVersion": ingress.ResourceVersion,
	}})
}

func (c *controller) setHostname(ctx context.Context, ingress *networkingv1.Ingress, hostname string) error {
	if current := ingress.Status.LoadBalancer.Ingress; len(current) == 1 && current[0].Hostname == hostname {
		return nil
	}
	entry := networkingv1.IngressLoadBalancerIngress{Hostname: hostname}
	return c.patch(ctx, ingress, map[string]any{"status": networkingv1.IngressStatus{
		LoadBalancer: networkingv1.IngressLoadBalancerStatus{Ingress: []networkingv1.IngressLoadBalancerIngress{entry}},
	}}, "status")
}

func (c *controller) patch(ctx context.Context, ingress *networkingv1.Ingress, change any, subresources ...string) error {
	raw, err := json.Marshal(change)
	if err != nil {
		return err
	}
	_, err = c.client.NetworkingV1().Ingresses(ingress.Namespace).Patch(ctx, ingress.Name, types.MergePatchType, raw, metav1.PatchOptions{}, subresources...)
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// stuckAfter is how long an Ingress waits for the controller before that is worth a word: a controller may be restarting.
const stuckAfter = 2 * time.Second

// sayStuck says why nothing happens, and to every Ingress that waits for its deletion why it does.
func (c *controller) sayStuck(err error) {
	c.say("availability", nil, "", "", "the load balancer controller does not act: "+err.Error())
	for _, object := range c.ingresses.List() {
		ingress := object.(*networkingv1.Ingress)
		if ids := groupIDs(ingress); len(ids) > 0 && ingress.DeletionTimestamp != nil && time.Since(ingress.DeletionTimestamp.Time) > stuckAfter {
			message := fmt.Sprintf("Ingress %s cannot be deleted: nobody removes its finalizer of load balancer group %s, because %v. On AWS it hangs the same way: the controller, its role and policy must outlive every Ingress",
				keyOf(ingress), strings.Join(ids, ", "), err)
			c.say("group "+keyOf(ingress), ingress, corev1.EventTypeWarning, "ControllerUnavailable", message)
		}
	}
}

// say logs a message, and records it as an Event of the object if there is one, unless it was the last about its topic.
func (c *controller) say(topic string, object runtime.Object, kind, reason, message string) {
	if c.said[topic] == message {
		return
	}
	c.said[topic] = message
	if message == "" {
		return
	}
	if object != nil {
		c.events.Event(object, kind, reason, message[:min(len(message), 1024)])
	}
	if kind == corev1.EventTypeWarning {
		c.Log.Warn("loadbalancer: "+message, "topic", topic, "reason", reason)
	} else {
		c.Log.Info("loadbalancer: "+message, "topic", topic)
	}
}
