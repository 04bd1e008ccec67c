package cluster

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/aws"
)

// Values of AccessEntry.Policy (https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html).
const (
	// Admin may do everything: in the whole cluster that includes the cluster's own objects, in namespaces it does not.
	Admin = "admin"
	// Edit may change most objects, and read secrets.
	Edit = "edit"
	// View may read most objects, but not secrets.
	View = "view"
)

var policies = []string{Admin, Edit, View}

// AccessEntry gives an IAM principal rights in the cluster.
type AccessEntry struct {
	// PrincipalArn is the ARN of an IAM role or user with its path; of this account or another. Required.
	PrincipalArn string
	// Policy is Admin, Edit or View. Required.
	Policy string
	// Namespaces are the Kubernetes namespaces in which it holds; a name may end in *, which stands for any characters
	// (https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html). Default the whole cluster.
	Namespaces []string
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
	return Grant{PolicyArn: "arn:" + partition + ":eks::aws:cluster-access-policy/" + name, Scope: scope, Namespaces: e.Namespaces}
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

// AccessFaults reports what EKS would refuse, and what would give other rights than meant.
func AccessFaults(adminRoleArns []string, entries []AccessEntry) []error {
	var faults []error
	var partitions []string
	lists := map[string]string{}
	check := func(list, arn string) {
		parsed, err := ParsePrincipal(arn)
		switch {
		case err != nil:
			faults = append(faults, fmt.Errorf("%s has %q: %w", list, arn, err))
			return
		case list == "AdminRoleArns" && parsed.kind != kindRole:
			faults = append(faults, fmt.Errorf("%s has %q: it is a user, whose credentials do not expire: name a role, or give the user an entry of its own in AccessEntries", list, arn))
		}
		if first, taken := lists[arn]; taken {
			faults = append(faults, fmt.Errorf("%s has %q, which %s has already: EKS has one access entry for a principal; remove one", list, arn, first))
		}
		lists[arn] = list
		if !slices.Contains(partitions, parsed.Partition) {
			partitions = append(partitions, parsed.Partition)
		}
	}
	for _, arn := range adminRoleArns {
		check("AdminRoleArns", arn)
	}
	for _, e := range entries {
		check("AccessEntries", e.PrincipalArn)
		for _, fault := range e.RightsFaults() {
			faults = append(faults, fmt.Errorf("access entry of %q: %w", e.PrincipalArn, fault))
		}
	}
	if len(partitions) > 1 {
		faults = append(faults, fmt.Errorf("AdminRoleArns and AccessEntries are of the partitions %s: a cluster knows the principals of its own partition only", strings.Join(partitions, " and ")))
	}
	return faults
}

// RightsFaults are those of the policy and the namespaces; the principal is checked apart.
func (e AccessEntry) RightsFaults() []error {
	var faults []error
	if !slices.Contains(policies, e.Policy) {
		faults = append(faults, fmt.Errorf("the Policy is %q: use %s", e.Policy, strings.Join(policies, ", ")))
	}
	for i, namespace := range e.Namespaces {
		if !aws.AccessNamespace.MatchString(namespace) {
			faults = append(faults, fmt.Errorf("the namespace %q cannot exist: use lower case letters, digits and hyphens, and * at the end only; for the whole cluster leave Namespaces empty", namespace))
		}
		if slices.Contains(e.Namespaces[:i], namespace) {
			faults = append(faults, fmt.Errorf("the namespace %q is there twice: remove one", namespace))
		}
	}
	return faults
}
