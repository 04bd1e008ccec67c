package platform

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/infra/identity"
	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/plan"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/k8s/charts"
)

// roles are the identities in AWS of what runs in the cluster.
type roles struct {
	oidc       *identity.OidcProvider
	controller *identity.ServiceAccountRole
	// autoscaler is nil where there is no autoscaler.
	autoscaler *identity.ServiceAccountRole
	// addons are the roles by the add-on's name.
	addons map[string]*identity.ServiceAccountRole
}

// newRole registers the role of a service account. How its pods get the role's credentials follows from where they run: Pod Identity
// does not work on Fargate (https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html).
func (f *foundation) newRole(ctx *pulumi.Context, p *Platform, name string, onFargate bool, args *PlatformArgs, role *identity.ServiceAccountRoleArgs) (*identity.ServiceAccountRole, error) {
	role.Mode = identity.ModeFor(onFargate)
	role.ClusterName, role.ClusterArn = f.cluster.Name, f.cluster.Arn
	role.OidcProviderArn, role.Issuer = f.roles.oidc.Arn, f.roles.oidc.Issuer
	role.Tags = args.tags()
	return identity.NewServiceAccountRole(ctx, name, role, pulumi.Parent(p))
}

func (f *foundation) newControllerRole(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) (*identity.ServiceAccountRole, error) {
	policy := identity.LoadBalancerControllerPolicy(iamdoc.Partition(args.Config.Region))
	if slices.ContainsFunc(slices.Collect(maps.Values(args.Config.LoadBalancers)), hasWebAcl) {
		policy.Statements = append(policy.Statements, identity.WebAclNames())
	}
	return f.newRole(ctx, p, name+"-controller-role", args.Config.Compute.OnFargate(compute.LoadBalancerController), args, &identity.ServiceAccountRoleArgs{
		Namespace:      charts.LoadBalancerController().Namespace,
		ServiceAccount: charts.LoadBalancerControllerServiceAccount,
		Policy:         policy,
	})
}

// hasWebAcl says whether the class of a load balancer names a web ACL.
func hasWebAcl(lb config.LoadBalancer) bool {
	return lb.WebAclArn != "" && lb.WebAclArn != serving.WebAclNone
}

func (f *foundation) newAutoscalerRole(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) (*identity.ServiceAccountRole, error) {
	if !args.Config.Compute.Autoscales() {
		return nil, nil
	}
	return f.newRole(ctx, p, name+"-autoscaler-role", args.Config.Compute.OnFargate(compute.ClusterAutoscaler), args, &identity.ServiceAccountRoleArgs{
		Namespace:      charts.ClusterAutoscaler().Namespace,
		ServiceAccount: charts.ClusterAutoscalerServiceAccount,
		Policy:         identity.ClusterAutoscalerPolicy(iamdoc.Partition(args.Config.Region), args.Config.Region, f.account.id, args.Config.Cluster.Name),
	})
}

// newAddonRoles registers the roles of the add-ons that call AWS. All of them run on nodes. The network plugin gets its role by the
// cluster's identity provider: it is what the Pod Identity agent needs in order to run.
func (f *foundation) newAddonRoles(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) (map[string]*identity.ServiceAccountRole, error) {
	made := map[string]*identity.ServiceAccountRole{}
	kind := plan.AddonKind(args.Config)
	for _, addon := range slices.Concat(addons.BeforeCompute(kind), addons.AfterCompute(kind)) {
		if addon.ManagedPolicy == "" {
			continue
		}
		role, err := f.newRole(ctx, p, name+"-"+addon.Name+"-role", addon.Name == addons.VpcCni, args, &identity.ServiceAccountRoleArgs{
			Namespace:         "kube-system",
			ServiceAccount:    addon.ServiceAccount,
			ManagedPolicyArns: []string{iamdoc.ManagedPolicyArn(iamdoc.Partition(args.Config.Region), addon.ManagedPolicy)},
			AddonOwned:        addon.Name != addons.VpcCni,
		})
		if err != nil {
			return nil, err
		}
		made[addon.Name] = role
	}
	return made, nil
}

// newModelRole registers the role of a model that reads or writes its own folder of the model store; nil for others. Like every role
// of the platform its name begins with the platform's, which is what the deploying role may make.
func (f *foundation) newModelRole(ctx *pulumi.Context, p *Platform, name string, store *modelStore, m modelspec.Model, args *PlatformArgs) (*identity.ServiceAccountRole, error) {
	if m.Storage == modelspec.StorageNone {
		return nil, nil
	}
	policy := store.arn.ApplyT(func(arn string) (string, error) {
		return identity.ModelStorePolicy(arn, m.Name, m.Storage == modelspec.StorageReadWrite).JSON()
	}).(pulumi.StringOutput)
	return f.newRole(ctx, p, name+"-"+m.Name+"-role", m.Compute == modelspec.ComputeFargate, args, &identity.ServiceAccountRoleArgs{
		Namespace:      args.Config.Models.Namespace,
		ServiceAccount: m.Name,
		PolicyText:     policy,
	})
}
