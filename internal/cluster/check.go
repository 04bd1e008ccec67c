package cluster

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/rule"
	"github.com/modelway/modelway/internal/vpcblock"
)

var adminsPath, entriesPath = rule.Path{"adminRoleArns"}, rule.Path{"accessEntries"}

// Check reports everything that EKS would refuse of a control plane in a region, and what would give other rights than meant. Where the
// region is not known, it is the partition of the first principal that counts.
func (s Spec) Check(region string) []rule.Fault {
	var faults []rule.Fault
	if at := (rule.Path{"name"}); !aws.ClusterName.MatchString(s.Name) {
		faults = append(faults, rule.Fault{At: at, Given: s.Name, Problem: "not a valid name of an EKS cluster",
			Allowed: "letters, digits, hyphens and underscores, starting with a letter or digit, at most 100 characters",
			Fixes:   []rule.Fix{rule.Set(at, rule.Slug(s.Name))}})
	}
	faults = append(faults, rule.OneOf(rule.Path{"supportType"}, s.SupportType, SupportTypes...)...)
	faults = append(faults, rule.Count(adminsPath, s.AdminRoleArns, 1, maxAdmins)...)
	return slices.Concat(faults, s.checkPrincipals(region), s.checkPublicAccess())
}

// maxAdmins is a number of administrators that no cluster has; EKS limits access entries to 5,000.
const maxAdmins = 5000

// checkPrincipals reports principals that cannot have an access entry, or have one already, and rights that there are not.
func (s Spec) checkPrincipals(region string) []rule.Fault {
	partition := aws.Partition(region)
	if region == "" {
		partition = s.partition()
	}
	var faults []rule.Fault
	check := func(at rule.Path, arn, allowed, example string, users bool) bool {
		problem, instead := problemOf(arn, partition, region, users)
		if problem == "" {
			return true
		}
		if instead == "" {
			instead = aws.PartitionArn(partition, "iam", "", rule.ExampleAccount, "role/"+example)
		}
		faults = append(faults, rule.Fault{At: at, Given: arn, Problem: problem, OfRegion: true,
			Allowed: aws.PartitionArn(partition, "iam", "", rule.SomeAccount, allowed), Fixes: []rule.Fix{rule.Set(at, instead)}})
		return false
	}
	first := map[string]rule.Path{}
	for i, arn := range s.AdminRoleArns {
		if at := adminsPath.At(i); check(at, arn, "role/<name>", "platform-admin", false) && first[arn] == nil {
			first[arn] = at
		}
	}
	faults = append(faults, rule.Once(adminsPath, s.AdminRoleArns)...)
	for i, entry := range s.AccessEntries {
		at := entriesPath.At(i, "principalArn")
		if check(at, entry.PrincipalArn, "role/<name> or user/<name>", "data-science", true) {
			if earlier := first[entry.PrincipalArn]; earlier != nil {
				faults = append(faults, rule.Fault{At: at, Given: entry.PrincipalArn, Problem: "has an entry already,", Other: earlier,
					Allowed: "each principal once: EKS has one access entry for it", Fixes: []rule.Fix{rule.Remove(entriesPath.At(i))},
					Reads: []rule.Path{earlier}})
			} else {
				first[entry.PrincipalArn] = at
			}
		}
		faults = append(faults, rule.Below(entriesPath.At(i), entry.CheckRights())...)
	}
	return faults
}

// partition is that of the first principal that has one.
func (s Spec) partition() string {
	for _, arn := range append(slices.Clone(s.AdminRoleArns), principals(s.AccessEntries)...) {
		if parsed, err := ParsePrincipal(arn); err == nil {
			return parsed.Partition
		}
	}
	return aws.Partition("")
}

func principals(entries []AccessEntry) (arns []string) {
	for _, entry := range entries {
		arns = append(arns, entry.PrincipalArn)
	}
	return arns
}

// problemOf says what is wrong with the ARN of a role, or also of a user, and what to write in its place where that can be told.
func problemOf(text, partition, region string, users bool) (problem, instead string) {
	if role, is := aws.RoleOfSession(text); is {
		return "the ARN of a session, not of a role", role
	}
	parsed, ok := aws.PrincipalArn.Parse(text)
	switch {
	case users && strings.HasSuffix(text, ":root"):
		return "the account itself; an access entry is for one role or user", ""
	case users && !ok:
		return "not the ARN of an IAM role or user", ""
	case !ok || !users && !aws.RoleArn.MatchString(text):
		return "not the ARN of an IAM role", ""
	case strings.HasPrefix(parsed.Resource, "role/"+serviceLinked):
		return "the role of an AWS service, for which EKS has no access entries", ""
	case parsed.Partition != partition && region == "":
		return fmt.Sprintf("of partition %s, but the first principal is of partition %s: a cluster knows those of its own only", parsed.Partition,
			partition), ""
	case parsed.Partition != partition:
		problem = fmt.Sprintf("of partition %s, but region %s belongs to partition %s", parsed.Partition, region, partition)
		parsed.Partition = partition
		return problem, parsed.String()
	}
	return "", ""
}

// CheckRights reports a policy that there is not, and namespaces that cannot exist; the principal is checked apart.
func (e AccessEntry) CheckRights() []rule.Fault {
	faults := rule.OneOf(rule.Path{"policy"}, e.Policy, AccessPolicies...)
	faults = append(faults, rule.Once(rule.Path{"namespaces"}, e.Namespaces)...)
	for i, namespace := range e.Namespaces {
		if at := (rule.Path{"namespaces", i}); !aws.AccessNamespace.MatchString(namespace) {
			faults = append(faults, rule.Fault{At: at, Given: namespace, Problem: "not the name of a namespace",
				Allowed: rule.LabelNames + "; or the beginning of a name and *", Fixes: []rule.Fix{rule.Set(at, rule.Slug(namespace))}})
		}
	}
	return faults
}

// private are the blocks that no address of the internet comes from, so that EKS refuses them as publicAccessCidrs
// (https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html; RFC 1918, RFC 6598).
var private = append([]netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
}, vpcblock.Unusable...)

// checkPublicAccess reports a public endpoint without blocks, blocks without one, and blocks that are not of the internet.
func (s Spec) checkPublicAccess() []rule.Fault {
	at, public := rule.Path{"publicAccessCidrs"}, rule.Path{"endpointPublicAccess"}
	var faults []rule.Fault
	switch {
	case s.EndpointPublicAccess && len(s.PublicAccessCidrs) == 0:
		faults = append(faults, rule.Fault{At: at, Given: s.PublicAccessCidrs, Problem: "empty, but endpointPublicAccess is true",
			Allowed: "IPv4 blocks that may reach the Kubernetes API; 0.0.0.0/0 lets everyone try",
			Fixes:   []rule.Fix{rule.Set(at.At(0), "203.0.113.0/24").Remarked("your own block"), rule.Set(public, false)},
			Reads:   []rule.Path{public}})
	case !s.EndpointPublicAccess && len(s.PublicAccessCidrs) > 0:
		faults = append(faults, rule.Fault{At: at, Given: s.PublicAccessCidrs,
			Problem: "given, but endpointPublicAccess is false, so that they would have no effect",
			Allowed: "none while endpointPublicAccess is false", Fixes: []rule.Fix{rule.Remove(at), rule.Set(public, true)},
			Reads: []rule.Path{public}})
	}
	for i, text := range s.PublicAccessCidrs {
		block, problem, instead := vpcblock.Parse(text)
		fix := rule.Set(at.At(i), instead)
		if instead == "" {
			fix = rule.Set(at.At(i), "203.0.113.0/24").Remarked("your own block")
		}
		if problem == "" && block.Bits() > 0 {
			if other, clash := vpcblock.Overlapping(block, private); clash {
				problem = fmt.Sprintf("overlaps %s, from which nothing reaches a public endpoint; EKS refuses it", other)
			}
		}
		if problem != "" {
			faults = append(faults, rule.Fault{At: at.At(i), Given: text, Problem: problem,
				Allowed: "an IPv4 block of the internet in canonical form, such as 203.0.113.0/24", Fixes: []rule.Fix{fix}})
		}
	}
	return faults
}
