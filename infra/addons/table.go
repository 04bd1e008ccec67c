package addons

import "slices"

// Names of the EKS add-ons that the tables list
// (https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html and
// https://docs.aws.amazon.com/eks/latest/userguide/community-addons.html).
const (
	VpcCni           = "vpc-cni"
	KubeProxy        = "kube-proxy"
	PodIdentityAgent = "eks-pod-identity-agent"
	CoreDNS          = "coredns"
	MetricsServer    = "metrics-server"
)

// Addon is one EKS add-on.
type Addon struct {
	// Name is the add-on's name in the EKS API, for example vpc-cni. Required.
	Name string
	// Version is the add-on's version, for example v1.20.4-eksbuild.2. Default the one that EKS recommends for the
	// cluster's Kubernetes version when the add-on is created.
	Version string
	// Configuration is JSON in the add-on's own schema. Default the add-on's own settings.
	Configuration string
	// Preserve leaves the add-on's software in the cluster when the add-on is deleted. Default false.
	Preserve bool
}

// Kind is what the choice of add-ons depends on.
type Kind struct {
	// Nodes says that the cluster has nodes; Fargate pods bring their own network, proxy and agents.
	Nodes bool
	// CoreDNSOnFargate says that a Fargate profile selects the pods of CoreDNS.
	CoreDNSOnFargate bool
}

// fargateCoreDNS makes CoreDNS tolerate Fargate's nodes and gives it all of the smallest Fargate size, 0.25 vCPU and 0.5 GB:
// its 256 MB and the 256 MiB that Fargate adds to every pod are just within
// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html).
const fargateCoreDNS = `{"computeType":"Fargate","resources":{"limits":{"cpu":"0.25","memory":"256M"},"requests":{"cpu":"0.25","memory":"256M"}}}`

// phase says when an add-on is installed.
type phase int

const (
	beforeCompute phase = iota
	afterCompute
)

// entries are the add-ons in the order in which they are registered.
var entries = []struct {
	phase phase
	// nodesOnly add-ons are DaemonSets, which run on nodes and not on Fargate.
	nodesOnly bool
	addon     Addon
	// onFargate is the configuration where a Fargate profile takes the add-on's pods.
	onFargate string
}{
	// Nodes become Ready with a network only. The network plugin also frees the interfaces of the pods that leave, so it
	// stays until the nodes are gone, even where only the add-on is removed.
	{phase: beforeCompute, nodesOnly: true, addon: Addon{Name: VpcCni, Preserve: true}},
	{phase: beforeCompute, nodesOnly: true, addon: Addon{Name: KubeProxy}},
	{phase: beforeCompute, nodesOnly: true, addon: Addon{Name: PodIdentityAgent}},
	// Deployments need something to run on: EKS reports them as degraded until their pods are ready, and fails after
	// twenty minutes.
	{phase: afterCompute, addon: Addon{Name: CoreDNS}, onFargate: fargateCoreDNS},
	{phase: afterCompute, addon: Addon{Name: MetricsServer}},
}

// BeforeCompute lists the add-ons to install before there is compute. Compute depends on them, so that on destroy they are
// deleted after the last node.
func BeforeCompute(kind Kind) []Addon { return list(beforeCompute, kind) }

// AfterCompute lists the add-ons that need compute.
func AfterCompute(kind Kind) []Addon { return list(afterCompute, kind) }

func list(p phase, kind Kind) []Addon {
	var all []Addon
	for _, e := range entries {
		if e.phase != p || e.nodesOnly && !kind.Nodes {
			continue
		}
		addon := e.addon
		if kind.CoreDNSOnFargate && e.onFargate != "" {
			addon.Configuration = e.onFargate
		}
		all = append(all, addon)
	}
	return all
}

// Names lists every add-on of the tables.
func Names() []string {
	var names []string
	for _, e := range entries {
		names = append(names, e.addon.Name)
	}
	slices.Sort(names)
	return names
}
