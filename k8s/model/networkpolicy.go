package model

import (
	"slices"

	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/k8s/netpolicy"
)

// MonitoringNamespace is the namespace whose pods named prometheus may read the models' metrics.
const MonitoringNamespace = monitoring.Namespace

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
			PodSelector: netpolicy.Select(serving.Family(b.args.Model)),
			PolicyTypes: pulumi.ToStringArray([]string{"Ingress", "Egress"}),
			Ingress:     networkingv1.NetworkPolicyIngressRuleArray{b.ingressRule()},
			Egress:      b.egressRules(),
		},
	}, b.parent())
	return err
}

func (b *builder) ingressRule() *networkingv1.NetworkPolicyIngressRuleArgs {
	from := networkingv1.NetworkPolicyPeerArray{&networkingv1.NetworkPolicyPeerArgs{
		NamespaceSelector: netpolicy.Namespace(MonitoringNamespace),
		PodSelector:       netpolicy.Select(map[string]string{labels.Name: "prometheus"}),
	}}
	for _, reader := range b.args.Readers {
		from = append(from, &networkingv1.NetworkPolicyPeerArgs{
			NamespaceSelector: netpolicy.Namespace(reader.Namespace), PodSelector: netpolicy.Select(reader.Selector()),
		})
	}
	var blocks []string
	for _, route := range b.args.Routes {
		blocks = append(blocks, route.SubnetCidrs...)
	}
	slices.Sort(blocks)
	for _, block := range slices.Compact(blocks) {
		from = append(from, netpolicy.Block(block))
	}
	for _, namespace := range b.args.Model.Route.Namespaces {
		from = append(from, &networkingv1.NetworkPolicyPeerArgs{NamespaceSelector: netpolicy.Namespace(namespace)})
	}
	return &networkingv1.NetworkPolicyIngressRuleArgs{From: from, Ports: netpolicy.Ports("TCP", b.args.Model.Port)}
}

func (b *builder) egressRules() networkingv1.NetworkPolicyEgressRuleArray {
	rules := networkingv1.NetworkPolicyEgressRuleArray{netpolicy.ToDns()}
	stored := b.args.Model.Storage != modelspec.StorageNone || b.args.Model.Files.Given()
	if stored || b.args.Model.ServiceAccountToken {
		rules = append(rules, netpolicy.ToHttps())
	}
	if stored {
		rules = append(rules, netpolicy.ToPodIdentity())
	}
	for _, target := range b.args.Model.Egress {
		block, port, _ := modelspec.ParseEgress(target)
		rules = append(rules, netpolicy.To(block.String(), port))
	}
	return rules
}
