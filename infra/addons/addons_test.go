package addons_test

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/infra/addons"
	addonrows "github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/recorder"
)

const (
	addonType     = "aws:eks/addon:Addon"
	versionInvoke = "aws:eks/getAddonVersion:getAddonVersion"
)

// versions answers as EKS does: each add-on has a default version for each Kubernetes version.
func versions(args resource.PropertyMap) (resource.PropertyMap, error) {
	if args["mostRecent"].BoolValue() {
		return nil, errors.New("the most recent version is not the default")
	}
	return resource.PropertyMap{"version": resource.NewProperty("v" + args["kubernetesVersion"].StringValue() + ".0-eksbuild.1"),
		"id": args["addonName"]}, nil
}

// program registers something to wait for, a role, the add-ons, and something that waits for them.
func program(args *addons.AddonsArgs, rolesOf ...string) func(*pulumi.Context) error {
	return func(ctx *pulumi.Context) error {
		var compute pulumi.CustomResourceState
		if err := ctx.RegisterResource("aws:eks/nodeGroup:NodeGroup", "compute", pulumi.Map{}, &compute); err != nil {
			return err
		}
		args.DependsOn = []pulumi.Resource{&compute}
		for _, addon := range rolesOf {
			var attachment pulumi.CustomResourceState
			if err := ctx.RegisterResource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", addon, pulumi.Map{}, &attachment); err != nil {
				return err
			}
			role := args.Roles[addon]
			role.Ready = []pulumi.Resource{&attachment}
			args.Roles[addon] = role
		}
		a, err := addons.NewAddons(ctx, "run", args)
		if err != nil {
			return err
		}
		return ctx.RegisterComponentResourceV2("test:index:User", "user", pulumi.Map{}, &pulumi.ResourceState{}, pulumi.DependsOn(a.Resources))
	}
}

func run(t recorder.TB, args *addons.AddonsArgs, rolesOf ...string) *recorder.Recording {
	return recorder.Run(t, program(args, rolesOf...), recorder.WithInvoke(versionInvoke, versions))
}

func TestAddons(t *testing.T) {
	list := both(mixed)
	r := run(t, &addons.AddonsArgs{
		ClusterName: pulumi.String("modelway-test"), KubernetesVersion: "1.36", Addons: list, Tags: map[string]string{"team": "ml"},
	})
	component := r.Find(t, addons.Token, "run")
	require.Len(t, component.Input("addons"), 7)
	compute := r.Find(t, "aws:eks/nodeGroup:NodeGroup", "compute")
	user := r.Find(t, "test:index:User", "user")
	require.Len(t, r.OfType(addonType), len(list))
	for _, want := range list {
		addon := r.Find(t, addonType, "run-"+want.Name)
		require.Equal(t, component.URN, addon.Parent)
		require.Equal(t, "modelway-test", addon.Input("clusterName"))
		require.Equal(t, want.Name, addon.Input("addonName"))
		require.Equal(t, "v1.36.0-eksbuild.1", addon.Input("addonVersion"))
		require.Equal(t, "OVERWRITE", addon.Input("resolveConflictsOnCreate"))
		require.Equal(t, "OVERWRITE", addon.Input("resolveConflictsOnUpdate"))
		require.Equal(t, "ml", addon.Input("tags.team"))
		require.Nil(t, addon.Input("serviceAccountRoleArn"))
		require.Nil(t, addon.Input("podIdentityAssociations"))
		require.True(t, addon.DependsDirectly(compute.URN))
		require.True(t, user.DependsDirectly(addon.URN))
	}
	cni, coreDNS := r.Find(t, addonType, "run-vpc-cni"), r.Find(t, addonType, "run-coredns")
	require.Equal(t, true, cni.Input("preserve"))
	require.Contains(t, cni.Input("configurationValues"), `"ENABLE_PREFIX_DELEGATION":"true"`)
	require.Nil(t, coreDNS.Input("preserve"))
	require.Contains(t, coreDNS.Input("configurationValues"), `"computeType":"Fargate"`)
	require.Nil(t, r.Find(t, addonType, "run-kube-proxy").Input("configurationValues"))
}

func TestPinsAndReplacedConfigurations(t *testing.T) {
	for _, opts := range [][]recorder.Option{nil, {recorder.WithPreview()}} {
		r := recorder.Run(t, program(&addons.AddonsArgs{
			ClusterName: pulumi.String("modelway-test"), KubernetesVersion: "1.36", Addons: both(nodesOnly),
			Versions:       map[string]string{addonrows.CoreDNS: "v1.12.4-eksbuild.1"},
			Configurations: map[string]pulumi.StringInput{addonrows.VpcCni: pulumi.String(`{"env":{}}`).ToStringOutput()},
		}), append(opts, recorder.WithInvoke(versionInvoke, versions))...)
		require.Equal(t, "v1.12.4-eksbuild.1", r.Find(t, addonType, "run-coredns").Input("addonVersion"))
		require.Equal(t, "v1.36.0-eksbuild.1", r.Find(t, addonType, "run-kube-proxy").Input("addonVersion"))
		require.Equal(t, `{"env":{}}`, r.Find(t, addonType, "run-vpc-cni").Input("configurationValues"))
		require.Contains(t, r.Find(t, addonType, "run-coredns").Input("configurationValues"), "autoScaling")
	}
}

func TestRoles(t *testing.T) {
	const arn = "arn:aws:iam::123456789012:role/"
	r := run(t, &addons.AddonsArgs{
		ClusterName: pulumi.String("modelway-test"), KubernetesVersion: "1.36", Addons: both(nodesOnly),
		Roles: map[string]addons.Role{
			addonrows.VpcCni:       {Arn: pulumi.String(arn + "cni")},
			addonrows.EbsCsiDriver: {Arn: pulumi.String(arn + "ebs"), PodIdentity: true},
		},
	}, addonrows.VpcCni, addonrows.EbsCsiDriver)
	cni, ebs := r.Find(t, addonType, "run-vpc-cni"), r.Find(t, addonType, "run-aws-ebs-csi-driver")
	require.Equal(t, arn+"cni", cni.Input("serviceAccountRoleArn"))
	require.Nil(t, cni.Input("podIdentityAssociations"))
	require.Nil(t, ebs.Input("serviceAccountRoleArn"))
	require.Equal(t, []any{map[string]any{"roleArn": arn + "ebs", "serviceAccount": "ebs-csi-controller-sa"}},
		ebs.Input("podIdentityAssociations"))
	for _, addon := range []*recorder.Resource{cni, ebs} {
		policy := r.Find(t, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", addon.Name[len("run-"):])
		require.True(t, addon.DependsDirectly(policy.URN), "%s is deleted before its role loses its policy", addon.Name)
	}
	proxy := r.Find(t, addonType, "run-kube-proxy")
	require.False(t, r.Reaches(proxy.URN, r.Find(t, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", addonrows.VpcCni).URN))
}

func TestVersionThatCannotBeLookedUp(t *testing.T) {
	_, err := recorder.RunErr(program(&addons.AddonsArgs{
		ClusterName: pulumi.String("modelway-test"), KubernetesVersion: "1.99", Addons: both(fargateOnly),
	}), recorder.WithInvoke(versionInvoke, func(resource.PropertyMap) (resource.PropertyMap, error) { return nil, errors.New("no versions") }))
	require.ErrorContains(t, err, "looking up the version of add-on coredns for Kubernetes 1.99")
	require.ErrorContains(t, err, "no versions")
}

func TestNoAddons(t *testing.T) {
	r := run(t, &addons.AddonsArgs{ClusterName: pulumi.String("modelway-test")})
	require.Empty(t, r.OfType(addonType))
	require.Empty(t, r.Invokes)
}

func TestFaultsAreReportedTogetherBeforeAnythingIsRegistered(t *testing.T) {
	r, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := addons.NewAddons(ctx, "bad", &addons.AddonsArgs{
			Addons: []addonrows.Addon{
				{Name: "coredns"}, {Name: "coredns", Configuration: "computeType: Fargate"}, {Name: "VPC CNI"},
				{Name: "aws-ebs-csi-driver", ServiceAccount: "ebs-csi-controller-sa"},
			},
			Versions:       map[string]string{"coredns": "1.12", "kube-proxy": "v1.36.0-eksbuild.1"},
			Configurations: map[string]pulumi.StringInput{"adot": pulumi.String("{}")},
			Roles: map[string]addons.Role{"vpc-cni": {Arn: pulumi.String("arn")}, "coredns": {Arn: pulumi.String("arn")},
				"aws-ebs-csi-driver": {}},
		})
		return err
	})
	for _, want := range []string{
		`checking add-ons "bad"`, "ClusterName is missing", "KubernetesVersion is missing: pass the cluster's minor version",
		`Addons has "coredns" twice`,
		`Addons has the name "VPC CNI"`, `the Configuration of add-on "coredns" is not JSON`,
		`Versions has "1.12" for add-on "coredns": use a version that`,
		`Versions has "kube-proxy", which is not among Addons: use one of ["coredns" "coredns" "VPC CNI"`,
		`Configurations has "adot", which is not among Addons`, `Roles has "vpc-cni", which is not among Addons`,
		`Roles has "coredns", which does not call AWS`, `the role of add-on "aws-ebs-csi-driver" has no Arn`,
	} {
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, r.Resources)
}
