package loadbalancer

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/local/aws"
)

// Domains of a load balancer's DNS name: on AWS, and here, where it resolves to loopback without DNS (RFC 6761).
const (
	awsDomain   = ".elb.amazonaws.com"
	localDomain = ".elb.localhost"
)

var notAlphanumeric = regexp.MustCompile(`[^[:alnum:]]`)

// loadBalancerName is the name that LBC derives (pkg/ingress/model_build_load_balancer.go).
func loadBalancerName(cluster, id, scheme string) string {
	hash := fmt.Sprintf("%x", sha256.Sum256([]byte(cluster+id+scheme)))
	if namespace, name, lone := strings.Cut(id, "/"); lone {
		return fmt.Sprintf("k8s-%.8s-%.8s-%.10s", notAlphanumeric.ReplaceAllString(namespace, ""), notAlphanumeric.ReplaceAllString(name, ""), hash)
	}
	return fmt.Sprintf("k8s-%.17s-%.10s", notAlphanumeric.ReplaceAllString(id, ""), hash)
}

// securityGroupName is the name of the group that all load balancers of a cluster share towards their targets
// (LBC pkg/networking/backend_sg_provider.go).
func securityGroupName(cluster string) string {
	return fmt.Sprintf("k8s-traffic-%s-%.10x", notAlphanumeric.ReplaceAllString(cluster, ""), sha256.Sum256([]byte(cluster)))[:min(255, 12+len(notAlphanumeric.ReplaceAllString(cluster, ""))+11)]
}

// ensureLoadBalancer makes the load balancer with its security group, replaces one whose scheme, name or subnets
// changed, and returns the host name.
func (c *controller) ensureLoadBalancer(s settings, g *group, model alb.LoadBalancer) (string, error) {
	name := model.Name
	if name == "" {
		name = loadBalancerName(s.cluster, g.id, model.Scheme)
	}
	var hostname string
	settled := false
	reconcile := func(change bool) func(*aws.State) error {
		return func(state *aws.State) error {
			subnets := slices.Sorted(slices.Values(model.SubnetIds))
			if len(subnets) == 0 {
				var err error
				if subnets, err = discoverSubnets(state, s, model.Scheme); err != nil {
					return err
				}
			}
			for _, existing := range owned(state, s, g) {
				if existing.Name == name && existing.Scheme == model.Scheme && slices.Equal(existing.SubnetIDs, subnets) {
					hostname, settled = localName(existing.DNSName), true
				} else if change {
					state.DeleteLoadBalancer(existing.Arn)
				}
			}
			if settled || !change {
				return nil
			}
			securityGroup, err := ensureSecurityGroup(state, s)
			if err != nil {
				return err
			}
			created, err := state.CreateLoadBalancer(name, model.Scheme, subnets, []string{securityGroup})
			if err != nil {
				return err
			}
			hostname = localName(created.DNSName)
			return nil
		}
	}
	if err := c.Account.View(reconcile(false)); err != nil || settled {
		return hostname, err
	}
	err := c.Account.Update(reconcile(true))
	return hostname, err
}

// removeLoadBalancer deletes the group's load balancer and, after the last one, the shared security group.
func (c *controller) removeLoadBalancer(s settings, g *group) error {
	return c.Account.Update(func(state *aws.State) error {
		for _, existing := range owned(state, s, g) {
			state.DeleteLoadBalancer(existing.Arn)
		}
		for _, securityGroup := range state.Where(aws.SecurityGroup, "name", securityGroupName(s.cluster)) {
			used := false
			for _, other := range state.LoadBalancers {
				used = used || slices.Contains(other.SecurityGroupIDs, securityGroup.ID)
			}
			if !used {
				if err := state.Delete(aws.SecurityGroup, securityGroup.ID); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// owned returns the load balancers of a group: by the names LBC derives, and by the host names in its Ingresses.
func owned(state *aws.State, s settings, g *group) []*aws.LoadBalancer {
	var list []*aws.LoadBalancer
	for _, arn := range slices.Sorted(maps.Keys(state.LoadBalancers)) {
		candidate := state.LoadBalancers[arn]
		mine := candidate.Name == loadBalancerName(s.cluster, g.id, candidate.Scheme)
		for _, ingress := range append(slices.Clone(g.members), g.inactive...) {
			for _, entry := range ingress.Status.LoadBalancer.Ingress {
				// An Ingress that moved to another group still shows the host name of that one.
				mine = mine || entry.Hostname == localName(candidate.DNSName) && len(groupIDs(ingress)) < 2
			}
		}
		if mine {
			list = append(list, candidate)
		}
	}
	return list
}

func localName(dnsName string) string {
	return strings.ToLower(strings.TrimSuffix(dnsName, awsDomain) + localDomain)
}

func ensureSecurityGroup(state *aws.State, s settings) (string, error) {
	name := securityGroupName(s.cluster)
	for _, existing := range state.Where(aws.SecurityGroup, "name", name) {
		if existing.String("vpcId") == s.vpcID {
			return existing.ID, nil
		}
	}
	created, err := state.CreateOwned(aws.SecurityGroup, controllerName, aws.Properties{
		"name": name, "vpcId": s.vpcID, "description": "[k8s] Shared Backend SecurityGroup for LoadBalancer",
		"tags": map[string]any{"elbv2.k8s.aws/cluster": s.cluster, "elbv2.k8s.aws/resource": "backend-sg"},
	})
	if err != nil {
		return "", err
	}
	return created.ID, nil
}

// discoverSubnets finds one subnet per zone by the role tag
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/subnet_discovery/).
func discoverSubnets(state *aws.State, s settings, scheme string) ([]string, error) {
	role := "kubernetes.io/role/internal-elb"
	if scheme == "internet-facing" {
		role = "kubernetes.io/role/elb"
	}
	byZone := map[string]string{}
	for _, subnet := range state.Where(aws.Subnet, "vpcId", s.vpcID) {
		tags, _ := subnet.Inputs["tags"].(map[string]any)
		value, tagged := tags[role]
		zone := subnet.String("availabilityZone")
		if tagged && (value == "1" || value == "") && (byZone[zone] == "" || subnet.ID < byZone[zone]) {
			byZone[zone] = subnet.ID
		}
	}
	if len(byZone) < 2 {
		return nil, fmt.Errorf("couldn't auto-discover subnets: %d zones of VPC %s have a subnet with the tag %s=1; an ALB needs two", len(byZone), s.vpcID, role)
	}
	return slices.Sorted(maps.Values(byZone)), nil
}
