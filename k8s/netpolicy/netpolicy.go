// Package netpolicy has the parts that network policies of the platform are made of
// (https://kubernetes.io/docs/concepts/services-networking/network-policies/).
package netpolicy

import (
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/identity"
)

// Everywhere is the block of all IPv4 addresses.
const Everywhere = "0.0.0.0/0"

// HttpsPort is the port of HTTPS.
const HttpsPort = 443

const dnsPort = 53

// Select selects objects by their labels.
func Select(labels map[string]string) *metav1.LabelSelectorArgs {
	return &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(labels)}
}

// Namespace selects a namespace by its name.
func Namespace(name string) *metav1.LabelSelectorArgs {
	return Select(map[string]string{"kubernetes.io/metadata.name": name})
}

// Block is whoever has an address of a block.
func Block(cidr string) *networkingv1.NetworkPolicyPeerArgs {
	return &networkingv1.NetworkPolicyPeerArgs{IpBlock: &networkingv1.IPBlockArgs{Cidr: pulumi.String(cidr)}}
}

// Ports is one port of a protocol, TCP or UDP.
func Ports(protocol string, port int) networkingv1.NetworkPolicyPortArray {
	return networkingv1.NetworkPolicyPortArray{&networkingv1.NetworkPolicyPortArgs{Protocol: pulumi.String(protocol), Port: pulumi.Int(port)}}
}

// To lets pods out to a TCP port of a block of addresses.
func To(cidr string, port int) *networkingv1.NetworkPolicyEgressRuleArgs {
	return &networkingv1.NetworkPolicyEgressRuleArgs{To: networkingv1.NetworkPolicyPeerArray{Block(cidr)}, Ports: Ports("TCP", port)}
}

// ToDns lets pods out to the cluster's DNS.
func ToDns() *networkingv1.NetworkPolicyEgressRuleArgs {
	return &networkingv1.NetworkPolicyEgressRuleArgs{
		To: networkingv1.NetworkPolicyPeerArray{&networkingv1.NetworkPolicyPeerArgs{
			NamespaceSelector: Namespace(addons.Dns().Namespace), PodSelector: Select(addons.Dns().Selector()),
		}},
		Ports: append(Ports("UDP", dnsPort), Ports("TCP", dnsPort)...),
	}
}

// ToHttps lets pods out to HTTPS everywhere: S3, STS and the API server have no addresses of their own that a policy could name.
func ToHttps() *networkingv1.NetworkPolicyEgressRuleArgs { return To(Everywhere, HttpsPort) }

// ToPodIdentity lets pods out to what hands out credentials on nodes.
func ToPodIdentity() *networkingv1.NetworkPolicyEgressRuleArgs {
	return To(identity.AgentBlock, identity.AgentPort)
}
