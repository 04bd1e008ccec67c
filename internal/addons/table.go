package addons

import "slices"

// Names of the EKS add-ons that the tables list
// (https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html and
// https://docs.aws.amazon.com/eks/latest/userguide/community-addons.html).
const (
	VpcCni              = "vpc-cni"
	KubeProxy           = "kube-proxy"
	PodIdentityAgent    = "eks-pod-identity-agent"
	NodeMonitoringAgent = "eks-node-monitoring-agent"
	EbsCsiDriver        = "aws-ebs-csi-driver"
	CoreDNS             = "coredns"
	MetricsServer       = "metrics-server"
)

// Addon is one EKS add-on.
type Addon struct {
	// Name is the add-on's name in the EKS API, for example vpc-cni. Required.
	Name string
	// Configuration is JSON in the add-on's own schema, which `aws eks describe-addon-configuration` shows. Default the
	// add-on's own settings.
	Configuration string
	// Preserve leaves the add-on's software in the cluster when the add-on is deleted. Default false.
	Preserve bool
	// ServiceAccount is the service account in kube-system with which the add-on calls AWS, and ManagedPolicy the AWS managed
	// policy that it needs, with its path. Default none: the add-on does not call AWS.
	ServiceAccount, ManagedPolicy string
	// Pods are those of the add-on that are not on every node. Default it has none.
	Pods *Workload
}

// The pods of EKS add-ons that are not on every node, with the labels and the defaults of the add-on.
var (
	// dns are the pods of CoreDNS (https://docs.aws.amazon.com/eks/latest/userguide/managing-coredns.html and
	// https://github.com/kubernetes/kubernetes/blob/master/cluster/addons/dns/coredns/coredns.yaml.base).
	dns = Workload{
		Name: "CoreDNS", Namespace: SystemNamespace, Labels: map[string]string{"k8s-app": "kube-dns", "eks.amazonaws.com/component": "coredns"},
		KnownBy: "k8s-app", Replicas: 2, CPU: "100m", Memory: "70Mi",
	}
	// metricsServer are the pods of metrics-server
	// (https://repost.aws/articles/ARo3gNWB0fTaOUSasgws8VBA/kubernetes-metrics-server-setup-recommendations and
	// https://github.com/kubernetes-sigs/metrics-server/blob/master/charts/metrics-server/values.yaml).
	metricsServer = Workload{
		Name: "metrics-server", Namespace: SystemNamespace, Labels: charted("metrics-server", "metrics-server"),
		Replicas: 2, CPU: "100m", Memory: "200Mi",
	}
	// ebsCsiController are the pods that make volumes
	// (https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/charts/aws-ebs-csi-driver/templates/controller.yaml).
	ebsCsiController = Workload{
		Name: "the EBS CSI controller", Namespace: SystemNamespace, Labels: map[string]string{
			"app": "ebs-csi-controller", "app.kubernetes.io/name": "aws-ebs-csi-driver", "app.kubernetes.io/instance": "aws-ebs-csi-driver",
			"app.kubernetes.io/component": "csi-driver",
		},
		NodesOnly: "its credentials come from an agent on the node",
	}
)

// Dns returns the pods that resolve names for all others.
func Dns() Workload { return dns }

// PodsOf returns the pods of an EKS add-on that are not on every node, by the add-on's name.
func PodsOf(addon string) (Workload, bool) {
	for _, e := range entries {
		if e.addon.Name == addon && e.addon.Pods != nil {
			return *e.addon.Pods, true
		}
	}
	return Workload{}, false
}

// Kind is what the choice of add-ons depends on.
type Kind struct {
	// Nodes says that the cluster may have nodes; Fargate pods bring their own network, proxy and agents.
	Nodes bool
	// OpenNodes says that there is a node from the start that takes pods without tolerations.
	OpenNodes bool
	// CoreDNSOnFargate says that a Fargate profile selects the pods of CoreDNS.
	CoreDNSOnFargate bool
}

// phase says when an add-on is installed.
type phase int

const (
	beforeCompute phase = iota
	afterCompute
)

// home says what a cluster must have for an add-on.
type home int

const (
	// anywhere is for Deployments, which run on nodes and on Fargate.
	anywhere home = iota
	// everyNode is for DaemonSets, which run on nodes and not on Fargate. They stay healthy with no nodes.
	everyNode
	// openNode is for Deployments that do not run on Fargate. Without a node that takes their pods EKS reports them as
	// degraded, and fails after twenty minutes.
	openNode
)

func (k Kind) has(h home) bool {
	return h == anywhere || h == everyNode && k.Nodes || h == openNode && k.OpenNodes
}

// entries are the add-ons in the order in which they are registered.
var entries = []struct {
	phase phase
	home  home
	addon Addon
	// configure makes the configuration; nil for the add-on's own settings.
	configure func(Kind) string
}{
	// Nodes become Ready with a network only. The network plugin also frees the interfaces of the pods that leave, so it
	// stays until the nodes are gone, even where only the add-on is removed.
	{phase: beforeCompute, home: everyNode, configure: configureVpcCni,
		addon: Addon{Name: VpcCni, Preserve: true, ServiceAccount: "aws-node", ManagedPolicy: "AmazonEKS_CNI_Policy"}},
	{phase: beforeCompute, home: everyNode, addon: Addon{Name: KubeProxy}},
	{phase: beforeCompute, home: everyNode, addon: Addon{Name: PodIdentityAgent}},
	// Deployments need something to run on: EKS reports them as degraded until their pods are ready, and fails after
	// twenty minutes.
	{phase: afterCompute, home: anywhere, configure: configureCoreDNS, addon: Addon{Name: CoreDNS, Pods: &dns}},
	// The add-on listens on port 10251, because 10250 belongs to Fargate
	// (https://docs.aws.amazon.com/eks/latest/userguide/metrics-server.html).
	{phase: afterCompute, home: anywhere, addon: Addon{Name: MetricsServer, Pods: &metricsServer}},
	// Node auto repair replaces nodes by what the agent reports, such as a failed GPU; without it, only by whether the
	// kubelet answers (https://docs.aws.amazon.com/eks/latest/userguide/node-health.html).
	{phase: afterCompute, home: everyNode, addon: Addon{Name: NodeMonitoringAgent}},
	{phase: afterCompute, home: openNode,
		addon: Addon{Name: EbsCsiDriver, ServiceAccount: "ebs-csi-controller-sa", ManagedPolicy: "service-role/AmazonEBSCSIDriverPolicy",
			Pods: &ebsCsiController}},
}

// BeforeCompute lists the add-ons to install before there is compute. Compute depends on them, so that on destroy they are
// deleted after the last node.
func BeforeCompute(kind Kind) []Addon { return list(beforeCompute, kind) }

// AfterCompute lists the add-ons that need compute.
func AfterCompute(kind Kind) []Addon { return list(afterCompute, kind) }

func list(p phase, kind Kind) []Addon {
	var all []Addon
	for _, e := range entries {
		if e.phase != p || !kind.has(e.home) {
			continue
		}
		addon := e.addon
		if e.configure != nil {
			addon.Configuration = e.configure(kind)
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
