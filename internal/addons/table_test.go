package addons_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/recorder"
)

func names(list []addons.Addon) []string {
	all := []string{}
	for _, a := range list {
		all = append(all, a.Name)
	}
	return all
}

var (
	fargateOnly = addons.Kind{CoreDNSOnFargate: true}
	nodesOnly   = addons.Kind{Nodes: true, OpenNodes: true}
	mixed       = addons.Kind{Nodes: true, OpenNodes: true, CoreDNSOnFargate: true}
	gpuNodes    = addons.Kind{Nodes: true, CoreDNSOnFargate: true}
)

func TestTables(t *testing.T) {
	early := []string{"vpc-cni", "kube-proxy", "eks-pod-identity-agent"}
	for _, c := range []struct {
		name          string
		kind          addons.Kind
		before, after []string
	}{
		{"nodes only", nodesOnly, early, []string{"coredns", "metrics-server", "eks-node-monitoring-agent", "aws-ebs-csi-driver"}},
		{"Fargate only", fargateOnly, []string{}, []string{"coredns", "metrics-server"}},
		{"both", mixed, early, []string{"coredns", "metrics-server", "eks-node-monitoring-agent", "aws-ebs-csi-driver"}},
		{"tainted nodes beside Fargate", gpuNodes, early, []string{"coredns", "metrics-server", "eks-node-monitoring-agent"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.before, names(addons.BeforeCompute(c.kind)))
			require.Equal(t, c.after, names(addons.AfterCompute(c.kind)))
			for _, addon := range both(c.kind) {
				require.Equal(t, addon.Name == addons.VpcCni, addon.Preserve, addon.Name)
				require.Equal(t, addon.ServiceAccount != "", addon.ManagedPolicy != "", addon.Name)
			}
		})
	}
	require.ElementsMatch(t, addons.Names(), names(both(mixed)))
	require.True(t, slices.IsSorted(addons.Names()))
}

func both(kind addons.Kind) []addons.Addon {
	return slices.Concat(addons.BeforeCompute(kind), addons.AfterCompute(kind))
}

func TestAddonsThatCallAWS(t *testing.T) {
	callers := map[string][2]string{}
	for _, addon := range both(mixed) {
		if addon.ServiceAccount != "" {
			callers[addon.Name] = [2]string{addon.ServiceAccount, addon.ManagedPolicy}
		}
	}
	require.Equal(t, map[string][2]string{
		"vpc-cni":            {"aws-node", "AmazonEKS_CNI_Policy"},
		"aws-ebs-csi-driver": {"ebs-csi-controller-sa", "service-role/AmazonEBSCSIDriverPolicy"},
	}, callers)
}

func TestConfigurations(t *testing.T) {
	for name, kind := range map[string]addons.Kind{"fargate": fargateOnly, "nodes": nodesOnly, "mixed": mixed} {
		made := map[string]any{}
		for _, addon := range both(kind) {
			if addon.Configuration != "" {
				var parsed any
				require.NoError(t, json.Unmarshal([]byte(addon.Configuration), &parsed), addon.Name)
				made[addon.Name] = parsed
			}
		}
		recorder.GoldenJSON(t, "testdata/configurations-"+name+".json", made)
	}
}

func TestCoreDNSFitsTheSmallestFargateSize(t *testing.T) {
	configuration := addons.AfterCompute(fargateOnly)[0].Configuration
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

func TestPodNetwork(t *testing.T) {
	network := addons.PodNetwork{
		Region: "us-east-1", SecurityGroupId: "sg-1", Subnets: map[string]string{"us-east-1a": "subnet-a", "us-east-1b": "subnet-b"},
	}
	for file, change := range map[string]func(*addons.PodNetwork){
		"pod-network.json":                        nil,
		"pod-network-without-security-group.json": func(n *addons.PodNetwork) { n.SecurityGroupId = "" },
	} {
		n := network
		if change != nil {
			change(&n)
		}
		text, err := n.Configuration()
		require.NoError(t, err)
		var parsed any
		require.NoError(t, json.Unmarshal([]byte(text), &parsed))
		recorder.GoldenJSON(t, "testdata/"+file, parsed)
	}
}

func TestPodNetworkFaults(t *testing.T) {
	_, err := addons.PodNetwork{}.Configuration()
	require.ErrorContains(t, err, "configuring the network of pods: Region is empty")
	require.ErrorContains(t, err, "Subnets is empty: name a subnet for each zone of the nodes")
	_, err = addons.PodNetwork{Region: "us-east-1", Subnets: map[string]string{"a": "subnet-a", "us-east-1b": ""}}.Configuration()
	require.ErrorContains(t, err, `Subnets has the zone "a": use the name of a zone of us-east-1, such as us-east-1a`)
	require.ErrorContains(t, err, `Subnets has no id for zone "us-east-1b"`)
}

func TestPinsOfAddonsThatAreNotInstalledAreRefused(t *testing.T) {
	pins := map[string]string{"vpc-cni": "v1.20.4-eksbuild.2", "coredns": "v1.12.4-eksbuild.1"}
	require.NoError(t, addons.CheckPins(mixed, pins))
	require.NoError(t, addons.CheckPins(fargateOnly, nil))
	require.EqualError(t, addons.CheckPins(fargateOnly, pins), "versions are pinned of add-ons that are not installed, vpc-cni: "+
		"remove the pins; installed are coredns, metrics-server; the cluster has no nodes for the others")
	require.EqualError(t, addons.CheckPins(mixed, map[string]string{"vpc-cny": "v1.20.4-eksbuild.2", "adot": "v0.1.0-eksbuild.1"}),
		"versions are pinned of add-ons that are not installed, adot, vpc-cny: remove the pins; installed are vpc-cni, kube-proxy, "+
			"eks-pod-identity-agent, coredns, metrics-server, eks-node-monitoring-agent, aws-ebs-csi-driver")
}

func TestPinNotes(t *testing.T) {
	require.Equal(t, "add-on coredns is pinned to v1.12.4-eksbuild.1; for Kubernetes 1.36 EKS recommends v1.14.0-eksbuild.2.",
		addons.PinNote("coredns", "v1.12.4-eksbuild.1", "v1.14.0-eksbuild.2", "1.36"))
	require.Equal(t, "add-on coredns is pinned to v1.14.0-eksbuild.2, which is what EKS recommends for Kubernetes 1.36: the pin can go.",
		addons.PinNote("coredns", "v1.14.0-eksbuild.2", "v1.14.0-eksbuild.2", "1.36"))
}
