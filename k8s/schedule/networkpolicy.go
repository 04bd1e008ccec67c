package schedule

import (
	"github.com/modelway/modelway/k8s/netpolicy"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newNetworkPolicy lets the jobs out to DNS and to the API server, whose addresses are EKS's to choose. Nothing reaches them.
func (b *builder) newNetworkPolicy() error {
	policy, err := networkingv1.NewNetworkPolicy(b.ctx, b.name+"-network-policy", &networkingv1.NetworkPolicyArgs{
		Metadata: b.metadata(objectName),
		Spec: &networkingv1.NetworkPolicySpecArgs{
			PodSelector: netpolicy.Select(selector()),
			PolicyTypes: pulumi.ToStringArray([]string{"Ingress", "Egress"}),
			Egress:      networkingv1.NetworkPolicyEgressRuleArray{netpolicy.ToDns(), netpolicy.ToHttps()},
		},
	}, b.child()...)
	b.needs = append(b.needs, policy)
	return err
}
