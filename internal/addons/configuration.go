package addons

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// fargateCoreDNS makes CoreDNS tolerate Fargate's nodes and gives it all of the smallest Fargate size, 0.25 vCPU and 0.5 GB:
// its 256 MB and the 256 MiB that Fargate adds to every pod are just within
// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html).
const fargateCoreDNS = `{"computeType":"Fargate","resources":{"limits":{"cpu":"0.25","memory":"256M"},"requests":{"cpu":"0.25","memory":"256M"}}}`

// nodesCoreDNS has EKS add replicas as nodes and cores are added
// (https://docs.aws.amazon.com/eks/latest/userguide/coredns-autoscaling.html).
const nodesCoreDNS = `{"autoScaling":{"enabled":true,"minReplicas":2,"maxReplicas":10}}`

// configureCoreDNS is for where the pods of CoreDNS run. In both cases the add-on's own settings hold for the rest: two replicas,
// spread over the zones where that is possible, and a disruption budget that lets one go at a time
// (https://docs.aws.amazon.com/eks/latest/userguide/managing-coredns.html).
func configureCoreDNS(kind Kind) string {
	if kind.CoreDNSOnFargate {
		return fargateCoreDNS
	}
	return nodesCoreDNS
}

// vpcCni is a configuration of the network plugin. Numbers and booleans are strings in its schema
// (https://docs.aws.amazon.com/cli/latest/reference/eks/describe-addon-configuration.html#examples).
type vpcCni struct {
	EnableNetworkPolicy string            `json:"enableNetworkPolicy"`
	EniConfig           *eniConfig        `json:"eniConfig,omitempty"`
	Env                 map[string]string `json:"env"`
}

type eniConfig struct {
	Create bool   `json:"create"`
	Region string `json:"region"`
	// Subnets are by the name of the ENIConfig that each becomes (charts/aws-vpc-cni/templates/eniconfig.yaml of
	// https://github.com/aws/amazon-vpc-cni-k8s).
	Subnets map[string]eniSubnet `json:"subnets"`
}

type eniSubnet struct {
	Id             string   `json:"id"`
	SecurityGroups []string `json:"securityGroups,omitempty"`
}

// newVpcCni gives nodes whole prefixes of 16 addresses, of which one is kept spare: a node takes more pods, and fewer calls
// to EC2 start them (https://docs.aws.amazon.com/eks/latest/userguide/cni-increase-ip-addresses.html). EKS sets the number of
// pods of a managed node accordingly when the node group is created after the add-on. Network policies are enforced
// (https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html).
func newVpcCni() vpcCni {
	return vpcCni{EnableNetworkPolicy: "true", Env: map[string]string{"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "1"}}
}

func (c vpcCni) json() (string, error) {
	text, err := json.Marshal(c)
	return string(text), err
}

func configureVpcCni(Kind) string {
	// A map of strings always has a JSON form.
	text, _ := newVpcCni().json()
	return text
}

// PodNetwork has the network plugin take the addresses of pods from subnets of their own instead of the node's
// (https://docs.aws.amazon.com/eks/latest/userguide/cni-custom-network.html).
type PodNetwork struct {
	// Region is the AWS region of the subnets. Required.
	Region string
	// Subnets are the ids of the pods' subnets by the name of their zone, one for each zone of the nodes. Required.
	Subnets map[string]string
	// SecurityGroupId is the security group of the pods' network interfaces. Default those of the node.
	SecurityGroupId string
}

// zoneLabel is the label of nodes whose value is the name of their zone, by which the plugin finds a node's ENIConfig.
const zoneLabel = "topology.kubernetes.io/zone"

// Configuration is the configuration of the add-on vpc-cni with the pods' own subnets.
func (n PodNetwork) Configuration() (string, error) {
	if err := n.validate(); err != nil {
		return "", fmt.Errorf("configuring the network of pods: %w", err)
	}
	c := newVpcCni()
	c.Env["AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG"] = "true"
	c.Env["ENI_CONFIG_LABEL_DEF"] = zoneLabel
	c.EniConfig = &eniConfig{Create: true, Region: n.Region, Subnets: map[string]eniSubnet{}}
	for zone, id := range n.Subnets {
		subnet := eniSubnet{Id: id}
		if n.SecurityGroupId != "" {
			subnet.SecurityGroups = []string{n.SecurityGroupId}
		}
		c.EniConfig.Subnets[zone] = subnet
	}
	return c.json()
}

// validate reports every fault together.
func (n PodNetwork) validate() error {
	var faults []error
	if n.Region == "" {
		faults = append(faults, errors.New("Region is empty: name the AWS region, for example us-east-1"))
	}
	if len(n.Subnets) == 0 {
		faults = append(faults, errors.New(
			"Subnets is empty: name a subnet for each zone of the nodes, or leave pods in the subnets of their nodes"))
	}
	for _, zone := range slices.Sorted(maps.Keys(n.Subnets)) {
		if !strings.HasPrefix(zone, n.Region) || zone == n.Region {
			faults = append(faults, fmt.Errorf("Subnets has the zone %q: use the name of a zone of %s, such as %sa", zone, n.Region, n.Region))
		}
		if n.Subnets[zone] == "" {
			faults = append(faults, fmt.Errorf("Subnets has no id for zone %q: name the subnet", zone))
		}
	}
	return errors.Join(faults...)
}
