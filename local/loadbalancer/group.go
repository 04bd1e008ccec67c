package loadbalancer

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/modelway/modelway/internal/alb"
)

// Names of LBC: pkg/shared_constants/finalizers.go, pkg/ingress/class_loader.go, apis/elbv2/v1beta1.
const (
	classController   = "ingress.k8s.aws/alb"
	groupFinalizer    = "group.ingress.k8s.aws/"
	implicitFinalizer = "ingress.k8s.aws/resources"
	groupAnnotation   = "alb.ingress.kubernetes.io/group.name"
)

var paramsResource = schema.GroupVersionResource{Group: "elbv2.k8s.aws", Version: "v1beta1", Resource: "ingressclassparams"}

// group is what LBC calls an IngressGroup: the Ingresses that share a load balancer.
type group struct {
	id       string // a name, or namespace/name of an Ingress that stands alone
	params   alb.ClassParams
	members  []*networkingv1.Ingress
	inactive []*networkingv1.Ingress // have left or are being deleted, and still carry the finalizer
	faults   []error
}

func (g *group) finalizer() string {
	if strings.Contains(g.id, "/") {
		return implicitFinalizer
	}
	return groupFinalizer + g.id
}

// groupIDs returns the groups of which an Ingress carries the finalizer.
func groupIDs(ingress *networkingv1.Ingress) []string {
	var ids []string
	for _, finalizer := range ingress.Finalizers {
		if name, ok := strings.CutPrefix(finalizer, groupFinalizer); ok {
			ids = append(ids, name)
		} else if finalizer == implicitFinalizer {
			ids = append(ids, keyOf(ingress))
		}
	}
	return ids
}

func keyOf(ingress *networkingv1.Ingress) string { return ingress.Namespace + "/" + ingress.Name }

// groups sorts all Ingresses into groups, by name. An Ingress whose class is gone stays in the group it was in and makes it
// fail, so that nothing is removed by mistake (LBC pkg/ingress/group_loader.go).
func (c *controller) groups(ctx context.Context, s settings) ([]*group, error) {
	classes, err := c.loadClasses(ctx, s)
	if err != nil {
		return nil, err
	}
	byID := map[string]*group{}
	get := func(id string) *group {
		if byID[id] == nil {
			byID[id] = &group{id: id}
		}
		return byID[id]
	}
	for _, object := range c.ingresses.List() {
		ingress := object.(*networkingv1.Ingress)
		active := ""
		if ingress.DeletionTimestamp == nil && ingress.Spec.IngressClassName != nil {
			class, known := classes[*ingress.Spec.IngressClassName]
			switch {
			case !known || class.err != nil:
				err := class.err
				if !known {
					err = fmt.Errorf("IngressClass %s does not exist", *ingress.Spec.IngressClassName)
				}
				for _, id := range groupIDs(ingress) {
					get(id).faults = append(get(id).faults, fmt.Errorf("ingress %s: %w", keyOf(ingress), err))
				}
				if class.err != nil {
					c.say("class "+keyOf(ingress), ingress, corev1.EventTypeWarning, "FailedLoadGroupID", err.Error())
				}
				continue
			case class.ours:
				active = class.params.Group
				if active == "" && !s.ignoreGroupAnnotation {
					active = ingress.Annotations[groupAnnotation]
				}
				if active == "" {
					active = keyOf(ingress)
				}
				g := get(active)
				g.members, g.params = append(g.members, ingress), class.params
			}
		}
		for _, id := range groupIDs(ingress) {
			if id != active {
				get(id).inactive = append(get(id).inactive, ingress)
			}
		}
	}
	list := make([]*group, 0, len(byID))
	for _, g := range byID {
		slices.SortFunc(g.members, func(a, b *networkingv1.Ingress) int { return strings.Compare(keyOf(a), keyOf(b)) })
		list = append(list, g)
	}
	slices.SortFunc(list, func(a, b *group) int { return strings.Compare(a.id, b.id) })
	return list, nil
}

// class is an IngressClass with the parameters it refers to.
type class struct {
	ours   bool
	params alb.ClassParams
	err    error
}

func (c *controller) loadClasses(ctx context.Context, s settings) (map[string]class, error) {
	list, err := c.params.List(ctx, metav1.ListOptions{})
	if err != nil && !apierrors.IsNotFound(err) { // not found: the chart's CRD is not installed yet
		return nil, fmt.Errorf("listing IngressClassParams: %w", err)
	}
	specs := map[string]any{}
	if list != nil {
		for _, item := range list.Items {
			specs[item.GetName()] = item.Object["spec"]
		}
	}
	classes := map[string]class{}
	for _, object := range c.classes.List() {
		ingressClass := object.(*networkingv1.IngressClass)
		loaded := class{ours: ingressClass.Spec.Controller == classController}
		loaded.params.Name = ingressClass.Name
		if reference := ingressClass.Spec.Parameters; loaded.ours && reference != nil {
			spec, found := specs[reference.Name]
			if found {
				loaded.params, loaded.err = classParams(ingressClass.Name, spec)
			} else {
				loaded.err = fmt.Errorf("IngressClass %s refers to IngressClassParams %s, which do not exist", ingressClass.Name, reference.Name)
			}
		}
		if loaded.params.TargetType == "" && s.targetType != alb.DefaultTargetType {
			loaded.params.TargetType = s.targetType
		}
		classes[ingressClass.Name] = loaded
	}
	return classes, nil
}

// classParams reads the spec of IngressClassParams (LBC apis/elbv2/v1beta1/ingressclassparams_types.go).
func classParams(class string, spec any) (alb.ClassParams, error) {
	var fields struct {
		Group, Subnets struct {
			Name string
			IDs  []string
		}
		LoadBalancerName, Scheme, IPAddressType, SSLPolicy, TargetType, WAFv2ACLArn string
		SSLRedirectPort                                                             string
		InboundCIDRs, CertificateArn                                                []string
		Listeners                                                                   []alb.Listener
		LoadBalancerAttributes                                                      []struct{ Key, Value string }
	}
	raw, err := json.Marshal(spec)
	if err == nil {
		err = json.Unmarshal(raw, &fields)
	}
	if err != nil {
		return alb.ClassParams{}, fmt.Errorf("reading the IngressClassParams of class %s: %w", class, err)
	}
	redirect, _ := strconv.Atoi(fields.SSLRedirectPort)
	params := alb.ClassParams{
		Name: class, Group: fields.Group.Name, LoadBalancerName: fields.LoadBalancerName, Scheme: fields.Scheme,
		IpAddressType: fields.IPAddressType, SubnetIds: fields.Subnets.IDs, InboundCidrs: fields.InboundCIDRs,
		CertificateArns: fields.CertificateArn, SslPolicy: fields.SSLPolicy, SslRedirectPort: redirect,
		Listeners: fields.Listeners, TargetType: fields.TargetType, WebAclArn: fields.WAFv2ACLArn, Attributes: map[string]string{},
	}
	for _, attribute := range fields.LoadBalancerAttributes {
		params.Attributes[attribute.Key] = attribute.Value
	}
	return params, nil
}

// modelIngress returns what the model of the load balancer needs of an Ingress.
func modelIngress(ingress *networkingv1.Ingress) alb.Ingress {
	backend := func(b *networkingv1.IngressBackend) *alb.Backend {
		if b == nil || b.Service == nil {
			return nil
		}
		port := b.Service.Port.Name
		if port == "" {
			port = strconv.Itoa(int(b.Service.Port.Number))
		}
		return &alb.Backend{Service: b.Service.Name, Port: port}
	}
	model := alb.Ingress{
		Namespace: ingress.Namespace, Name: ingress.Name, ClassName: *ingress.Spec.IngressClassName,
		Annotations: ingress.Annotations, DefaultBackend: backend(ingress.Spec.DefaultBackend),
	}
	for _, rule := range ingress.Spec.Rules {
		converted := alb.Rule{Host: rule.Host}
		if rule.HTTP != nil {
			for _, path := range rule.HTTP.Paths {
				if to := backend(&path.Backend); to != nil {
					converted.Paths = append(converted.Paths, alb.Path{Path: path.Path, PathType: string(*path.PathType), Backend: *to})
				}
			}
		}
		model.Rules = append(model.Rules, converted)
	}
	for _, tls := range ingress.Spec.TLS {
		model.TLSHosts = append(model.TLSHosts, tls.Hosts...)
	}
	return model
}
