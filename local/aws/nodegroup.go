package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/machine"
)

// amiTypes: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html#AmazonEKS-CreateNodegroup-request-amiType.
const amiTypes = "AL2_x86_64(_GPU)?|AL2_ARM_64|AL2023_x86_64_(STANDARD|NEURON|NVIDIA)|AL2023_ARM_64_(STANDARD|NVIDIA)|" +
	"BOTTLEROCKET_(x86_64|ARM_64)(_NVIDIA|_FIPS)?|WINDOWS_(CORE|FULL)_20(19|22)_x86_64|CUSTOM"

// graviton are the instance types with ARM processors: those with a g behind the number of their generation, the a1 before that, and
// one with a part of its own (https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html).
var graviton = regexp.MustCompile(`^([a-z]+\d+[a-z]*g[a-z]*|a1|p6e-gb200)\.`)

// nonexistent returns those of some instance types that EC2 does not have.
func nonexistent(instanceTypes []string) (missing []string) {
	for _, name := range instanceTypes {
		if machine.StandingOf(name) == machine.Unknown {
			missing = append(missing, name)
		}
	}
	return missing
}

// checkProcessor refuses instance types that an image is not made for.
func checkProcessor(amiType string, instanceTypes []string) error {
	arm := strings.Contains(amiType, "_ARM_64")
	for _, typ := range instanceTypes {
		if (arm || strings.Contains(amiType, "_x86_64")) && arm != graviton.MatchString(typ) {
			return invalid("[%s] is not a valid instance type for requested amiType %s", typ, amiType)
		}
	}
	return nil
}

func checkNodeGroup(in Properties) (faults []error) {
	lowest, desired, highest := in.Int("scalingConfig.minSize"), in.Int("scalingConfig.desiredSize"), in.Int("scalingConfig.maxSize")
	known := in.Has("scalingConfig.minSize") && in.Has("scalingConfig.desiredSize") && in.Has("scalingConfig.maxSize")
	if known && (lowest < 0 || lowest > desired || desired > highest || highest < 1) {
		faults = append(faults, fmt.Errorf("scalingConfig has minSize %d, desiredSize %d and maxSize %d: want 0 <= minSize <= desiredSize <= "+
			"maxSize and maxSize >= 1", lowest, desired, highest))
	}
	if n := len(in.Objects("taints")); n > 50 {
		faults = append(faults, fmt.Errorf("taints has %d elements: a node group has at most 50", n))
	}
	if missing := nonexistent(in.Strings("instanceTypes")); len(missing) > 0 {
		faults = append(faults, fmt.Errorf("instanceTypes: %w", invalid("The following supplied instance types do not exist: [%s]",
			strings.Join(missing, ", "))))
	}
	if err := checkProcessor(in.String("amiType"), in.Strings("instanceTypes")); err != nil {
		faults = append(faults, err)
	}
	return faults
}

// applyNodeGroup gives a node group one network interface for each instance, spread over its subnets.
func applyNodeGroup(s *State, r, old *Resource) error {
	c := s.Get(Cluster, r.String("clusterName"))
	// https://docs.aws.amazon.com/eks/latest/userguide/eks-ami-deprecation-faqs.html
	if strings.HasPrefix(r.String("amiType"), "AL2_") && minor(c) > 32 {
		return invalid("AMI Type %s is only supported for kubernetes versions 1.32 or earlier", r.String("amiType"))
	}
	if err := s.applyTemplateOfNodes(r); err != nil {
		return err
	}
	template := s.Get(LaunchTemplate, r.String("launchTemplate.id"))
	if err := checkProcessor(r.String("amiType"), slices.Concat(r.Inputs.Strings("instanceTypes"),
		template.Strings("instanceType"))); err != nil {
		return err
	}
	if asked := minor(r); r.Inputs.Has("version") && asked > minor(c) {
		return invalid("Requested Nodegroup Kubernetes version 1.%d is newer than the version of cluster %s, %s: upgrade the cluster first",
			asked, c.ID, c.String("version"))
	}
	if version := c.String("version"); old == nil {
		r.fill("version", version)
		r.Computed["resources"] = []any{map[string]any{"autoscalingGroups": []any{map[string]any{"name": s.expand("eks-{nodeGroupName}-{uuid}",
			r)}}}}
	} else {
		r.fill("version", old.String("version"))
	}
	r.Computed["releaseVersion"] = r.String("version") + ".0-20260801"
	subnets := r.Strings("subnetIds")
	var instances []string
	for n := range r.Int("scalingConfig.desiredSize") {
		instances = append(instances, subnets[n%len(subnets)])
	}
	return s.place(r.owner(), "aws-K8S-i-{hex17}", instances, c.String("vpcConfig.clusterSecurityGroupId"))
}

// nodeGroupHealth: nodes do not join without a network plugin, nor where they cannot reach AWS.
func nodeGroupHealth(s *State, r *Resource) error {
	c := s.Get(Cluster, r.String("clusterName"))
	switch {
	case r.Int("scalingConfig.desiredSize") == 0:
		return nil
	case !c.Bool("bootstrapSelfManagedAddons") && s.Get(Addon, c.ID+":vpc-cni") == nil:
		return refuse("NodeCreationFailure", "Unhealthy nodes in the kubernetes cluster: the cluster has no vpc-cni add-on; create it before "+
			"the node group")
	}
	for _, id := range r.Strings("subnetIds") {
		if err := s.nodesJoin(c, id); err != nil {
			return err
		}
	}
	if err := s.nodeRoleHealth(c, r); err != nil {
		return err
	}
	return s.userDataHealth(r)
}

// imageServices are what images are pulled from (https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html).
var imageServices = []string{"ecr.api", "ecr.dkr", "s3"}

// nodesJoin says what nodes in a subnet need to become ready: their images and their instance's data, credentials for a network plugin
// that has a role of its own, and the API server at its private address where there is no way to the internet
// (https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html).
func (s *State) nodesJoin(c *Resource, subnetID string) error {
	services := append([]string{"ec2"}, imageServices...)
	plugin := s.Get(Addon, c.ID+":vpc-cni")
	if plugin != nil && plugin.has("serviceAccountRoleArn") {
		services = append(services, "sts")
	}
	if plugin != nil && plugin.has("podIdentityAssociations") {
		services = append(services, "eks-auth")
	}
	missing := s.Unreachable(subnetID, services...)
	switch {
	case len(missing) > 0:
		return refuse("NodeCreationFailure", "Instances failed to join the kubernetes cluster: %s; create them before the node group",
			noWay(subnetID, missing))
	case !s.reachesInternet(subnetID) && !c.Bool("vpcConfig.endpointPrivateAccess"):
		return refuse("NodeCreationFailure", "Instances failed to join the kubernetes cluster: %s has no route to a NAT gateway, and cluster "+
			"%s has no endpointPrivateAccess", subnetID, c.ID)
	}
	return nil
}

// noWay says how a subnet would reach services of AWS.
func noWay(subnetID string, services []string) string {
	return fmt.Sprintf("%s has no route to a NAT gateway, and no endpoints (interface ones with private DNS and a security group that lets "+
		"HTTPS in, s3 with a route) for %s",
		subnetID, strings.Join(services, ", "))
}
