package loadbalancer

import (
	"crypto/sha256"
	"fmt"
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

// loadBalancerName has the form of the names that LBC derives (pkg/ingress/model_build_load_balancer.go).
func loadBalancerName(cluster, group string) string {
	return fmt.Sprintf("k8s-%.17s-%.5x", notAlphanumeric.ReplaceAllString(group, ""), sha256.Sum256([]byte(cluster+group)))
}

// ensureLoadBalancer makes a load balancer with its security group, replaces one whose scheme or subnets changed, gives it the
// attributes and certificates of the model, and returns the host name.
func (c *controller) ensureLoadBalancer(name string, model alb.LoadBalancer) (string, error) {
	subnets := slices.Sorted(slices.Values(model.SubnetIds))
	if len(subnets) == 0 {
		return "", fmt.Errorf("the IngressClassParams must list subnets.ids: the local stack discovers none by their tags")
	}
	state, err := c.Account.Snapshot()
	if err != nil {
		return "", err
	}
	standing := find(state, name)
	if standing == nil || standing.Scheme != model.Scheme || !slices.Equal(standing.SubnetIDs, subnets) {
		err = c.Account.Update(func(state *aws.State) error {
			if err := remove(state, name); err != nil {
				return err
			}
			properties := aws.Properties{"name": name, "vpcId": state.Get(aws.Subnet, subnets[0]).String("vpcId"), "description": "[k8s] Managed SecurityGroup for LoadBalancer"}
			securityGroup, err := state.CreateOwned(aws.SecurityGroup, controllerName, properties)
			if err == nil {
				standing, err = state.CreateLoadBalancer(name, model.Scheme, subnets, []string{securityGroup.ID})
			}
			return err
		})
	}
	if certificates := certificateArns(model); err == nil && !standing.Configured(model.Attributes, certificates) {
		err = c.Account.Update(func(state *aws.State) error {
			return state.ConfigureLoadBalancer(standing.Arn, model.Attributes, certificates)
		})
	}
	if err != nil {
		return "", err
	}
	return strings.ToLower(strings.TrimSuffix(standing.DNSName, awsDomain) + localDomain), nil
}

// certificateArns are the certificates of all listeners.
func certificateArns(model alb.LoadBalancer) (all []string) {
	for _, listener := range model.Listeners {
		all = append(all, listener.CertificateArns...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func find(state *aws.State, name string) *aws.LoadBalancer {
	for _, candidate := range state.LoadBalancers {
		if candidate.Name == name {
			return candidate
		}
	}
	return nil
}

// remove deletes a load balancer and its security group. One that is not there is no error.
func remove(state *aws.State, name string) error {
	standing := find(state, name)
	if standing == nil {
		return nil
	}
	state.UnprotectLoadBalancer(standing.Arn)
	if err := state.DeleteLoadBalancer(standing.Arn); err != nil {
		return err
	}
	return state.Delete(aws.SecurityGroup, standing.SecurityGroupIDs[0])
}
