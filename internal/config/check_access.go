package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/pattern"
	"github.com/modelway/modelway/internal/strict"
)

var (
	accessPath = path{"cluster", "accessEntries"}
	userArn    = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):iam::(\d{12}):user/([\w+=,.@/-]+)$`)
)

// checkAccessEntries wants principals that EKS takes, each once, with namespaces that can exist.
func checkAccessEntries(c Config) []Fault {
	var faults []Fault
	for i, entry := range c.Cluster.AccessEntries {
		at := accessPath.At(i, "principalArn")
		if problem, instead := checkPrincipalArn(entry.PrincipalArn, c.Region); problem != "" {
			faults = append(faults, newFault(at, entry.PrincipalArn, Fault{
				Problem: problem,
				Allowed: fmt.Sprintf("arn:%s:iam::<account id of 12 digits>:role/<name> or user/<name>", partition(c.Region)),
				Fix:     setFix(c.Environment, at, instead),
			}).AlsoReads(path{RegionKey}))
		} else if earlier := c.earlierPrincipal(i); earlier != nil {
			faults = append(faults, newFault(at, entry.PrincipalArn, Fault{
				Problem: "has an entry already, " + earlier.Key(),
				Allowed: "each principal once: EKS has one access entry for it",
				Fix:     removeFix(c.Environment, accessPath.At(i)),
			}).AlsoReads(earlier))
		}
		for j, namespace := range entry.Namespaces {
			if !pattern.AccessNamespace.MatchString(namespace) {
				at := accessPath.At(i, "namespaces", j)
				faults = append(faults, newFault(at, namespace, Fault{
					Problem: "not the name of a namespace",
					Allowed: labelNames + "; or the beginning of a name and *",
					Fix:     setFix(c.Environment, at, slug(namespace)),
				}))
			}
		}
	}
	return faults
}

// checkPrincipalArn says what is wrong with the ARN of a role or user, and what to write in its place.
func checkPrincipalArn(arn, region string) (problem, instead string) {
	if user := userArn.FindStringSubmatch(arn); user != nil {
		if user[1] != partition(region) {
			return otherPartition(user[1], region), fmt.Sprintf("arn:%s:iam::%s:user/%s", partition(region), user[2], user[3])
		}
		return "", ""
	}
	problem, instead = checkRoleArn(arn, region)
	switch {
	case strings.HasSuffix(arn, ":root"):
		problem = "the account itself; an access entry is for one role or user"
	case problem == "not the ARN of an IAM role":
		problem += " or user"
	}
	if instead == "" {
		instead = fmt.Sprintf("arn:%s:iam::111122223333:role/data-science", partition(region))
	}
	return problem, instead
}

// earlierPrincipal leads to the same principal earlier in the configuration, or is nil.
func (c Config) earlierPrincipal(i int) path {
	arn := c.Cluster.AccessEntries[i].PrincipalArn
	if admin := slices.Index(c.Cluster.AdminRoleArns, arn); admin >= 0 {
		return path{"cluster", "adminRoleArns", admin}
	}
	for j, entry := range c.Cluster.AccessEntries[:i] {
		if entry.PrincipalArn == arn {
			return accessPath.At(j, "principalArn")
		}
	}
	return nil
}

// addonVersion is the form of an EKS add-on's version
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_AddonVersionInfo.html).
var addonVersion = regexp.MustCompile(`^v\d+\.\d+\.\d+-eksbuild\.\d+$`)

// checkAddonVersions wants add-ons that the platform installs, in versions that can exist.
func checkAddonVersions(c Config) []Fault {
	var faults []Fault
	for _, name := range sortedKeys(c.Cluster.AddonVersions) {
		at, version := path{"cluster", "addonVersions", name}, c.Cluster.AddonVersions[name]
		switch {
		case !slices.Contains(AddonNames, name):
			fault := Fault{Problem: "not an add-on of the platform", Allowed: strings.Join(AddonNames, ", "), Fix: removeFix(c.Environment, at)}
			if meant, found := strict.Suggest(name, AddonNames); found {
				fault.Problem += fmt.Sprintf("; did you mean %q?", meant)
				fault.Fix = editFix(c.Environment, fmt.Sprintf("rename %s to %s", name, meant))
			}
			faults = append(faults, newFault(at, version, fault))
		case !addonVersion.MatchString(version):
			faults = append(faults, newFault(at, version, Fault{
				Problem: "not the version of an EKS add-on",
				Allowed: "v<major>.<minor>.<patch>-eksbuild.<build>, as `aws eks describe-addon-versions --addon-name " + name + "` lists them",
				Fix:     remark(removeFix(c.Environment, at), "the version that EKS recommends then holds"),
			}))
		}
	}
	return faults
}
