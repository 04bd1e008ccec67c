package aws

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
)

func checkFargateProfile(in Properties) []error {
	if n := len(in.Objects("selectors")); n > 5 {
		return []error{fmt.Errorf("selectors has %d elements: a Fargate profile has 1 to 5", n)}
	}
	return nil
}

func applyFargateProfile(s *State, r, _ *Resource) error {
	for _, id := range r.Strings("subnetIds") {
		if public, _ := s.defaultRoutes(id); public {
			return invalid("Subnet %s provided in Fargate Profile is not a private subnet", id)
		}
	}
	return oneFargateProfileAtATime(s, r)
}

// oneFargateProfileAtATime: https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteFargateProfile.html.
func oneFargateProfileAtATime(s *State, r *Resource) error {
	for _, o := range s.Where(FargateProfile, "clusterName", r.String("clusterName")) {
		if o.ID != r.ID && o.Status != Active {
			return refuse("ResourceInUseException", "Cannot change Fargate Profile %s because cluster %s currently has Fargate profile %s in status %s",
				r.String("fargateProfileName"), r.String("clusterName"), o.String("fargateProfileName"), o.Status)
		}
	}
	return nil
}

// SelectsPod says whether a Fargate profile takes a pod. Namespaces and label values may have the wildcards * and ?
// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html).
func (r *Resource) SelectsPod(namespace string, labels map[string]string) bool {
	return slices.ContainsFunc(r.Objects("selectors"), func(selector Properties) bool {
		if ok, _ := path.Match(selector.String("namespace"), namespace); !ok {
			return false
		}
		wanted, _ := selector["labels"].(map[string]any)
		for key, pattern := range wanted {
			value, has := labels[key]
			if ok, _ := path.Match(fmt.Sprint(pattern), value); !ok || !has {
				return false
			}
		}
		return true
	})
}

func checkNodeGroup(in Properties) []error {
	lowest, desired, highest := in.Int("scalingConfig.minSize"), in.Int("scalingConfig.desiredSize"), in.Int("scalingConfig.maxSize")
	known := in.Has("scalingConfig.minSize") && in.Has("scalingConfig.desiredSize") && in.Has("scalingConfig.maxSize")
	if known && (lowest < 0 || lowest > desired || desired > highest || highest < 1) {
		return []error{fmt.Errorf("scalingConfig has minSize %d, desiredSize %d and maxSize %d: want 0 <= minSize <= desiredSize <= maxSize and maxSize >= 1", lowest, desired, highest)}
	}
	return nil
}

// applyNodeGroup gives a node group one network interface for each instance, spread over its subnets.
func applyNodeGroup(s *State, r, _ *Resource) error {
	c := s.Get(Cluster, r.String("clusterName"))
	if !r.has("version") {
		r.Computed["version"] = c.String("version")
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
		return refuse("NodeCreationFailure", "Unhealthy nodes in the kubernetes cluster: the cluster has no vpc-cni add-on; create it before the node group")
	}
	for _, id := range r.Strings("subnetIds") {
		if !s.SubnetReachesAWS(id) {
			return refuse("NodeCreationFailure", "Instances failed to join the kubernetes cluster: %s has no route to a NAT gateway; create the routes before the node group", id)
		}
	}
	return nil
}

// addon is an EKS add-on: its default version, and the labels of its pods when it needs a place to run to become active. The others
// run one pod on each node, and none is enough.
type addon struct {
	version string
	pods    map[string]string
}

// addons are the add-ons that the account knows
// (https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html). The versions have EKS's shape; which
// of them a Kubernetes version offers is not modelled.
var addons = map[string]addon{
	"vpc-cni":                {"v1.20.4-eksbuild.2", nil},
	"kube-proxy":             {"v1.35.0-eksbuild.2", nil},
	"eks-pod-identity-agent": {"v1.3.10-eksbuild.2", nil},
	"coredns":                {"v1.12.4-eksbuild.1", map[string]string{"k8s-app": "kube-dns", "eks.amazonaws.com/component": "coredns"}},
	"metrics-server":         {"v0.8.1-eksbuild.1", map[string]string{"app.kubernetes.io/name": "metrics-server"}},
	"aws-ebs-csi-driver":     {"v1.55.0-eksbuild.1", map[string]string{"app": "ebs-csi-controller"}},
}

func applyAddon(_ *State, r, _ *Resource) error {
	if !r.has("addonVersion") {
		r.Computed["addonVersion"] = addons[r.String("addonName")].version
	}
	return nil
}

func addonHealth(s *State, r *Resource) error {
	labels := addons[r.String("addonName")].pods
	if labels == nil {
		return nil
	}
	for _, n := range s.Where(NodeGroup, "clusterName", r.String("clusterName")) {
		if n.Status == Active && n.Int("scalingConfig.desiredSize") > 0 {
			return nil
		}
	}
	var configuration struct{ ComputeType string }
	_ = json.Unmarshal([]byte(r.String("configurationValues")), &configuration)
	for _, p := range s.Where(FargateProfile, "clusterName", r.String("clusterName")) {
		ready := r.String("addonName") != "coredns" || strings.EqualFold(configuration.ComputeType, "fargate")
		if ready && p.Status == Active && p.SelectsPod("kube-system", labels) {
			return nil
		}
	}
	return refuse("InsufficientNumberOfReplicas", "The add-on is unhealthy because it doesn't have the desired number of replicas: the cluster has no active node group, "+
		"and no Fargate profile that selects namespace kube-system with labels %v (coredns also needs configurationValues {\"computeType\":\"Fargate\"} there); create the compute before the add-on", labels)
}
