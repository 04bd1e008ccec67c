package cluster

import "github.com/modelway/modelway/internal/aws"

// Values of AccessEntry.Policy (https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html).
const (
	// Admin may do everything: in the whole cluster that includes the cluster's own objects, in namespaces it does not.
	Admin = "admin"
	// Edit may change most objects, and read secrets.
	Edit = "edit"
	// View may read most objects, but not secrets.
	View = "view"
)

// AccessPolicies lists the allowed values of AccessEntry.Policy.
var AccessPolicies = []string{Admin, Edit, View}

// AccessEntry gives an IAM principal rights in the cluster.
type AccessEntry struct {
	// PrincipalArn is the ARN of an IAM role or user. Required.
	PrincipalArn string `json:"principalArn" jsonschema:"required"`

	// Policy is admin, edit or view. Required.
	Policy string `json:"policy" jsonschema:"required"`

	// Namespaces are the Kubernetes namespaces in which it holds; a name may end in *. Default all of the cluster.
	Namespaces []string `json:"namespaces" jsonschema:"uniqueItems=true"`
}

// Grant is what an access entry is associated with: one of the access policies of EKS, and where it holds.
type Grant struct {
	PolicyArn string
	// Scope is cluster or namespace.
	Scope      string
	Namespaces []string
}

// Grant is what the entry stands for in a partition of AWS. The entry has passed its checks.
func (e AccessEntry) Grant(partition string) Grant {
	names := map[string]string{Admin: "AmazonEKSAdminPolicy", Edit: "AmazonEKSEditPolicy", View: "AmazonEKSViewPolicy"}
	name, scope := names[e.Policy], "namespace"
	if len(e.Namespaces) == 0 {
		scope = "cluster"
		if e.Policy == Admin {
			name = "AmazonEKSClusterAdminPolicy"
		}
	}
	return Grant{PolicyArn: aws.PartitionArn(partition, "eks", "", "aws", "cluster-access-policy/"+name), Scope: scope,
		Namespaces: e.Namespaces}
}

// AllEntries are the entries of the administrators and the others, by the name of their resource.
func AllEntries(adminRoleArns []string, entries []AccessEntry) map[string]AccessEntry {
	all := map[string]AccessEntry{}
	for _, arn := range adminRoleArns {
		entries = append(entries[:len(entries):len(entries)], AccessEntry{PrincipalArn: arn, Policy: Admin})
	}
	for _, e := range entries {
		parsed, _ := ParsePrincipal(e.PrincipalArn)
		all[parsed.name()] = e
	}
	return all
}
