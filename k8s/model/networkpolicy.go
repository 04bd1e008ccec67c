package model

import (
	"slices"

	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/serving"
)

// MonitoringNamespace is the namespace whose pods named prometheus may read the models' metrics.
const MonitoringNamespace = monitoring.Namespace

const (
	namespaceLabel = "kubernetes.io/metadata.name"
	// podIdentityAgent is the address at which the EKS Pod Identity agent hands out credentials
	// (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html).
	podIdentityAgent     = "169.254.170.23/32"
	podIdentityAgentPort = 80
	httpsPort            = 443
	dnsPort              = 53
)

// newNetworkPolicy lets in the load balancers of the model, Prometheus, the readers and the namespaces that it names, and lets out
// to DNS, what the model lists and, with storage or files, HTTPS, since S3 and STS have no addresses of their own that a policy could name.
// The namespace denies all else. The kubelet's probes always pass
// (https://kubernetes.io/docs/concepts/services-networking/network-policies/).
func (b *builder) newNetworkPolicy() error {
	metadata := b.metadata(serving.StableVersion(b.args.Model))
	metadata.Labels = pulumi.ToStringMap(serving.Family(b.args.Model))
	_, err := networkingv1.NewNetworkPolicy(b.ctx, b.name+"-network-policy", &networkingv1.NetworkPolicyArgs{
		Metadata: metadata,
		Spec: &networkingv1.NetworkPolicySpecArgs{
			PodSelector: labelSelector(serving.Family(b.args.Model)),
			PolicyTypes: pulumi.ToStringArray([]string{"Ingress", "Egress"}),
			Ingress:     networkingv1.NetworkPolicyIngressRuleArray{b.ingressRule()},
			Egress:      b.egressRules(),
		},
	}, b.parent())
	return err
}

func (b *builder) ingressRule() *networkingv1.NetworkPolicyIngressRuleArgs {
	from := networkingv1.NetworkPolicyPeerArray{&networkingv1.NetworkPolicyPeerArgs{
		NamespaceSelector: labelSelector(map[string]string{namespaceLabel: MonitoringNamespace}),
		PodSelector:       labelSelector(map[string]string{labels.Name: "prometheus"}),
	}}
	for _, reader := range b.args.Readers {
		from = append(from, &networkingv1.NetworkPolicyPeerArgs{
			NamespaceSelector: labelSelector(map[string]string{namespaceLabel: reader.Namespace}), PodSelector: labelSelector(reader.Selector()),
		})
	}
	var blocks []string
	for _, route := range b.args.Routes {
		blocks = append(blocks, route.SubnetCidrs...)
	}
	slices.Sort(blocks)
	for _, block := range slices.Compact(blocks) {
		from = append(from, addresses(block))
	}
	for _, namespace := range b.args.Model.Route.Namespaces {
		from = append(from, &networkingv1.NetworkPolicyPeerArgs{NamespaceSelector: labelSelector(map[string]string{namespaceLabel: namespace})})
	}
	return &networkingv1.NetworkPolicyIngressRuleArgs{From: from, Ports: ports("TCP", b.args.Model.Port)}
}

func (b *builder) egressRules() networkingv1.NetworkPolicyEgressRuleArray {
	rules := networkingv1.NetworkPolicyEgressRuleArray{dnsRule()}
	allow := func(block string, port int) { rules = append(rules, reach(block, port)) }
	stored := b.args.Model.Storage != modelspec.StorageNone || b.args.Model.Files.Given()
	if stored || b.args.Model.ServiceAccountToken {
		allow("0.0.0.0/0", httpsPort)
	}
	if stored {
		allow(podIdentityAgent, podIdentityAgentPort)
	}
	for _, target := range b.args.Model.Egress {
		block, port, _ := modelspec.ParseEgress(target)
		allow(block.String(), port)
	}
	return rules
}

// dnsRule lets pods out to the cluster's DNS.
func dnsRule() *networkingv1.NetworkPolicyEgressRuleArgs {
	return &networkingv1.NetworkPolicyEgressRuleArgs{
		To: networkingv1.NetworkPolicyPeerArray{&networkingv1.NetworkPolicyPeerArgs{
			NamespaceSelector: labelSelector(map[string]string{namespaceLabel: addons.Dns().Namespace}),
			PodSelector:       labelSelector(addons.Dns().Selector()),
		}},
		Ports: append(ports("UDP", dnsPort), ports("TCP", dnsPort)...),
	}
}

// reach lets pods out to a port of a block of addresses.
func reach(block string, port int) *networkingv1.NetworkPolicyEgressRuleArgs {
	return &networkingv1.NetworkPolicyEgressRuleArgs{To: networkingv1.NetworkPolicyPeerArray{addresses(block)}, Ports: ports("TCP", port)}
}

func addresses(block string) *networkingv1.NetworkPolicyPeerArgs {
	return &networkingv1.NetworkPolicyPeerArgs{IpBlock: &networkingv1.IPBlockArgs{Cidr: pulumi.String(block)}}
}

func ports(protocol string, port int) networkingv1.NetworkPolicyPortArray {
	return networkingv1.NetworkPolicyPortArray{&networkingv1.NetworkPolicyPortArgs{Protocol: pulumi.String(protocol), Port: pulumi.Int(port)}}
}
