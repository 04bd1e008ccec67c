package platform

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/infra/identity"
	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/plan"
)

// roles are the identities in AWS of what runs in the cluster.
type roles struct {
	oidc *identity.OidcProvider
	// helm are the roles of Helm add-ons by the row's key, addons those of EKS add-ons by the add-on's name.
	helm, addons map[string]*identity.ServiceAccountRole
}

// newRole registers the role of a service account. How its pods get the role's credentials follows from where they run: Pod Identity
// does not work on Fargate (https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html).
func (f *foundation) newRole(ctx *pulumi.Context, p *Platform, name string, onFargate bool, args *PlatformArgs,
	role *identity.ServiceAccountRoleArgs) (*identity.ServiceAccountRole, error) {
	role.Mode = identity.ModeFor(onFargate)
	role.ClusterName, role.ClusterArn = f.cluster.Name, f.cluster.Arn
	role.OidcProviderArn, role.Issuer = f.roles.oidc.Arn, f.roles.oidc.Issuer
	role.Tags = args.tags()
	return identity.NewServiceAccountRole(ctx, name, role, pulumi.Parent(p))
}

// newHelmRoles registers the roles of the Helm add-ons that call AWS.
func (f *foundation) newHelmRoles(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) (err error) {
	facts := args.Config.Facts()
	facts.Account = f.account.id
	for _, row := range addons.Installed(facts) {
		for key, role := range row.Roles(facts) {
			described := &identity.ServiceAccountRoleArgs{
				Role: identity.Role{Namespace: row.Chart.Namespace, ServiceAccount: role.Name, Policy: role.Policy},
			}
			if role.OnBucket != nil {
				described.PolicyText = f.onBuckets(row, role)
			}
			f.roles.helm[key], err = f.newRole(ctx, p, name+"-"+key+"-role", plan.Compute(args.Config).OnFargate(row.Workloads...), args,
				described)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// onBuckets is what a role may do with the bucket of its add-on, and, where it trains, with MLflow's.
func (f *foundation) onBuckets(row addons.Helm, role addons.Role) pulumi.StringOutput {
	arns := pulumi.StringArray{f.buckets[row.Key].Arn}
	if artifacts := f.buckets[addons.MlflowKey]; role.Trains && artifacts != nil {
		arns = append(arns, artifacts.Arn)
	}
	return arns.ToStringArrayOutput().ApplyT(func(arns []string) (string, error) {
		document := role.OnBucket(arns[0])
		for _, artifacts := range arns[1:] {
			document.Statements = append(document.Statements, addons.WritesArtifacts(artifacts).Statements...)
		}
		return document.JSON()
	}).(pulumi.StringOutput)
}

// newAddonRoles registers the roles of the add-ons that call AWS. All of them run on nodes. The network plugin gets its role by the
// cluster's identity provider: it is what the Pod Identity agent needs in order to run.
func (f *foundation) newAddonRoles(ctx *pulumi.Context, p *Platform, name string,
	args *PlatformArgs) (map[string]*identity.ServiceAccountRole, error) {
	made := map[string]*identity.ServiceAccountRole{}
	kind := plan.AddonKind(args.Config)
	for _, addon := range slices.Concat(addons.BeforeCompute(kind), addons.AfterCompute(kind)) {
		if addon.ManagedPolicy == "" {
			continue
		}
		role, err := f.newRole(ctx, p, name+"-"+addon.Name+"-role", addon.Name == addons.VpcCni, args, &identity.ServiceAccountRoleArgs{
			Role: identity.Role{Namespace: "kube-system", ServiceAccount: addon.ServiceAccount,
				ManagedPolicyArns: []string{aws.ManagedPolicyArn(aws.Partition(args.Config.Region), addon.ManagedPolicy)}},
			AddonOwned: addon.Name != addons.VpcCni,
		})
		if err != nil {
			return nil, err
		}
		made[addon.Name] = role
	}
	return made, nil
}

// newModelRole registers the role of a model that reads or writes its own folder of the model store, or reads the folders of its files;
// nil for others. Like every role of the platform its name begins with the platform's, which is what the deploying role may make.
func (f *foundation) newModelRole(ctx *pulumi.Context, p *Platform, name string, store *modelStore, m modelspec.Model,
	args *PlatformArgs) (*identity.ServiceAccountRole, error) {
	role := &identity.ServiceAccountRoleArgs{Role: identity.Role{Namespace: args.Config.Models.Namespace, ServiceAccount: m.Name}}
	files := modelFilesPolicy(args.Config.Region, m)
	switch {
	case m.Storage != modelspec.StorageNone:
		role.PolicyText = store.arn.ApplyT(func(arn string) (string, error) {
			policy := identity.ModelStorePolicy(arn, m.Name, m.Storage == modelspec.StorageReadWrite)
			policy.Statements = append(policy.Statements, files.Statements...)
			return policy.JSON()
		}).(pulumi.StringOutput)
	case m.Files.Given():
		role.Policy = files
	default:
		return nil, nil
	}
	return f.newRole(ctx, p, name+"-"+m.Name+"-role", m.Compute == modelspec.ComputeFargate, args, role)
}

// modelFilesPolicy lets a model read the folders of its files and of its canary's; without statements for an image.
func modelFilesPolicy(region string, m modelspec.Model) identity.Document {
	var folders []identity.BucketFolder
	for _, folder := range m.Folders() {
		folders = append(folders, identity.BucketFolder{Bucket: aws.Arn(region, "s3", "", "", folder.Bucket), Prefix: folder.Prefix})
	}
	if len(folders) == 0 {
		return identity.Document{}
	}
	return identity.ModelFilesPolicy(region, folders...)
}
