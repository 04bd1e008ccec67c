package loadbalancer

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/modelway/modelway/internal/alb"
)

// Names of LBC: pkg/shared_constants/finalizers.go, pkg/ingress/class_loader.go, apis/elbv2/v1beta1.
const (
	classController = "ingress.k8s.aws/alb"
	groupFinalizer  = "group.ingress.k8s.aws/"
)

var paramsResource = schema.GroupVersionResource{Group: "elbv2.k8s.aws", Version: "v1beta1", Resource: "ingressclassparams"}

// group is what LBC calls an IngressGroup: the Ingresses that share a load balancer.
type group struct {
	params  alb.ClassParams
	members []*networkingv1.Ingress
	leaving []*networkingv1.Ingress // no members any more, and still with the finalizer
	fault   error
}

// groupsOf returns the groups of which an Ingress carries the finalizer.
func groupsOf(ingress *networkingv1.Ingress) []string {
	var names []string
	for _, finalizer := range ingress.Finalizers {
		if name, ok := strings.CutPrefix(finalizer, groupFinalizer); ok {
			names = append(names, name)
		}
	}
	return names
}

func keyOf(ingress *networkingv1.Ingress) string { return ingress.Namespace + "/" + ingress.Name }

// groups sorts Ingresses into groups by name. An Ingress whose class is at fault stays in the group it was in and makes it
// fail, so that nothing is removed by mistake (LBC pkg/ingress/group_loader.go).
func (c *controller) groups(ctx context.Context, ingresses []*networkingv1.Ingress) map[string]*group {
	groups, classes := map[string]*group{}, map[string]class{}
	get := func(name string) *group {
		if groups[name] == nil {
			groups[name] = &group{}
		}
		return groups[name]
	}
	for _, ingress := range ingresses {
		var its class
		if name := ingress.Spec.IngressClassName; name != nil && ingress.DeletionTimestamp == nil {
			if _, known := classes[*name]; !known {
				classes[*name] = c.loadClass(ctx, *name)
			}
			its = classes[*name]
		}
		if its.fault != nil {
			c.say(ingress, corev1.EventTypeWarning, "FailedLoadGroup", its.fault.Error())
		} else if name := its.params.Group; name != "" {
			get(name).params = its.params
			get(name).members = append(get(name).members, ingress)
		}
		for _, name := range groupsOf(ingress) {
			if its.fault != nil {
				get(name).fault = fmt.Errorf("ingress %s: %w", keyOf(ingress), its.fault)
			} else if name != its.params.Group {
				get(name).leaving = append(get(name).leaving, ingress)
			}
		}
	}
	return groups
}

// class is what LBC reads of an IngressClass: nothing when the class is not LBC's.
type class struct {
	params alb.ClassParams
	fault  error
}

// loadClass reads a class and the parameters that it refers to
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/ingress_class/).
func (c *controller) loadClass(ctx context.Context, name string) class {
	// The fields of ClassParams have the names of those in the spec but for these.
	var spec struct {
		alb.ClassParams
		Group                  struct{ Name string }
		Subnets                struct{ IDs []string }
		CertificateArn         []string
		WAFv2AclArn            string
		WAFv2AclName           string
		SslRedirectPort        string
		LoadBalancerAttributes []struct{ Key, Value string }
	}
	object, err := c.classes.Get(name)
	if err != nil {
		return class{fault: fmt.Errorf("IngressClass %s does not exist", name)}
	}
	if object.Spec.Controller != classController {
		return class{}
	}
	if object.Spec.Parameters == nil {
		return class{fault: fmt.Errorf("IngressClass %s must refer to IngressClassParams", name)}
	}
	stated, err := c.getParams(ctx, object.Spec.Parameters.Name)
	if err != nil {
		return class{fault: fmt.Errorf("reading the IngressClassParams of class %s: %w", name, err)}
	}
	raw, err := json.Marshal(stated.Object["spec"])
	if err == nil {
		err = json.Unmarshal(raw, &spec)
	}
	if err != nil {
		return class{fault: fmt.Errorf("reading the IngressClassParams of class %s: %w", name, err)}
	}
	if spec.Group.Name == "" {
		return class{fault: fmt.Errorf("the IngressClassParams of class %s must have a group.name: the local stack knows no load balancer of a lone Ingress", name)}
	}
	params := spec.ClassParams
	params.Name, params.Group, params.SubnetIds, params.CertificateArns = name, spec.Group.Name, spec.Subnets.IDs, spec.CertificateArn
	params.SslRedirectPort, _ = strconv.Atoi(spec.SslRedirectPort)
	params.WebAclArn, params.WebAclName = spec.WAFv2AclArn, spec.WAFv2AclName
	params.Attributes = map[string]string{}
	for _, attribute := range spec.LoadBalancerAttributes {
		params.Attributes[attribute.Key] = attribute.Value
	}
	return class{params: params}
}
