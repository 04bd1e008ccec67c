package loadbalancer

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/record"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/local/aws"
)

// controller does what LBC does, one pass over all groups at a time.
type controller struct {
	Config
	*cluster
	client kubernetes.Interface
	events record.EventRecorder
	front  *front
	said   map[string]string      // the last message about each Ingress, and about the controller
	models map[string]*groupModel // of the groups that have members
	done   moment                 // when nothing was left to do
}

// moment tells whether anything has happened since.
type moment struct {
	changes uint64
	account *aws.State
}

func newController(config Config, cluster *cluster, client kubernetes.Interface, events record.EventRecorder) *controller {
	front := newFront()
	front.page = config.Page
	return &controller{Config: config, cluster: cluster, client: client, events: events, front: front, said: map[string]string{},
		models: map[string]*groupModel{}}
}

// reconcile brings every group in line with the cluster, if the controller can act at all. Otherwise it tells every Ingress
// that waits for its deletion why it does. It does nothing while neither the cluster nor the account changes.
func (c *controller) reconcile(ctx context.Context) {
	account, err := c.Account.Snapshot()
	now := moment{c.changes.Load(), account} // before the cluster is read, so that no change is missed
	if err == nil && now == c.done {
		return
	}
	all, _ := c.ingresses.List(labels.Everything()) // a cache cannot fail
	slices.SortFunc(all, func(x, y *networkingv1.Ingress) int {
		return cmp.Or(strings.Compare(x.Namespace, y.Namespace), strings.Compare(x.Name, y.Name))
	})
	c.forget(all)
	name := ""
	if err == nil {
		name, err = c.available(account)
	}
	if err != nil {
		c.say(nil, "", "", "the load balancer controller does not act: "+err.Error())
		for _, ingress := range all {
			if groups := groupsOf(ingress); len(groups) > 0 && ingress.DeletionTimestamp != nil {
				c.say(ingress, corev1.EventTypeWarning, "ControllerUnavailable", fmt.Sprintf("Ingress %s cannot be deleted: nobody removes its "+
					"finalizer of load balancer group %s, because %v. On AWS it hangs the same way: the controller, its role and policy must outlive "+
					"every Ingress",
					keyOf(ingress), strings.Join(groups, ", "), err))
			}
		}
	} else {
		c.say(nil, "", "", "the load balancer controller acts")
		if !c.reconcileGroups(ctx, name, c.groups(ctx, all)) {
			return
		}
	}
	c.done = now
}

// reconcileGroups returns whether all of them succeeded.
func (c *controller) reconcileGroups(ctx context.Context, cluster string, groups map[string]*group) bool {
	succeeded := true
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		g := groups[name]
		reason, err := c.reconcileGroup(ctx, cluster, name, g)
		succeeded = succeeded && err == nil
		for _, ingress := range slices.Concat(g.members, g.leaving) {
			if err == nil {
				c.say(ingress, corev1.EventTypeNormal, "SuccessfullyReconciled", "Successfully reconciled")
			} else if ctx.Err() == nil && !apierrors.IsConflict(err) { // the next pass sees what changed
				c.say(ingress, corev1.EventTypeWarning, reason, err.Error())
			}
		}
	}
	return succeeded
}

// reconcileGroup follows LBC controllers/ingress/group_controller.go: finalizers on, model, load balancer, status,
// finalizers off. It stops at the first step that fails, which freezes the whole group, and returns the reason for Events.
func (c *controller) reconcileGroup(ctx context.Context, cluster, name string, g *group) (reason string, err error) {
	if g.fault != nil {
		return failedLoadGroup, g.fault
	}
	if err := each(g.members, func(ingress *networkingv1.Ingress) error { return c.setFinalizer(ctx, ingress, name, true) }); err != nil {
		return "FailedAddFinalizer", err
	}
	owner := stack{cluster, name}
	if len(g.members) > 0 {
		reason, err = c.deploy(ctx, owner, name, g)
	} else {
		reason, err = "FailedDeployModel", c.Account.Update(func(state *aws.State) error { return remove(state, owner) })
		if err == nil {
			c.front.remove(name)
			delete(c.models, name)
		}
	}
	if err != nil {
		return reason, err
	}
	if err := each(g.leaving, func(ingress *networkingv1.Ingress) error { return c.setFinalizer(ctx, ingress, name, false) }); err != nil {
		return "FailedRemoveFinalizer", err
	}
	return "", nil
}

// deploy makes the group's load balancer serve, and tells the Ingresses its host name.
func (c *controller) deploy(ctx context.Context, owner stack, name string, g *group) (reason string, err error) {
	model, err := c.build(name, g)
	if alb.Refused(err) {
		return "FailedBuildModel", err
	}
	if err := checkServed(*model); err != nil {
		return "FailedBuildModel", err
	}
	hostname, err := c.ensureLoadBalancer(owner, *model)
	if err != nil {
		return "FailedDeployModel", err
	}
	targets := c.targets(*model)
	if err := c.load(*model, targets).Check(); err != nil {
		return "FailedDeployModel", err
	}
	if err := c.front.apply(name, balancer{hostname, model, targets}); err != nil {
		return "FailedListen", err
	}
	var status networkingv1.IngressStatus
	status.LoadBalancer.Ingress = []networkingv1.IngressLoadBalancerIngress{{Hostname: hostname}}
	if err := each(g.members, func(ingress *networkingv1.Ingress) error {
		if current := ingress.Status.LoadBalancer.Ingress; len(current) == 1 && current[0].Hostname == hostname {
			return nil
		}
		return c.patch(ctx, ingress, map[string]any{"metadata": map[string]any{"uid": ingress.UID}, "status": status}, "status")
	}); err != nil {
		return "FailedUpdateStatus", err
	}
	return "", nil
}

// writers is how many Ingresses are written at a time.
const writers = 16

// each writes all Ingresses and returns the first error.
func each(ingresses []*networkingv1.Ingress, write func(*networkingv1.Ingress) error) error {
	var group errgroup.Group
	group.SetLimit(writers)
	for _, ingress := range ingresses {
		group.Go(func() error { return write(ingress) })
	}
	return group.Wait()
}

// setFinalizer adds or removes the finalizer of a group, unless somebody else has changed the Ingress meanwhile.
func (c *controller) setFinalizer(ctx context.Context, ingress *networkingv1.Ingress, name string, present bool) error {
	if slices.Contains(groupsOf(ingress), name) == present {
		return nil
	}
	finalizers := slices.DeleteFunc(slices.Clone(ingress.Finalizers), func(f string) bool { return f == groupFinalizer+name })
	if present {
		finalizers = append(finalizers, groupFinalizer+name)
	}
	return c.patch(ctx, ingress, map[string]any{"metadata": map[string]any{"uid": ingress.UID, "resourceVersion": ingress.ResourceVersion,
		"finalizers": finalizers}})
}

// patch changes exactly this Ingress. One that is gone needs nothing.
func (c *controller) patch(ctx context.Context, ingress *networkingv1.Ingress, change map[string]any, subresource ...string) error {
	raw, err := json.Marshal(change)
	if err == nil {
		_, err = c.client.NetworkingV1().Ingresses(ingress.Namespace).Patch(ctx, ingress.Name, types.MergePatchType, raw, metav1.PatchOptions{},
			subresource...)
	}
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// aboutController is the topic of messages about the controller itself.
const aboutController = "controller"

func topicOf(ingress *networkingv1.Ingress) string { return "ingress " + keyOf(ingress) }

// say logs a message, and records it as an Event of the Ingress if there is one, unless it was the last one about it.
func (c *controller) say(ingress *networkingv1.Ingress, kind, reason, message string) {
	topic := aboutController
	if ingress != nil {
		topic = topicOf(ingress)
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

// forget drops what was said about Ingresses that are gone: others may get their names.
func (c *controller) forget(standing []*networkingv1.Ingress) {
	if len(c.said) <= len(standing) {
		return
	}
	topics := map[string]bool{aboutController: true}
	for _, ingress := range standing {
		topics[topicOf(ingress)] = true
	}
	maps.DeleteFunc(c.said, func(topic, _ string) bool { return !topics[topic] })
}
