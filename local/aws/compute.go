package aws

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

func checkFargateProfile(in Properties) (faults []error) {
	if name := in.String("fargateProfileName"); name == "eks" || strings.HasPrefix(name, "eks-") {
		faults = append(faults, fmt.Errorf("fargateProfileName is %q: the prefix eks- is reserved", name))
	}
	selectors := in.Objects("selectors")
	if len(selectors) > 5 {
		faults = append(faults, fmt.Errorf("selectors has %d elements: a Fargate profile has 1 to 5", len(selectors)))
	}
	for _, selector := range selectors {
		if labels, _ := selector["labels"].(map[string]any); len(labels) > 5 {
			faults = append(faults, fmt.Errorf("selectors.labels has %d entries for namespace %q: at most 5 are allowed", len(labels), selector.String("namespace")))
		}
	}
	return append(faults, checkName("fargateProfileName", 100)(in)...)
}

func createFargateProfile(s *State, r *Resource) error {
	c, err := s.activeCluster(r)
	if err != nil {
		return err
	}
	if err := s.oneFargateProfileAtATime(r, "create"); err != nil {
		return err
	}
	if !s.roleTrusts(r.String("podExecutionRoleArn"), "eks-fargate-pods.amazonaws.com") {
		return invalid("Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service Principal")
	}
	for _, id := range r.Strings("subnetIds") {
		if s.Get(Subnet, id).String("vpcId") != c.String("vpcConfig.vpcId") {
			return invalid("Subnet %s provided in Fargate Profile is not in the VPC of the cluster, %s", id, c.String("vpcConfig.vpcId"))
		}
		if s.SubnetIsPublic(id) {
			return invalid("Subnet %s provided in Fargate Profile is not a private subnet", id)
		}
	}
	return nil
}

// oneFargateProfileAtATime: https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteFargateProfile.html.
func (s *State) oneFargateProfileAtATime(r *Resource, verb string) error {
	for _, o := range s.Where(FargateProfile, "clusterName", r.String("clusterName")) {
		if o.ID != r.ID && o.Status != Active {
			return refuse("ResourceInUseException", "Cannot %s Fargate Profile %s because cluster %s currently has Fargate profile %s in status %s",
				verb, r.String("fargateProfileName"), r.String("clusterName"), o.String("fargateProfileName"), o.Status)
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

var (
	instanceType = regexp.MustCompile(`^[a-z][a-z0-9-]*\.[a-z0-9-]+$`)
	graviton     = regexp.MustCompile(`^[a-z]+[0-9]+[a-z]*g[a-z]*\.`)
)

func checkNodeGroup(in Properties) (faults []error) {
	lowest, desired, highest := in.Int("scalingConfig.minSize"), in.Int("scalingConfig.desiredSize"), in.Int("scalingConfig.maxSize")
	if in.Has("scalingConfig.maxSize") && in.Has("scalingConfig.minSize") && in.Has("scalingConfig.desiredSize") {
		if lowest < 0 || lowest > desired || desired > highest || highest < 1 {
			faults = append(faults, fmt.Errorf("scalingConfig has minSize %d, desiredSize %d and maxSize %d: want 0 <= minSize <= desiredSize <= maxSize and maxSize >= 1", lowest, desired, highest))
		}
	}
	ami := in.String("amiType")
	for _, t := range in.Strings("instanceTypes") {
		switch {
		case !instanceType.MatchString(t):
			faults = append(faults, fmt.Errorf("instanceTypes has %q: want names such as t3.medium", t))
		case ami != "" && ami != "CUSTOM" && graviton.MatchString(t) != strings.Contains(ami, "ARM_64"):
			faults = append(faults, fmt.Errorf("[%s] is not a valid instance type for requested amiType %s", t, ami))
		}
	}
	if len(in.Strings("instanceTypes")) > 20 {
		faults = append(faults, errors.New("instanceTypes has more than 20 elements"))
	}
	return append(faults, checkName("nodeGroupName", 63)(in)...)
}

func createNodeGroup(s *State, r *Resource) error {
	c, err := s.activeCluster(r)
	if err != nil {
		return err
	}
	if !s.roleTrusts(r.String("nodeRoleArn"), "ec2.amazonaws.com") {
		return invalid("Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole %s", r.String("nodeRoleArn"))
	}
	for _, id := range r.Strings("subnetIds") {
		if s.Get(Subnet, id).String("vpcId") != c.String("vpcConfig.vpcId") {
			return invalid("Subnet %s is not in the VPC of the cluster, %s", id, c.String("vpcConfig.vpcId"))
		}
	}
	version := r.String("version")
	if version == "" {
		version = c.String("version")
		r.Computed.set("version", version)
	}
	if skew := minor(c.String("version")) - minor(version); skew < 0 || skew > 3 {
		return invalid("Requested Nodegroup version %s is not compatible with cluster version %s: want the same or up to three below", version, c.String("version"))
	}
	if strings.HasPrefix(r.String("amiType"), "AL2_") && minor(version) > 32 {
		return invalid("AMI Type %s is only supported for kubernetes versions 1.32 or earlier", r.String("amiType"))
	}
	if !r.Inputs.Has("diskSize") && !r.Inputs.Has("launchTemplate") {
		r.Computed.set("diskSize", 20)
	}
	r.Computed.set("releaseVersion", version+".0-20260801")
	r.Computed.set("resources", []any{map[string]any{"autoscalingGroups": []any{map[string]any{"name": s.expand("eks-{nodeGroupName}-{uuid}", r)}}}})
	return s.scale(r)
}

// scale gives a node group one network interface for each instance, spread over its subnets.
func (s *State) scale(r *Resource) error {
	s.detachAll(r.owner())
	group := s.Get(Cluster, r.String("clusterName")).String("vpcConfig.clusterSecurityGroupId")
	subnets := r.Strings("subnetIds")
	for n := range r.Int("scalingConfig.desiredSize") {
		if _, err := s.attach(subnets[n%len(subnets)], "aws-K8S-i-"+randomHex(17), r.owner(), group); err != nil {
			return err
		}
	}
	return nil
}

// nodeGroupHealth: nodes do not join without a network plugin, nor where they cannot reach AWS.
func nodeGroupHealth(s *State, r *Resource) error {
	if r.Int("scalingConfig.desiredSize") == 0 {
		return nil
	}
	c := s.Get(Cluster, r.String("clusterName"))
	if !c.Bool("bootstrapSelfManagedAddons") && s.Get(Addon, c.ID+":vpc-cni") == nil {
		return refuse("NodeCreationFailure", "Unhealthy nodes in the kubernetes cluster: the cluster has no vpc-cni add-on; create it before the node group")
	}
	for _, id := range r.Strings("subnetIds") {
		if !s.SubnetReachesAWS(id) {
			return refuse("NodeCreationFailure", "Instances failed to join the kubernetes cluster: %s has no route to a NAT gateway, and the VPC no interface endpoint for ECR; create the routes before the node group", id)
		}
	}
	return nil
}

// AddonVersions are the add-ons that the account knows with their default version
// (https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html). The versions have EKS's shape; which
// of them a Kubernetes version offers is not modelled.
var AddonVersions = map[string]string{
	"vpc-cni": "v1.20.4-eksbuild.2", "kube-proxy": "v1.35.0-eksbuild.2", "coredns": "v1.12.4-eksbuild.1", "eks-pod-identity-agent": "v1.3.10-eksbuild.2",
	"aws-ebs-csi-driver": "v1.55.0-eksbuild.1", "aws-efs-csi-driver": "v2.2.0-eksbuild.1", "aws-mountpoint-s3-csi-driver": "v2.3.0-eksbuild.1",
	"metrics-server": "v0.8.1-eksbuild.1", "snapshot-controller": "v8.4.0-eksbuild.1", "amazon-cloudwatch-observability": "v4.7.0-eksbuild.1",
	"adot": "v0.131.0-eksbuild.1", "eks-node-monitoring-agent": "v1.5.0-eksbuild.1", "kube-state-metrics": "v2.17.0-eksbuild.1",
	"prometheus-node-exporter": "v1.10.2-eksbuild.1", "cert-manager": "v1.19.2-eksbuild.1", "external-dns": "v0.20.0-eksbuild.1", "fluent-bit": "v4.2.0-eksbuild.1",
}

// deployments are the add-ons that need a place to run to become active, with the labels of their pods; the others run one pod on each
// node, and none is enough.
var deployments = map[string]map[string]string{
	"coredns":             {"k8s-app": "kube-dns", "eks.amazonaws.com/component": "coredns"},
	"metrics-server":      {"app.kubernetes.io/name": "metrics-server"},
	"aws-ebs-csi-driver":  {"app": "ebs-csi-controller"},
	"kube-state-metrics":  {"app.kubernetes.io/name": "kube-state-metrics"},
	"snapshot-controller": {"app.kubernetes.io/name": "snapshot-controller"},
}

var addonVersion = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+-eksbuild\.[0-9]+$`)

func checkAddon(in Properties) (faults []error) {
	name := in.String("addonName")
	if _, known := AddonVersions[name]; name != "" && !known {
		faults = append(faults, fmt.Errorf("addonName is %q: there is no such add-on; known are %s", name, strings.Join(sortedKeys(AddonVersions), ", ")))
	}
	if v := in.String("addonVersion"); v != "" && !addonVersion.MatchString(v) {
		faults = append(faults, fmt.Errorf("addonVersion is %q: Addon version specified is not supported; want one such as %s", v, AddonVersions[name]))
	}
	if v := in.String("configurationValues"); v != "" && !json.Valid([]byte(v)) {
		faults = append(faults, fmt.Errorf("configurationValues is %q: it must be a JSON document", v))
	}
	return faults
}

func createAddon(s *State, r *Resource) error {
	if !r.Inputs.Has("addonVersion") {
		r.Computed.set("addonVersion", AddonVersions[r.String("addonName")])
	}
	_, err := s.activeCluster(r)
	return err
}

func addonHealth(s *State, r *Resource) error {
	labels, needsCompute := deployments[r.String("addonName")]
	if !needsCompute {
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
		if p.Status == Active && p.SelectsPod("kube-system", labels) {
			if r.String("addonName") != "coredns" || strings.EqualFold(configuration.ComputeType, "fargate") {
				return nil
			}
			return refuse("InsufficientNumberOfReplicas", "The add-on is unhealthy because it doesn't have the desired number of replicas: on Fargate alone, coredns needs configurationValues {\"computeType\":\"Fargate\"}")
		}
	}
	return refuse("InsufficientNumberOfReplicas", "The add-on is unhealthy because it doesn't have the desired number of replicas: the cluster has no active node group, and no Fargate profile that selects namespace kube-system with labels %v; create the compute before the add-on", labels)
}
