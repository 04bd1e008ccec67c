package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/k8s/argocd"
)

// newArgocd registers what Argo CD may write, where it is installed.
func (s *workloads) newArgocd(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	if !args.Config.Argocd.Enabled {
		return nil
	}
	made, err := argocd.NewAccess(ctx, name+"-argocd-access", &argocd.AccessArgs{
		Namespace: s.models.Name,
		DependsOn: []pulumi.Resource{s.helm[addons.ArgocdKey].Release},
	}, s.options(p)...)
	if err != nil {
		return err
	}
	s.argocd = made.Resources
	return nil
}
