package loadbalancer

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/local/aws"
)

var notAlphanumeric = regexp.MustCompile(`[^[:alnum:]]`)

// stack is what a load balancer belongs to: a group of Ingresses of a cluster. Load balancers are found by it, not by their name
// (LBC pkg/deploy/tracking/provider.go).
type stack struct{ cluster, group string }

func (s stack) String() string { return s.cluster + "/" + s.group }

// name has the form of the names that LBC derives (pkg/ingress/model_build_load_balancer.go).
func (s stack) name(scheme string) string {
	return fmt.Sprintf("k8s-%.17s-%.5x", notAlphanumeric.ReplaceAllString(s.group, ""), sha256.Sum256([]byte(s.cluster+s.group+scheme)))
}

// ensureLoadBalancer makes a load balancer with its security group, gives it the subnets, attributes and certificates of the model, and
// returns the host name. Only another scheme replaces one: its subnets change in place, and its name stays what it was made with
// (LBC pkg/deploy/elbv2/load_balancer_synthesizer.go, load_balancer_manager.go).
func (c *controller) ensureLoadBalancer(owner stack, model alb.LoadBalancer) (string, error) {
	subnets := slices.Sorted(slices.Values(model.SubnetIds))
	if len(subnets) == 0 {
		return "", fmt.Errorf("the IngressClassParams must list subnets.ids: the local stack discovers none by their tags")
	}
	state, err := c.Account.Snapshot()
	if err != nil {
		return "", err
	}
	standing := find(state, owner)
	switch {
	case standing == nil || standing.Scheme != model.Scheme:
		err = c.Account.Update(func(state *aws.State) error {
			standing, err = replace(state, owner, model, subnets)
			return err
		})
	case !slices.Equal(slices.Sorted(slices.Values(standing.SubnetIDs)), subnets):
		err = c.Account.Update(func(state *aws.State) error { return state.SetSubnets(standing.Arn, subnets) })
	}
	if certificates := certificateArns(model); err == nil && !standing.Configured(model.Attributes, certificates) {
		err = c.Account.Update(func(state *aws.State) error {
			return state.ConfigureLoadBalancer(standing.Arn, model.Attributes, certificates)
		})
	}
	if err != nil {
		return "", err
	}
	return standing.LocalName(), nil
}

// replace makes a load balancer with its security group, after it has removed the one that stands.
func replace(state *aws.State, owner stack, model alb.LoadBalancer, subnets []string) (*aws.LoadBalancer, error) {
	if err := remove(state, owner); err != nil {
		return nil, err
	}
	vpc := state.Get(aws.Subnet, subnets[0]).String("vpcId")
	tags := tagsOf(state, owner)
	properties := aws.Properties{"name": owner.name(model.Scheme), "vpcId": vpc, "description": "[k8s] Managed SecurityGroup for LoadBalancer",
		"tags": untyped(tags)}
	securityGroup, err := state.CreateOwned(aws.SecurityGroup, controllerName, properties)
	if err != nil {
		return nil, err
	}
	made, err := state.CreateLoadBalancer(cmp.Or(model.Name, owner.name(model.Scheme)), model.Scheme, subnets, []string{securityGroup.ID})
	if err == nil {
		made.Stack, made.Tags = owner.String(), tags
	}
	return made, err
}

// tagsOf are those by which the controller finds again what it has made
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#resource-tags).
func tagsOf(state *aws.State, owner stack) map[string]string {
	tags := map[string]string{"ingress.k8s.aws/stack": owner.String()}
	for _, cluster := range state.List(aws.Cluster) {
		tags["elbv2.k8s.aws/cluster"] = cluster.ID
	}
	return tags
}

func untyped(tags map[string]string) map[string]any {
	all := map[string]any{}
	for key, value := range tags {
		all[key] = value
	}
	return all
}

// certificateArns are the certificates of all listeners.
func certificateArns(model alb.LoadBalancer) (all []string) {
	for _, listener := range model.Listeners {
		all = append(all, listener.CertificateArns...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// find returns the load balancer of a stack. One that was made before they knew theirs is found by the name it has, with the scheme in it
// or without.
func find(state *aws.State, owner stack) *aws.LoadBalancer {
	for _, candidate := range state.LoadBalancers {
		named := candidate.Stack == "" && (candidate.Name == owner.name("") || candidate.Name == owner.name(candidate.Scheme))
		if candidate.Stack == owner.String() || named {
			return candidate
		}
	}
	return nil
}

// remove deletes a load balancer and its security group. One that is not there is no error.
func remove(state *aws.State, owner stack) error {
	standing := find(state, owner)
	if standing == nil {
		return nil
	}
	state.UnprotectLoadBalancer(standing.Arn)
	if err := state.DeleteLoadBalancer(standing.Arn); err != nil {
		return err
	}
	return state.Delete(aws.SecurityGroup, standing.SecurityGroupIDs[0])
}
