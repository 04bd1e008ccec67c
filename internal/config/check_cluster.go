package config

import (
	"fmt"

	"github.com/modelway/modelway/internal/pattern"
)

// checkClusterName wants a name that EKS takes.
func checkClusterName(c Config) []Fault {
	if pattern.ClusterName.MatchString(c.Cluster.Name) {
		return nil
	}
	at := path{"cluster", "name"}
	return []Fault{newFault(at, c.Cluster.Name, Fault{
		Problem: "not a valid name of an EKS cluster",
		Allowed: "letters, digits, hyphens and underscores, starting with a letter or digit, at most 100 characters",
		Fix:     setFix(c.Environment, at, slug(c.Cluster.Name)),
	})}
}

// checkAdminRoles wants ARNs of IAM roles of the region's partition.
func checkAdminRoles(c Config) []Fault {
	var faults []Fault
	for i, arn := range c.Cluster.AdminRoleArns {
		at := path{"cluster", "adminRoleArns", i}
		problem, instead := checkRoleArn(arn, c.Region)
		if problem == "" {
			continue
		}
		if instead == "" {
			instead = fmt.Sprintf("arn:%s:iam::111122223333:role/platform-admin", partition(c.Region))
		}
		faults = append(faults, newFault(at, arn, Fault{
			Problem: problem,
			Allowed: fmt.Sprintf("arn:%s:iam::<account id of 12 digits>:role/<name>", partition(c.Region)),
			Fix:     setFix(c.Environment, at, instead),
		}).AlsoReads(path{RegionKey}))
	}
	return faults
}

// checkPublicAccess wants blocks with a public endpoint, and none without.
func checkPublicAccess(c Config) []Fault {
	at, public := path{"cluster", "publicAccessCidrs"}, path{"cluster", "endpointPublicAccess"}
	switch {
	case c.Cluster.EndpointPublicAccess && len(c.Cluster.PublicAccessCidrs) == 0:
		return []Fault{newFault(at, c.Cluster.PublicAccessCidrs, Fault{
			Problem: "empty, but endpointPublicAccess is true",
			Allowed: "IPv4 blocks that may reach the Kubernetes API; 0.0.0.0/0 lets everyone try",
			Fix: either(
				remark(setFix(c.Environment, at.At(0), "203.0.113.0/24"), "your own block"),
				setFix(c.Environment, public, false)),
		}).AlsoReads(public)}
	case !c.Cluster.EndpointPublicAccess && len(c.Cluster.PublicAccessCidrs) > 0:
		return []Fault{newFault(at, c.Cluster.PublicAccessCidrs, Fault{
			Problem: "given, but endpointPublicAccess is false, so that they would have no effect",
			Allowed: "none while endpointPublicAccess is false",
			Fix:     either(removeFix(c.Environment, at), setFix(c.Environment, public, true)),
		}).AlsoReads(public)}
	}
	return nil
}

// checkPublicAccessCidrs wants blocks of the internet.
func checkPublicAccessCidrs(c Config) []Fault {
	var faults []Fault
	for i, text := range c.Cluster.PublicAccessCidrs {
		at := path{"cluster", "publicAccessCidrs", i}
		fault := Fault{Allowed: "an IPv4 block of the internet in canonical form, such as 203.0.113.0/24"}
		block, problem, instead := parseCidr(text)
		fault.Problem, fault.Fix = problem, setFix(c.Environment, at, instead)
		if instead == "" {
			fault.Fix = remark(setFix(c.Environment, at, "203.0.113.0/24"), "your own block")
		}
		if problem == "" && block.Bits() > 0 {
			if other, clash := overlaps(block, private); clash {
				fault.Problem = fmt.Sprintf("overlaps %s, from which nothing reaches a public endpoint; EKS refuses it", other)
			}
		}
		if fault.Problem != "" {
			faults = append(faults, newFault(at, text, fault))
		}
	}
	return faults
}
