// Package ingress makes the shared Application Load Balancers that models stand behind.
//
// Everything that belongs to a load balancer, and not to one model, is in the IngressClassParams of its IngressClass,
// which the platform owns. The controller lets those overrule the annotations of every Ingress of the class, so no
// model can change the load balancer or clash with another over it. Two settings have no place there and go on each Ingress
// as annotations: which ports are open, LoadBalancer.ListenPorts, and which tokens are asked for, LoadBalancer.JwtValidation.
package ingress

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/rule"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/k8s/ingressrule"
	"github.com/modelway/modelway/k8s/inputs"
)

const (
	// Token is the component's type token.
	Token = "modelway:ingress:LoadBalancer"
	// controllerName is what the AWS Load Balancer Controller answers to for Ingresses
	// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/v3.5/guide/ingress/ingress_class/).
	controllerName = "ingress.k8s.aws/alb"
	paramsGroup    = "elbv2.k8s.aws"
	paramsKind     = "IngressClassParams"
)

// LoadBalancerArgs describe a shared load balancer. Class with a Name and Listeners, Subnets, Namespace and Prerequisites are required.
type LoadBalancerArgs struct {
	// Class is what is decided about the load balancer. Scheme defaults to SchemeInternetFacing, SslPolicy to DefaultSslPolicy.
	serving.Class
	// Subnets are the ids of at least two subnets in different zones: public ones when internet-facing, else private ones.
	Subnets pulumi.StringArrayInput
	// CertificateArns are ACM certificates of the region, the default one first. Required with an HTTPS listener.
	CertificateArns pulumi.StringArrayInput
	// LogBucket is the name of the bucket for a line per request and per connection: in the load balancer's region, encrypted
	// with SSE-S3, and with a policy that lets Elastic Load Balancing write. Default none: nothing is logged.
	LogBucket pulumi.StringInput
	// LogReady is what must be there while the load balancer writes logs: the bucket and its policy. The params depend on each
	// of them. Default none: the bucket exists already.
	LogReady []pulumi.Resource
	// Namespace of the anchor Ingress, which must exist; see NewNamespace.
	Namespace pulumi.StringInput
	// Namespaces whose Ingresses may use the class, beside the anchor's; default none.
	Namespaces pulumi.StringArray
	// Prerequisites are what must be there while the load balancer is made, changed and deleted: the controller's release,
	// its role and each policy attachment, the compute it runs on, the CNI add-on and the routes to AWS. Each child depends on
	// each of them directly. With DeletionProtection Pulumi refuses to delete what makes the controller delete the load balancer: set it to
	// false and update before a destroy.
	Prerequisites []pulumi.Resource
}

// LoadBalancer is a shared Application Load Balancer. It exists from here on, with or without models.
type LoadBalancer struct {
	pulumi.ResourceState

	// ClassName is the ingressClassName with which an Ingress joins the load balancer.
	ClassName pulumi.StringOutput
	// Hostname is the DNS name that AWS gave the load balancer.
	Hostname pulumi.StringOutput
	// ListenPorts is the value of the annotation alb.ingress.kubernetes.io/listen-ports for every Ingress of the class: it
	// decides on which listeners the rules of that Ingress are put.
	ListenPorts string
	// JwtValidation is the value of the annotation alb.ingress.kubernetes.io/jwt-validation for every other Ingress of the
	// class, "" for none: params have no field for it.
	JwtValidation string
	// Resources are the class, its params and the anchor Ingress. Every other Ingress of the class depends on them, so that the
	// class outlives it and the anchor is the last to go.
	Resources []pulumi.Resource
}

// NewLoadBalancer registers a shared load balancer.
func NewLoadBalancer(ctx *pulumi.Context, name string, args *LoadBalancerArgs, opts ...pulumi.ResourceOption) (*LoadBalancer, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking load balancer %q: %w", name, err)
	}
	lb := &LoadBalancer{}
	if err := ctx.RegisterComponentResourceV2(Token, name, args.inputs(), lb, opts...); err != nil {
		return nil, err
	}
	params, err := lb.newParams(ctx, name, args)
	if err != nil {
		return nil, fmt.Errorf("registering the IngressClassParams of %q: %w", name, err)
	}
	class, err := lb.newClass(ctx, name, args, params)
	if err != nil {
		return nil, fmt.Errorf("registering the IngressClass of %q: %w", name, err)
	}
	anchor, err := lb.newAnchor(ctx, name, args, params, class)
	if err != nil {
		return nil, fmt.Errorf("registering the anchor Ingress of %q: %w", name, err)
	}
	lb.ClassName = class.Metadata.Name().Elem()
	lb.Hostname = anchor.Status.ApplyT(hostname).(pulumi.StringOutput)
	lb.ListenPorts, lb.JwtValidation = alb.ListenPorts(args.Listeners), args.Jwt.Annotation()
	lb.Resources = []pulumi.Resource{params, class, anchor}
	return lb, ctx.RegisterResourceOutputs(lb, pulumi.Map{
		"className": lb.ClassName, "hostname": lb.Hostname, "listenPorts": pulumi.String(lb.ListenPorts),
		"jwtValidation": pulumi.String(lb.JwtValidation),
	})
}

func (lb *LoadBalancer) newParams(ctx *pulumi.Context, name string, args *LoadBalancerArgs) (*apiextensions.CustomResource, error) {
	spec := inputs.Map(args.class().Params().Spec())
	spec["loadBalancerAttributes"] = args.attributes()
	spec["subnets"] = pulumi.Map{"ids": args.Subnets}
	spec["namespaceSelector"] = pulumi.Map{"matchExpressions": pulumi.MapArray{pulumi.Map{
		"key":      pulumi.String("kubernetes.io/metadata.name"),
		"operator": pulumi.String("In"),
		"values":   append(pulumi.StringArray{args.Namespace}, args.Namespaces...),
	}}}
	if args.HasHTTPS() {
		spec["certificateArn"] = args.CertificateArns
	}
	return apiextensions.NewCustomResource(ctx, name+"-params", &apiextensions.CustomResourceArgs{
		ApiVersion: pulumi.String(paramsGroup + "/v1beta1"),
		Kind:       pulumi.String(paramsKind),
		Metadata: &metav1.ObjectMetaArgs{
			Name: pulumi.String(args.Name),
			// Nothing belongs to params, so nothing has to be waited for: the garbage collector takes half a minute to know a new kind.
			Annotations: pulumi.StringMap{"pulumi.com/deletionPropagationPolicy": pulumi.String("background")},
		},
		OtherFields: kubernetes.UntypedArgs{"spec": spec},
	}, args.options(lb, args.LogReady...)...)
}

func (lb *LoadBalancer) newClass(ctx *pulumi.Context, name string, args *LoadBalancerArgs,
	params pulumi.Resource) (*networkingv1.IngressClass, error) {
	return networkingv1.NewIngressClass(ctx, name+"-class", &networkingv1.IngressClassArgs{
		Metadata: &metav1.ObjectMetaArgs{Name: pulumi.String(args.Name)},
		Spec: &networkingv1.IngressClassSpecArgs{
			Controller: pulumi.String(controllerName),
			Parameters: &networkingv1.IngressClassParametersReferenceArgs{
				ApiGroup: pulumi.String(paramsGroup),
				Kind:     pulumi.String(paramsKind),
				Name:     pulumi.String(args.Name),
			},
		},
	}, args.options(lb, params)...)
}

// newAnchor waits until the load balancer has its host name. The Kubernetes provider waits for the Endpoints of rules only,
// so the default backend, which is no Service, holds nothing up.
func (lb *LoadBalancer) newAnchor(ctx *pulumi.Context, name string, args *LoadBalancerArgs, params,
	class pulumi.Resource) (*networkingv1.Ingress, error) {
	anchor := args.class().Anchor("")
	return networkingv1.NewIngress(ctx, name+"-anchor", &networkingv1.IngressArgs{
		Metadata: &metav1.ObjectMetaArgs{
			Name:        pulumi.String(anchor.Name),
			Namespace:   args.Namespace,
			Annotations: pulumi.ToStringMap(anchor.Annotations),
		},
		Spec: &networkingv1.IngressSpecArgs{
			IngressClassName: pulumi.String(anchor.ClassName),
			DefaultBackend:   ingressrule.Backend(*anchor.DefaultBackend),
		},
	}, append(args.options(lb, params, class), pulumi.DeleteBeforeReplace(true),
		pulumi.ReplaceOnChanges([]string{`metadata.annotations["` + serving.SchemeAnnotation + `"]`}))...)
}

// hostname reads the address from the Ingress, "" while there is none.
func hostname(status *networkingv1.IngressStatus) string {
	if status == nil || status.LoadBalancer == nil {
		return ""
	}
	for _, ingress := range status.LoadBalancer.Ingress {
		if ingress.Hostname != nil {
			return *ingress.Hostname
		}
	}
	return ""
}

// options are those of a child that depends on the prerequisites and more.
func (a *LoadBalancerArgs) options(lb *LoadBalancer, more ...pulumi.Resource) []pulumi.ResourceOption {
	options := []pulumi.ResourceOption{pulumi.Parent(lb), pulumi.DependsOn(slices.Concat(a.Prerequisites, more))}
	if a.DeletionProtection {
		options = append(options, pulumi.Protect(true))
	}
	return options
}

// class is Class with its defaults, and with logs where there is a bucket for them.
func (a *LoadBalancerArgs) class() serving.Class {
	class := a.Class
	class.LoadBalancer = class.WithDefaults()
	class.AccessLogs = a.LogBucket != nil
	return class
}

// attributes are those of the class and the log bucket, whose name may be known only once it exists.
func (a *LoadBalancerArgs) attributes() pulumi.MapArray {
	values := pulumi.ToStringMap(a.class().AllAttributes())
	if a.LogBucket != nil {
		for _, logs := range serving.LogAttributes {
			values[logs+"bucket"] = a.LogBucket
		}
	}
	var list pulumi.MapArray
	for _, key := range slices.Sorted(maps.Keys(values)) {
		list = append(list, pulumi.Map{"key": pulumi.String(key), "value": values[key]})
	}
	return list
}

func (a *LoadBalancerArgs) validate() error {
	if a == nil {
		return errors.New("LoadBalancerArgs is nil: Name, Subnets, Listeners, Namespace and Prerequisites are required")
	}
	faults := []error{rule.Join(a.class().Check())}
	if a.Subnets == nil {
		faults = append(faults, errors.New("Subnets is required: give subnets in at least two zones"))
	}
	if a.Namespace == nil {
		faults = append(faults, errors.New("Namespace is required: name the namespace of the anchor Ingress"))
	}
	if len(a.Prerequisites) == 0 {
		faults = append(faults, errors.New("Prerequisites is empty: without the controller's release, role and compute a destroy would leave "+
			"the load balancer behind"))
	}
	if certificates, plain := a.CertificateArns.(pulumi.StringArray); a.HasHTTPS() && (a.CertificateArns == nil || plain &&
		len(certificates) == 0) {
		faults = append(faults, fmt.Errorf(
			"CertificateArns is empty while Listeners has HTTPS %d: give an ACM certificate, or listen on HTTP only", a.RedirectPort()))
	}
	return errors.Join(faults...)
}

func (a *LoadBalancerArgs) inputs() pulumi.Map {
	p := a.class()
	inputs := pulumi.Map{
		"name":        pulumi.String(p.Name),
		"scheme":      pulumi.String(p.Scheme),
		"subnets":     a.Subnets,
		"listenPorts": pulumi.String(alb.ListenPorts(p.Listeners)),
		"attributes":  pulumi.ToStringMap(p.AllAttributes()),
		"tags":        pulumi.ToStringMap(p.Tags),
		"namespace":   a.Namespace,
		"namespaces":  a.Namespaces,
	}
	if a.LogBucket != nil {
		inputs["logBucket"] = a.LogBucket
	}
	if p.WebAclArn != "" {
		inputs["webAclArn"] = pulumi.String(p.WebAclArn)
	}
	if annotation := p.Jwt.Annotation(); annotation != "" {
		inputs["jwtValidation"] = pulumi.String(annotation)
	}
	if a.CertificateArns != nil {
		inputs["certificateArns"] = a.CertificateArns
		inputs["sslPolicy"] = pulumi.String(p.SslPolicy)
	}
	return inputs
}
