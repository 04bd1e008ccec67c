package schedule

import (
	"github.com/modelway/modelway/internal/addons"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	dnsPort   = 53
	httpsPort = 443
)

// newNetworkPolicy lets the jobs out to DNS and to the API server, whose addresses are EKS's to choose. Nothing reaches them.
func (b *builder) newNetworkPolicy() error {
	policy, err := networkingv1.NewNetworkPolicy(b.ctx, b.name+"-network-policy", &networkingv1.NetworkPolicyArgs{
		Metadata: b.metadata(objectName),
		Spec: &networkingv1.NetworkPolicySpecArgs{
			PodSelector: labelSelector(selector()),
			PolicyTypes: pulumi.ToStringArray([]string{"Ingress", "Egress"}),
			Egress: networkingv1.NetworkPolicyEgressRuleArray{
				&networkingv1.NetworkPolicyEgressRuleArgs{
					To: networkingv1.NetworkPolicyPeerArray{&networkingv1.NetworkPolicyPeerArgs{
						NamespaceSelector: labelSelector(map[string]string{"kubernetes.io/metadata.name": addons.Dns().Namespace}),
						PodSelector:       labelSelector(addons.Dns().Selector()),
					}},
					Ports: networkingv1.NetworkPolicyPortArray{port("UDP", dnsPort), port("TCP", dnsPort)},
				},
				&networkingv1.NetworkPolicyEgressRuleArgs{
					To: networkingv1.NetworkPolicyPeerArray{&networkingv1.NetworkPolicyPeerArgs{
						IpBlock: &networkingv1.IPBlockArgs{Cidr: pulumi.String("0.0.0.0/0")},
					}},
					Ports: networkingv1.NetworkPolicyPortArray{port("TCP", httpsPort)},
				},
			},
		},
	}, b.child()...)
	b.needs = append(b.needs, policy)
	return err
}

func labelSelector(labels map[string]string) *metav1.LabelSelectorArgs {
	return &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(labels)}
}

func port(protocol string, number int) *networkingv1.NetworkPolicyPortArgs {
	return &networkingv1.NetworkPolicyPortArgs{Protocol: pulumi.String(protocol), Port: pulumi.Int(number)}
}
