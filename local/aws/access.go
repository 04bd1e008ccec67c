package aws

import (
	"fmt"
	"regexp"
	"strings"
)

// Types of EKS resources that say who may do what.
const (
	AccessEntry             = "aws:eks/accessEntry:AccessEntry"
	AccessPolicyAssociation = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
	PodIdentityAssociation  = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
)

// Principals and types of entries: https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html. A session of an assumed
// role cannot have an entry, its role can. Access policies:
// https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html.
func init() {
	followsCluster := Ref{Path: "clusterName", To: Cluster, Hold: Follow}
	register(eks,
		Kind{Type: AccessEntry, Defaults: Properties{"type": "STANDARD"},
			Unique: []string{"clusterName", "principalArn"}, Refs: []Ref{followsCluster},
			Check: checkAccessEntry, Apply: applyAccessEntry},
		Kind{Type: AccessPolicyAssociation, Calls: [3]string{"AssociateAccessPolicy", "", "DisassociateAccessPolicy"},
			Refs: []Ref{followsCluster, {Path: "entry", To: AccessEntry, Hold: Follow}}, Apply: applyAccessPolicy},
		Kind{Type: PodIdentityAssociation, Import: "{clusterName},{id}",
			Unique: []string{"clusterName", "namespace", "serviceAccount"}, Refs: []Ref{followsCluster, {Path: "roleArn", To: Role}},
			Apply: applyPodIdentity},
	)
}

func checkAccessEntry(in Properties) (faults []error) {
	for _, group := range in.Strings("kubernetesGroups") {
		for _, prefix := range []string{"system:", "eks:", "aws:", "amazon:", "iam:"} {
			if strings.HasPrefix(group, prefix) {
				faults = append(faults, fmt.Errorf("kubernetesGroups has %q: the name of a group must not begin with %s", group, prefix))
			}
		}
	}
	if typ := in.String("type"); typ != "" && typ != "STANDARD" && (in.Has("kubernetesGroups") || in.Has("userName") ||
		strings.Contains(in.String("principalArn"), ":user/")) {
		faults = append(faults, fmt.Errorf("type is %s: such an entry is for the role of nodes, and has neither kubernetesGroups nor userName",
			typ))
	}
	return faults
}

func applyAccessEntry(s *State, r, _ *Resource) error {
	if s.Get(Cluster, r.String("clusterName")).String("accessConfig.authenticationMode") == "CONFIG_MAP" {
		return refuse("InvalidRequestException", "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform "+
			"this operation.")
	}
	return nil
}

func applyAccessPolicy(s *State, r, _ *Resource) error {
	if s.Get(AccessEntry, r.String("entry")).String("type") != "STANDARD" {
		return refuse("InvalidRequestException", "Access policies can only be associated with access entries of type STANDARD")
	}
	if namespaced := r.String("accessScope.type") == "namespace"; namespaced != r.has("accessScope.namespaces") {
		return invalid("accessScope has type %s and namespaces %v: type namespace needs namespaces, type cluster has none",
			r.String("accessScope.type"), r.Strings("accessScope.namespaces"))
	}
	return nil
}

// creatorsEntry gives the creator of a cluster an entry, unless the cluster says otherwise or has no entries
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessConfigRequest.html).
func (s *State) creatorsEntry(cluster *Resource) error {
	if !cluster.Bool("accessConfig.bootstrapClusterCreatorAdminPermissions") ||
		cluster.String("accessConfig.authenticationMode") == "CONFIG_MAP" {
		return nil
	}
	principal := principalOf(Caller())
	_, err := s.internal(cluster, AccessEntry, Properties{"clusterName": cluster.ID, "principalArn": principal})
	if err != nil {
		return err
	}
	_, err = s.internal(cluster, AccessPolicyAssociation, Properties{"clusterName": cluster.ID, "principalArn": principal,
		"policyArn":   s.arn("eks", "", "aws", "cluster-access-policy/AmazonEKSClusterAdminPolicy"),
		"accessScope": map[string]any{"type": "cluster"}})
	return err
}

// applyPodIdentity: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html.
func applyPodIdentity(s *State, r, _ *Resource) error {
	if !trusts(s.Get(Role, r.String("roleArn")), "pods.eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession") {
		return invalid("Trust policy of the role provided is invalid: %s must let pods.eks.amazonaws.com do sts:AssumeRole and sts:TagSession",
			r.String("roleArn"))
	}
	return nil
}

var session = regexp.MustCompile(`^(arn:aws[a-z-]*):sts:(:[0-9]+:)assumed-role(/[^/]+)/.+$`)

// principalOf returns who has an access entry for a caller: the role of a session, without its path, which the session does not have.
func principalOf(caller string) string { return session.ReplaceAllString(caller, "$1:iam:${2}role$3") }
