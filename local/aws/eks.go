package aws

import (
	"cmp"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Types of EKS resources.
const (
	Cluster        = "aws:eks/cluster:Cluster"
	Addon          = "aws:eks/addon:Addon"
	FargateProfile = "aws:eks/fargateProfile:FargateProfile"
	NodeGroup      = "aws:eks/nodeGroup:NodeGroup"
)

// EnvClusterEndpoint and EnvClusterCA name the environment variables that hold the URL and the certificate authority (base64 of
// PEM) of the Kubernetes API server behind new clusters. Default: an address of EKS's shape at which nothing answers.
const (
	EnvClusterEndpoint = "MODELWAY_CLUSTER_ENDPOINT"
	EnvClusterCA       = "MODELWAY_CLUSTER_CA"
)

// noControlPlane are zones in which EKS has no control plane instances
// (https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html).
var noControlPlane = []string{"use1-az3", "usw1-az2", "cac1-az3"}

// Kubernetes versions: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html. Names:
// https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html and
// https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html.
func init() {
	followsCluster := Ref{Path: "clusterName", To: Cluster, Hold: Follow}
	holdsCluster := Ref{Path: "clusterName", To: Cluster, Hold: Block}
	inSubnets := Ref{Path: "subnetIds", To: Subnet}
	register(eks,
		Kind{Type: Cluster, Asynchronous: true, Calls: [3]string{"", "UpdateClusterConfig", ""},
			Required: []string{"vpcConfig.subnetIds"}, Unique: []string{"name"},
			Defaults: Properties{"version": "1.36", "bootstrapSelfManagedAddons": true,
				"vpcConfig": map[string]any{"endpointPublicAccess": true, "endpointPrivateAccess": false,
					"publicAccessCidrs": []any{"0.0.0.0/0"}},
				"accessConfig":            map[string]any{"authenticationMode": "CONFIG_MAP", "bootstrapClusterCreatorAdminPermissions": true},
				"kubernetesNetworkConfig": map[string]any{"ipFamily": "ipv4", "serviceIpv4Cidr": "172.20.0.0/16"},
				"upgradePolicy":           map[string]any{"supportType": "EXTENDED"}},
			Refs: []Ref{{Path: "roleArn", To: Role, Assume: "eks.amazonaws.com"}, {Path: "vpcConfig.vpcId", To: Vpc}, {Path: "vpcConfig.subnetIds",
				To: Subnet},
				{Path: "vpcConfig.securityGroupIds", To: SecurityGroup}, {Path: "encryptionConfig.provider.keyArn", To: Key}},
			Apply: applyCluster},
		Kind{Type: Addon, Asynchronous: true,
			Unique: []string{"clusterName", "addonName"}, Refs: []Ref{followsCluster, {Path: "serviceAccountRoleArn", To: Role}},
			Check: checkSettings, Apply: applyAddon, Health: addonHealth},
		Kind{Type: FargateProfile,
			Asynchronous: true, Required: []string{"selectors", "subnetIds"},
			Unique: []string{"clusterName", "fargateProfileName"},
			Refs:   []Ref{holdsCluster, inSubnets, {Path: "podExecutionRoleArn", To: Role, Assume: "eks-fargate-pods.amazonaws.com"}},
			Apply:  applyFargateProfile, Delete: oneFargateProfileAtATime, Health: profileHealth},
		Kind{Type: NodeGroup,
			Asynchronous: true, Calls: [3]string{"CreateNodegroup", "UpdateNodegroupConfig", "DeleteNodegroup"},
			Defaults: Properties{"amiType": "AL2023_x86_64_STANDARD", "capacityType": "ON_DEMAND", "instanceTypes": []any{"t3.medium"}},
			Required: []string{"subnetIds"}, Unique: []string{"clusterName", "nodeGroupName"},
			Refs: []Ref{holdsCluster, inSubnets, {Path: "nodeRoleArn", To: Role, Assume: "ec2.amazonaws.com"},
				{Path: "launchTemplate.id", To: LaunchTemplate}},
			Check: checkNodeGroup, Apply: applyNodeGroup, Health: nodeGroupHealth},
	)
}

func applyCluster(s *State, r, old *Resource) error {
	subnets := r.Strings("vpcConfig.subnetIds")
	for _, id := range subnets {
		if zone := s.Get(Subnet, id); slices.Contains(noControlPlane, zone.String("availabilityZoneId")) {
			return refuse("UnsupportedAvailabilityZoneException", "Cannot create cluster '%s' because EKS does not support creating control plane "+
				"instances in %s, the targeted availability zone of %s. Choose another zone.",
				r.ID, zone.String("availabilityZone"), id)
		}
	}
	if zones := s.zonesOf(subnets); len(zones) < 2 {
		return invalid("Subnets specified must be in at least two different AZs: they are in %v", zones)
	}
	if r.String("upgradePolicy.supportType") == "STANDARD" && !standardSupport(r) {
		return invalid("Kubernetes version %s is in extended support: supportType STANDARD is for versions in standard support; upgrade the "+
			"cluster first, or set upgradePolicy.supportType to EXTENDED", r.String("version"))
	}
	if old == nil {
		if err := s.checkClusterRole(r); err != nil {
			return err
		}
		if err := s.roomForCluster(subnets); err != nil {
			return err
		}
		if err := s.newCluster(r); err != nil {
			return err
		}
	} else if from, to := minor(old), minor(r); to != from && to != from+1 {
		return invalid("Unsupported Kubernetes minor version update from 1.%d to 1.%d: only one minor version up at a time", from, to)
	}
	groups := append(slices.Clone(r.Strings("vpcConfig.securityGroupIds")), r.String("vpcConfig.clusterSecurityGroupId"))
	return s.place(r.owner(), "Amazon EKS "+r.ID, subnets, groups...)
}

// newCluster sets what EKS makes for a cluster: its security group, its endpoint and its OpenID Connect issuer.
func (s *State) newCluster(r *Resource) error {
	vpc := s.network(r)
	group, err := s.internal(r, SecurityGroup, Properties{"vpcId": vpc, "name": "eks-cluster-sg-" + r.ID + "-" + randomHex(9),
		"tags": map[string]any{"kubernetes.io/cluster/" + r.ID: "owned", "aws:eks:cluster-name": r.ID}})
	endpoint := "https://" + strings.ToUpper(randomHex(32)) + ".gr7." + s.region + ".eks.amazonaws.com"
	issuer := "https://oidc.eks." + s.region + ".amazonaws.com/id/" + strings.ToUpper(randomHex(32))
	ca := map[string]any{"data": cmp.Or(os.Getenv(EnvClusterCA), "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==")}
	r.Computed = merge(r.Computed, Properties{
		"endpoint":               cmp.Or(os.Getenv(EnvClusterEndpoint), endpoint),
		"certificateAuthority":   ca,
		"certificateAuthorities": []any{ca},
		"identities":             []any{map[string]any{"oidcs": []any{map[string]any{"issuer": issuer}}}},
		"vpcConfig":              map[string]any{"vpcId": vpc, "clusterSecurityGroupId": group},
	})
	if err != nil {
		return err
	}
	return s.creatorsEntry(r)
}

// standardSupport says whether a cluster's Kubernetes version was in standard support at the end of 2026
// (https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html). A cluster in extended support cannot leave it but by
// an upgrade (https://docs.aws.amazon.com/eks/latest/userguide/disable-extended-support.html).
func standardSupport(cluster *Resource) bool { return minor(cluster) >= 34 }

func minor(cluster *Resource) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(cluster.String("version"), "1."))
	return n
}
