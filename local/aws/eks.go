package aws

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Types of EKS resources.
const (
	Cluster                 = "aws:eks/cluster:Cluster"
	Addon                   = "aws:eks/addon:Addon"
	FargateProfile          = "aws:eks/fargateProfile:FargateProfile"
	NodeGroup               = "aws:eks/nodeGroup:NodeGroup"
	AccessEntry             = "aws:eks/accessEntry:AccessEntry"
	AccessPolicyAssociation = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
	PodIdentityAssociation  = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
)

// EnvClusterEndpoint and EnvClusterCA name the environment variables that hold the URL and the certificate authority (base64 of
// PEM) of the Kubernetes API server behind new clusters. Default: an address of EKS's shape at which nothing answers.
const (
	EnvClusterEndpoint = "MODELWAY_CLUSTER_ENDPOINT"
	EnvClusterCA       = "MODELWAY_CLUSTER_CA"
)

// KubernetesVersions are those that EKS runs, in standard or extended support
// (https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html).
var KubernetesVersions = []string{"1.31", "1.32", "1.33", "1.34", "1.35", "1.36", "1.37"}

const defaultKubernetesVersion = "1.36"

// noControlPlane are zones in which EKS has no control plane instances
// (https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html).
var noControlPlane = []string{"use1-az3", "usw1-az2", "cac1-az3"}

func init() {
	const arn = "arn:aws:eks:{region}:{account}:"
	inCluster := Ref{"clusterName", Cluster, Follow}
	register(
		Kind{Type: Cluster, Service: "eks", Calls: [3]string{"", "UpdateClusterConfig", ""}, ID: "{name}", Arn: arn + "cluster/{name}", Name: "name", Asynchronous: true,
			Required: []string{"vpcConfig.subnetIds"},
			Defaults: Properties{"version": defaultKubernetesVersion, "bootstrapSelfManagedAddons": true,
				"vpcConfig":               map[string]any{"endpointPublicAccess": true, "endpointPrivateAccess": false, "publicAccessCidrs": []any{"0.0.0.0/0"}},
				"accessConfig":            map[string]any{"authenticationMode": "CONFIG_MAP", "bootstrapClusterCreatorAdminPermissions": true},
				"kubernetesNetworkConfig": map[string]any{"ipFamily": "ipv4", "serviceIpv4Cidr": "172.20.0.0/16"},
				"upgradePolicy":           map[string]any{"supportType": "EXTENDED"}},
			Computed: map[string]string{"platformVersion": "eks.1", "createdAt": "{now}"},
			Allowed: map[string][]string{"version": KubernetesVersions, "enabledClusterLogTypes": {"api", "audit", "authenticator", "controllerManager", "scheduler"},
				"accessConfig.authenticationMode": {"API", "API_AND_CONFIG_MAP", "CONFIG_MAP"}, "upgradePolicy.supportType": {"STANDARD", "EXTENDED"},
				"encryptionConfig.resources": {"secrets"}, "kubernetesNetworkConfig.ipFamily": {"ipv4", "ipv6"}},
			Unique: []string{"name"}, Duplicate: Refusal{"ResourceInUseException", "Cluster already exists with name: {name}"},
			NotFound: Refusal{"ResourceNotFoundException", "No cluster found for name: {value}."},
			InUse:    Refusal{"ResourceInUseException", "Cluster has nodegroups or Fargate profiles attached."},
			Refs: []Ref{{"roleArn", Role, Loose}, {"vpcConfig.subnetIds", Subnet, Loose}, {"vpcConfig.securityGroupIds", SecurityGroup, Loose},
				{"encryptionConfig.provider.keyArn", Key, Loose}},
			Check: checkName("name", 100), Create: createCluster, Update: updateCluster},
		Kind{Type: Addon, Service: "eks", ID: "{clusterName}:{addonName}", Arn: arn + "addon/{clusterName}/{addonName}/{uuid}", Asynchronous: true,
			Computed: map[string]string{"createdAt": "{now}", "modifiedAt": "{now}"},
			Allowed:  map[string][]string{"resolveConflictsOnCreate": {"NONE", "OVERWRITE"}, "resolveConflictsOnUpdate": {"NONE", "OVERWRITE", "PRESERVE"}},
			Unique:   []string{"clusterName", "addonName"}, Duplicate: Refusal{"ResourceInUseException", "Addon already exists."},
			NotFound: Refusal{"ResourceNotFoundException", "No addon: {value} found"},
			Refs:     []Ref{inCluster, {"serviceAccountRoleArn", Role, Loose}}, Check: checkAddon, Create: createAddon, Health: addonHealth},
		Kind{Type: FargateProfile, Service: "eks", ID: "{clusterName}:{fargateProfileName}", Arn: arn + "fargateprofile/{clusterName}/{fargateProfileName}/{uuid}",
			Name: "fargateProfileName", Asynchronous: true, Required: []string{"selectors", "subnetIds"},
			Unique: []string{"clusterName", "fargateProfileName"}, Duplicate: Refusal{"ResourceInUseException", "Fargate Profile already exists with this name in this cluster: {fargateProfileName}"},
			NotFound: Refusal{"ResourceNotFoundException", "No Fargate Profile found with name: {value}."},
			Refs:     []Ref{{"clusterName", Cluster, Block}, {"subnetIds", Subnet, Loose}, {"podExecutionRoleArn", Role, Loose}},
			Check:    checkFargateProfile, Create: createFargateProfile,
			Delete: func(s *State, r *Resource) error { return s.oneFargateProfileAtATime(r, "delete") }},
		Kind{Type: NodeGroup, Service: "eks", Calls: [3]string{"CreateNodegroup", "UpdateNodegroupConfig", "DeleteNodegroup"},
			ID: "{clusterName}:{nodeGroupName}", Arn: arn + "nodegroup/{clusterName}/{nodeGroupName}/{uuid}", Name: "nodeGroupName", Asynchronous: true,
			Defaults: Properties{"amiType": "AL2023_x86_64_STANDARD", "capacityType": "ON_DEMAND", "instanceTypes": []any{"t3.medium"},
				"updateConfig": map[string]any{"maxUnavailable": 1.0}},
			Required: []string{"subnetIds"},
			Allowed: map[string][]string{"capacityType": {"ON_DEMAND", "SPOT", "CAPACITY_BLOCK"}, "taints.effect": {"NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"},
				"amiType": {"AL2_x86_64", "AL2_x86_64_GPU", "AL2_ARM_64", "AL2023_x86_64_STANDARD", "AL2023_ARM_64_STANDARD", "AL2023_x86_64_NVIDIA", "AL2023_ARM_64_NVIDIA",
					"AL2023_x86_64_NEURON", "BOTTLEROCKET_x86_64", "BOTTLEROCKET_ARM_64", "BOTTLEROCKET_x86_64_NVIDIA", "BOTTLEROCKET_ARM_64_NVIDIA", "CUSTOM"}},
			Unique: []string{"clusterName", "nodeGroupName"}, Duplicate: Refusal{"ResourceInUseException", "NodeGroup already exists with name {nodeGroupName} and cluster name {clusterName}"},
			NotFound: Refusal{"ResourceNotFoundException", "No node group found for name: {value}."},
			Refs: []Ref{{"clusterName", Cluster, Block}, {"subnetIds", Subnet, Loose}, {"nodeRoleArn", Role, Loose},
				{"launchTemplate.id", LaunchTemplate, Loose}},
			Check: checkNodeGroup, Create: createNodeGroup, Update: func(s *State, r, _ *Resource) error { return s.scale(r) }, Health: nodeGroupHealth},
		Kind{Type: AccessEntry, Service: "eks", ID: "{clusterName}:{principalArn}", Defaults: Properties{"type": "STANDARD"},
			Computed: map[string]string{"accessEntryArn": arn + "access-entry/{clusterName}/{uuid}", "createdAt": "{now}", "modifiedAt": "{now}", "userName": "{principalArn}"},
			Allowed:  map[string][]string{"type": {"STANDARD", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "EC2", "HYBRID_LINUX", "HYPERPOD_LINUX"}},
			Unique:   []string{"clusterName", "principalArn"}, Duplicate: Refusal{"ResourceInUseException", "The specified access entry resource is already in use on this cluster."},
			NotFound: Refusal{"ResourceNotFoundException", "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'."},
			Refs:     []Ref{inCluster}, Create: createAccessEntry,
			Removed: func(s *State, r *Resource) {
				for _, a := range s.Where(AccessPolicyAssociation, "principalArn", r.String("principalArn")) {
					if a.String("clusterName") == r.String("clusterName") {
						s.remove(a)
					}
				}
			}},
		Kind{Type: AccessPolicyAssociation, Service: "eks", Calls: [3]string{"AssociateAccessPolicy", "", "DisassociateAccessPolicy"},
			ID: "{clusterName}#{principalArn}#{policyArn}", Computed: map[string]string{"associatedAt": "{now}", "modifiedAt": "{now}"},
			Allowed: map[string][]string{"accessScope.type": {"cluster", "namespace"}}, Refs: []Ref{inCluster},
			NotFound: Refusal{"ResourceNotFoundException", "The specified policy association {value} could not be found."}, Create: createAccessPolicyAssociation},
		Kind{Type: PodIdentityAssociation, Service: "eks", ID: "a-{hex17}",
			Computed: map[string]string{"associationId": "{id}", "associationArn": arn + "podidentityassociation/{clusterName}/{id}"},
			Unique:   []string{"clusterName", "namespace", "serviceAccount"}, Duplicate: Refusal{"ResourceInUseException", "Association already exists: {value}"},
			NotFound: Refusal{"ResourceNotFoundException", "No association found for {value}"}, Refs: []Ref{inCluster, {"roleArn", Role, Loose}}},
	)
}

var eksName = regexp.MustCompile(`^[0-9A-Za-z][A-Za-z0-9_-]*$`)

func checkName(path string, limit int) func(Properties) []error {
	return func(in Properties) []error {
		if v := in.String(path); v != "" && (len(v) > limit || !eksName.MatchString(v)) {
			return []error{fmt.Errorf("%s is %q: want 1 to %d letters, digits, - and _, beginning with a letter or digit", path, v, limit)}
		}
		return nil
	}
}

// clusterVpc refuses subnets in fewer than two zones, or in different VPCs, and returns their VPC.
func (s *State) clusterVpc(r *Resource) (string, error) {
	zones, vpcs := map[string]bool{}, map[string]bool{}
	for _, id := range r.Strings("vpcConfig.subnetIds") {
		subnet := s.Get(Subnet, id)
		zones[subnet.String("availabilityZone")] = true
		vpcs[subnet.String("vpcId")] = true
		if slices.Contains(noControlPlane, subnet.String("availabilityZoneId")) {
			return "", refuse("UnsupportedAvailabilityZoneException", "Cannot create cluster '%s' because EKS does not support creating control plane instances in %s, the targeted availability zone of %s. Choose another zone.",
				r.String("name"), subnet.String("availabilityZone"), id)
		}
	}
	if len(vpcs) > 1 {
		return "", invalid("Subnets specified must be in the same VPC: they are in %v", sortedKeys(vpcs))
	}
	if len(zones) < 2 {
		return "", invalid("Subnets specified must be in at least two different AZs: they are in %v", sortedKeys(zones))
	}
	return first(sortedKeys(vpcs)), nil
}

func createCluster(s *State, r *Resource) error {
	vpc, err := s.clusterVpc(r)
	if err != nil {
		return err
	}
	if !s.roleTrusts(r.String("roleArn"), "eks.amazonaws.com") {
		return invalid("Role with arn: %s, could not be assumed because it does not exist or the trusted entity is not correct: it must trust eks.amazonaws.com", r.String("roleArn"))
	}
	endpoint, ca := os.Getenv(EnvClusterEndpoint), os.Getenv(EnvClusterCA)
	if endpoint == "" {
		endpoint = fmt.Sprintf("https://%s.gr7.%s.eks.amazonaws.com", strings.ToUpper(randomHex(32)), s.region)
	}
	if ca == "" {
		ca = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg=="
	}
	name := r.String("name")
	group, err := s.internal(SecurityGroup, r, Properties{"vpcId": vpc, "name": fmt.Sprintf("eks-cluster-sg-%s-%s", name, randomHex(9)),
		"description": "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any managed workloads.",
		"tags":        map[string]any{"kubernetes.io/cluster/" + name: "owned", "aws:eks:cluster-name": name}})
	if err != nil {
		return err
	}
	r.Computed.set("endpoint", endpoint)
	r.Computed.set("certificateAuthority", map[string]any{"data": ca})
	r.Computed.set("certificateAuthorities", []any{map[string]any{"data": ca}})
	r.Computed.set("identities", []any{map[string]any{"oidcs": []any{map[string]any{
		"issuer": fmt.Sprintf("https://oidc.eks.%s.amazonaws.com/id/%s", s.region, strings.ToUpper(randomHex(32)))}}}})
	r.Computed.set("vpcConfig.vpcId", vpc)
	r.Computed.set("vpcConfig.clusterSecurityGroupId", group.ID)
	s.ensureLogGroup(r)
	return s.attachControlPlane(r)
}

// attachControlPlane gives the control plane a network interface in each of its subnets.
func (s *State) attachControlPlane(r *Resource) error {
	s.detachAll(r.owner())
	groups := append(slices.Clone(r.Strings("vpcConfig.securityGroupIds")), r.String("vpcConfig.clusterSecurityGroupId"))
	for _, id := range r.Strings("vpcConfig.subnetIds") {
		if _, err := s.attach(id, "Amazon EKS "+r.String("name"), r.owner(), groups...); err != nil {
			return err
		}
	}
	return nil
}

func minor(version string) int {
	_, m, _ := strings.Cut(version, ".")
	n, _ := strconv.Atoi(m)
	return n
}

func updateCluster(s *State, r, old *Resource) error {
	from, to := old.String("version"), r.String("version")
	if step := minor(to) - minor(from); step != 0 && step != 1 {
		return invalid("Unsupported Kubernetes minor version update from %s to %s: only one minor version up at a time", from, to)
	}
	modes := []string{"CONFIG_MAP", "API_AND_CONFIG_MAP", "API"}
	before, after := old.String("accessConfig.authenticationMode"), r.String("accessConfig.authenticationMode")
	if slices.Index(modes, after) < slices.Index(modes, before) {
		return invalid("Unsupported authentication mode update from %s to %s", before, after)
	}
	vpc, err := s.clusterVpc(r)
	if err != nil {
		return err
	}
	if vpc != old.String("vpcConfig.vpcId") {
		return invalid("Provided subnets must be in the VPC of the cluster, %s: they are in %s", old.String("vpcConfig.vpcId"), vpc)
	}
	s.ensureLogGroup(r)
	return s.attachControlPlane(r)
}

// activeCluster returns the cluster that a resource belongs to.
func (s *State) activeCluster(r *Resource) (*Resource, error) {
	c := s.Get(Cluster, r.String("clusterName"))
	if c.Status != Active {
		return nil, refuse("InvalidRequestException", "Cluster '%s' is not in ACTIVE status: it is %s", c.ID, c.Status)
	}
	return c, nil
}

func (s *State) apiMode(r *Resource) error {
	c, err := s.activeCluster(r)
	if err == nil && c.String("accessConfig.authenticationMode") == "CONFIG_MAP" {
		err = refuse("InvalidRequestException", "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.")
	}
	return err
}

func createAccessEntry(s *State, r *Resource) error {
	arn := r.String("principalArn")
	if !strings.HasPrefix(arn, "arn:aws:iam::") && !strings.HasPrefix(arn, "arn:aws:sts::") {
		return invalid("The specified principalArn is invalid: invalid principal: %s", arn)
	}
	return s.apiMode(r)
}

// accessPolicies: https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html.
var accessPolicies = []string{"AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy", "AmazonEKSEditPolicy", "AmazonEKSViewPolicy", "AmazonEKSAdminViewPolicy", "AmazonEKSAutoNodePolicy"}

func createAccessPolicyAssociation(s *State, r *Resource) error {
	name, ok := strings.CutPrefix(r.String("policyArn"), "arn:aws:eks::aws:cluster-access-policy/")
	if !ok || !slices.Contains(accessPolicies, name) {
		return invalid("The specified policyArn is invalid: %s; want arn:aws:eks::aws:cluster-access-policy/ and one of %v", r.String("policyArn"), accessPolicies)
	}
	entry := s.Get(AccessEntry, r.String("clusterName")+":"+r.String("principalArn"))
	if entry == nil {
		return s.refusal(kinds[AccessEntry].NotFound, r, r.String("principalArn"))
	}
	if entry.String("type") != "STANDARD" {
		return invalid("Access policies can be associated with access entries of type STANDARD only: this one is %s", entry.String("type"))
	}
	if scoped := len(r.Strings("accessScope.namespaces")) > 0; scoped != (r.String("accessScope.type") == "namespace") {
		return invalid("accessScope.namespaces is required with type namespace and not allowed with type cluster")
	}
	return s.apiMode(r)
}
