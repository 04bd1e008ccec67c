package platform

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/k8s/tool"
)

// newTools registers the ways to the pages of add-ons, where there is a load balancer of tools.
func (s *workloads) newTools(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	for _, b := range args.plan.Balancers {
		for _, page := range b.Tools {
			described := &tool.PageArgs{
				Ingress:   b.Ingress(page),
				DependsOn: slices.Concat(s.prerequisites(), s.loadBalancers[b.Name].Resources, s.behind(page.Key)),
			}
			if !page.OwnLogin {
				described.Secret = b.Settings.Login.Oidc.SecretName
			}
			if _, err := tool.NewPage(ctx, name+"-tool-"+page.Page.Host, described, s.options(p)...); err != nil {
				return fmt.Errorf("registering the page of %s: %w", page.Key, err)
			}
		}
	}
	return nil
}

// behind is what answers at the pages of an add-on.
func (s *workloads) behind(key string) []pulumi.Resource {
	if made := s.helm[key]; made != nil {
		return []pulumi.Resource{made.Release}
	}
	return s.own[key]
}
