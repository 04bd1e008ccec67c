package addons_test

import (
	"encoding/json"
	"testing"

	"github.com/modelway/modelway/infra/addons"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

const addonType = "aws:eks/addon:Addon"

func names(list []addons.Addon) []string {
	all := []string{}
	for _, a := range list {
		all = append(all, a.Name)
	}
	return all
}

func TestTables(t *testing.T) {
	for _, c := range []struct {
		name          string
		kind          addons.Kind
		before, after []string
		coreDNS       bool
	}{
		{"nodes", addons.Kind{Nodes: true},
			[]string{"vpc-cni", "kube-proxy", "eks-pod-identity-agent"}, []string{"coredns", "metrics-server"}, false},
		{"Fargate only", addons.Kind{CoreDNSOnFargate: true}, []string{}, []string{"coredns", "metrics-server"}, true},
		{"both", addons.Kind{Nodes: true, CoreDNSOnFargate: true},
			[]string{"vpc-cni", "kube-proxy", "eks-pod-identity-agent"}, []string{"coredns", "metrics-server"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.before, names(addons.BeforeCompute(c.kind)))
			require.Equal(t, c.after, names(addons.AfterCompute(c.kind)))
			for _, addon := range append(addons.BeforeCompute(c.kind), addons.AfterCompute(c.kind)...) {
				require.Equal(t, c.coreDNS && addon.Name == addons.CoreDNS, addon.Configuration != "", addon.Name)
				require.Equal(t, addon.Name == addons.VpcCni, addon.Preserve, addon.Name)
			}
		})
	}
	both := addons.Kind{Nodes: true, CoreDNSOnFargate: true}
	require.ElementsMatch(t, addons.Names(), append(names(addons.BeforeCompute(both)), names(addons.AfterCompute(both))...))
}

func TestCoreDNSFitsTheSmallestFargateSize(t *testing.T) {
	configuration := addons.AfterCompute(addons.Kind{CoreDNSOnFargate: true})[0].Configuration
	var parsed struct {
		ComputeType string
		Resources   struct{ Limits, Requests struct{ CPU, Memory string } }
	}
	require.NoError(t, json.Unmarshal([]byte(configuration), &parsed))
	require.Equal(t, "Fargate", parsed.ComputeType)
	require.Equal(t, parsed.Resources.Requests, parsed.Resources.Limits)
	require.Equal(t, "0.25", parsed.Resources.Requests.CPU)
	require.Equal(t, "256M", parsed.Resources.Requests.Memory)
	const pod, fargate, smallest = 256_000_000, 256 << 20, 512 << 20
	require.LessOrEqual(t, pod+fargate, smallest)
}

func program(args *addons.AddonsArgs) func(*pulumi.Context) error {
	return func(ctx *pulumi.Context) error {
		var compute pulumi.CustomResourceState
		if err := ctx.RegisterResource("aws:eks/nodeGroup:NodeGroup", "compute", pulumi.Map{}, &compute); err != nil {
			return err
		}
		args.DependsOn = []pulumi.Resource{&compute}
		a, err := addons.NewAddons(ctx, "run", args)
		if err != nil {
			return err
		}
		return ctx.RegisterComponentResourceV2("test:index:User", "user", pulumi.Map{}, &pulumi.ResourceState{}, pulumi.DependsOn(a.Resources))
	}
}

func TestAddons(t *testing.T) {
	kind := addons.Kind{Nodes: true, CoreDNSOnFargate: true}
	list := append(addons.BeforeCompute(kind), addons.AfterCompute(kind)...)
	list[0].Version = "v1.20.4-eksbuild.2"
	r := recorder.Run(t, program(&addons.AddonsArgs{
		ClusterName: pulumi.String("modelway-test"), Addons: list, Tags: map[string]string{"team": "ml"},
		ServiceAccountRoleArns: map[string]pulumi.StringInput{addons.VpcCni: pulumi.String("arn:aws:iam::123456789012:role/cni")},
	}))
	component := r.Find(t, addons.Token, "run")
	require.Len(t, component.Input("addons"), 5)
	compute := r.Find(t, "aws:eks/nodeGroup:NodeGroup", "compute")
	user := r.Find(t, "test:index:User", "user")
	require.Len(t, r.OfType(addonType), len(list))
	for _, want := range list {
		addon := r.Find(t, addonType, "run-"+want.Name)
		require.Equal(t, component.URN, addon.Parent)
		require.Equal(t, "modelway-test", addon.Input("clusterName"))
		require.Equal(t, want.Name, addon.Input("addonName"))
		require.Equal(t, "OVERWRITE", addon.Input("resolveConflictsOnCreate"))
		require.Equal(t, "OVERWRITE", addon.Input("resolveConflictsOnUpdate"))
		require.Equal(t, "ml", addon.Input("tags.team"))
		require.True(t, addon.DependsDirectly(compute.URN))
		require.True(t, user.DependsDirectly(addon.URN))
	}
	cni, coreDNS := r.Find(t, addonType, "run-vpc-cni"), r.Find(t, addonType, "run-coredns")
	require.Equal(t, "v1.20.4-eksbuild.2", cni.Input("addonVersion"))
	require.Equal(t, "arn:aws:iam::123456789012:role/cni", cni.Input("serviceAccountRoleArn"))
	require.Equal(t, true, cni.Input("preserve"))
	require.Nil(t, cni.Input("configurationValues"))
	require.Nil(t, coreDNS.Input("preserve"))
	require.Nil(t, coreDNS.Input("addonVersion"))
	require.Contains(t, coreDNS.Input("configurationValues"), `"computeType":"Fargate"`)
}

func TestFaultsAreReportedTogetherBeforeAnythingIsRegistered(t *testing.T) {
	r, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := addons.NewAddons(ctx, "bad", &addons.AddonsArgs{
			Addons:                 []addons.Addon{{Name: "coredns"}, {Name: "coredns", Configuration: "computeType: Fargate"}, {Name: "VPC CNI"}},
			ServiceAccountRoleArns: map[string]pulumi.StringInput{"vpc-cni": pulumi.String("arn")},
		})
		return err
	})
	for _, want := range []string{
		`checking add-ons "bad"`, "ClusterName is missing", `Addons has "coredns" twice`, `Addons has the name "VPC CNI"`,
		`the Configuration of add-on "coredns" is not JSON`, `ServiceAccountRoleArns has "vpc-cni", which is not among Addons`,
	} {
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, r.Resources)
}
