package platform

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/gitops"
	"github.com/modelway/modelway/internal/plan"
	objects "github.com/modelway/modelway/k8s/gitops"
)

// decided is who makes the objects of models from this run on.
func (a *PlatformArgs) decided() plan.Delivered { return plan.Delivery(a.Config, a.Previous) }

func (a *PlatformArgs) delivered() pulumi.Map {
	d := a.decided()
	return pulumi.Map{"models": pulumi.String(d.Models), "shared": pulumi.Bool(d.Shared)}
}

// retained reports whether the objects of models outlive what the program knows of them: during a hand-over, and in the run after it, which
// may end half-way and be followed by one that goes back.
func (a *PlatformArgs) retained() bool {
	return a.Config.Models.Delivery == gitops.HandOver || a.Previous.Delivery.Models == gitops.HandOver
}

// outlivedByModels is what the namespace of the models must not outlive where Argo CD makes objects in it: what removes their finalizers.
func (s *workloads) outlivedByModels(args *PlatformArgs) []pulumi.Resource {
	if !gitops.ByArgoCD(args.Config.Models.Delivery) {
		return nil
	}
	needs := slices.Concat(s.prerequisites(), s.kserve, s.keda(), s.logging)
	for _, name := range slices.Sorted(maps.Keys(s.loadBalancers)) {
		needs = slices.Concat(needs, s.loadBalancers[name].Resources)
	}
	return needs
}

// newDelivery tells Argo CD what it delivers. An Application comes after everything that the program registers for its model, and after
// what its namespace must not outlive, so that it goes first and makes nothing again that is being deleted.
func (s *workloads) newDelivery(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	settings := args.Config.Models
	if !gitops.ByArgoCD(settings.Delivery) {
		return nil
	}
	described := &objects.ModelsArgs{
		Source: gitops.Source{
			Spec: settings.Git, Delivery: settings.Delivery, Environment: args.Config.Environment, Namespace: settings.Namespace,
		},
		Models: map[string][]pulumi.Resource{},
		DependsOn: slices.Concat([]pulumi.Resource{s.helm[addons.ArgocdKey].Release}, s.outlivedByModels(args), s.models.Resources,
			s.admission.Resources, s.argocd),
	}
	for _, m := range args.Models {
		described.Models[m.Name] = s.identities[m.Name]
	}
	_, err := objects.NewModels(ctx, name+"-delivery", described, s.options(p)...)
	return err
}
