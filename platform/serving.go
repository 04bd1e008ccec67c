package platform

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/k8s/charts"
	"github.com/modelway/modelway/k8s/controller"
	"github.com/modelway/modelway/k8s/ingress"
	"github.com/modelway/modelway/k8s/model"
)

// serving is the cluster's own half: the load balancer controller, the shared load balancers and the models.
type serving struct {
	*foundation
	controller    *controller.Controller
	loadBalancers map[string]*ingress.LoadBalancer
	hostnames     pulumi.StringMap
}

func (p *Platform) newServing(ctx *pulumi.Context, name string, args *PlatformArgs, f *foundation) (*serving, error) {
	s := &serving{foundation: f, loadBalancers: map[string]*ingress.LoadBalancer{}, hostnames: pulumi.StringMap{}}
	if err := s.newController(ctx, p, name, args); err != nil {
		return nil, fmt.Errorf("registering the load balancer controller: %w", err)
	}
	if err := s.newLoadBalancers(ctx, p, name, args); err != nil {
		return nil, fmt.Errorf("registering the load balancers: %w", err)
	}
	if err := s.newModels(ctx, p, name, args); err != nil {
		return nil, fmt.Errorf("registering the models: %w", err)
	}
	return s, nil
}

func (s *serving) newController(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) (err error) {
	s.controller, err = controller.NewController(ctx, name+"-controller", &controller.ControllerArgs{
		ClusterName: s.cluster.Name,
		Region:      pulumi.String(args.Config.Region),
		VpcId:       s.network.VpcId,
		RoleArn:     s.controllerRole.RoleArn,
		Chart:       args.chart(charts.LoadBalancerController().Name),
		DependsOn:   slices.Concat(s.capacity(), s.controllerRole.Ready),
	}, s.options(p)...)
	return err
}

func (s *serving) newLoadBalancers(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	anchors, err := ingress.NewNamespace(ctx, name+"-system", nil, s.options(p)...)
	if err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(args.Config.LoadBalancers)) {
		lb := args.Config.LoadBalancers[key]
		subnets := s.network.PrivateSubnetIds
		if lb.Scheme == config.SchemeInternetFacing {
			subnets = s.network.PublicSubnetIds
		}
		made, err := ingress.NewLoadBalancer(ctx, name+"-"+key, &ingress.LoadBalancerArgs{
			Name:            args.className(key),
			Scheme:          lb.Scheme,
			Subnets:         subnets,
			Listeners:       listeners(lb),
			CertificateArns: pulumi.ToStringArray(lb.CertificateArns),
			SslPolicy:       lb.SslPolicy,
			Tags:            args.tags(),
			Namespace:       anchors.Name,
			Namespaces:      pulumi.StringArray{pulumi.String(args.Config.Models.Namespace)},
			Prerequisites:   s.prerequisites(),
		}, s.options(p)...)
		if err != nil {
			return err
		}
		s.loadBalancers[key], s.hostnames[key] = made, made.Hostname
	}
	return nil
}

func (s *serving) newModels(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	namespace, err := model.NewNamespace(ctx, name+"-models", &model.NamespaceArgs{Name: args.Config.Models.Namespace}, s.options(p)...)
	if err != nil {
		return err
	}
	for _, spec := range args.Models {
		lb := s.loadBalancers[spec.Route.LoadBalancer]
		_, err := model.NewModel(ctx, spec.Name, &model.ModelArgs{
			Model:         spec,
			Namespace:     namespace.Name,
			ClassName:     lb.ClassName,
			Domain:        args.Config.LoadBalancers[spec.Route.LoadBalancer].Domain,
			ListenPorts:   lb.ListenPorts,
			Prerequisites: slices.Concat(s.prerequisites(), lb.Resources),
			Capacity:      s.capacity(),
		}, s.options(p)...)
		if err != nil {
			return err
		}
	}
	return nil
}

// capacity is what pods need to run: compute, cluster add-ons (the CNI before it, DNS after it) and a way to the image
// registry.
func (f *foundation) capacity() []pulumi.Resource {
	return slices.Concat(f.network.Egress, f.early.Resources, f.compute.Resources, f.late.Resources)
}

// prerequisites are what every Ingress must not outlive, since the controller needs them to remove its finalizer: the
// controller's release, its role and policy attachment, and all that its pods run on.
func (s *serving) prerequisites() []pulumi.Resource {
	return slices.Concat([]pulumi.Resource{s.controller.Release}, s.controllerRole.Ready, s.capacity())
}

// options give a component of the cluster its parent and provider.
func (s *serving) options(p *Platform) []pulumi.ResourceOption {
	return []pulumi.ResourceOption{pulumi.Parent(p), pulumi.Provider(s.provider)}
}

// className is the IngressClass of a shared load balancer, and the name of its Ingress group.
func (a *PlatformArgs) className(loadBalancer string) string { return "modelway-" + loadBalancer }

// chart is the path or address that replaces a chart of the registry, "" where there is none.
func (a *PlatformArgs) chart(name string) string {
	location := a.Config.Charts[name]
	if location == "" || filepath.IsAbs(location) || !isPath(location) {
		return location
	}
	return filepath.Join(a.Root, location)
}

func isPath(location string) bool {
	return location[0] == '.' || location[0] == '/'
}

func listeners(lb config.LoadBalancer) []alb.Listener {
	all := make([]alb.Listener, 0, len(lb.Listeners))
	for _, l := range lb.Listeners {
		all = append(all, alb.Listener{Protocol: l.Protocol, Port: l.Port})
	}
	return all
}
