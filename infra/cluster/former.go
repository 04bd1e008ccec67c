package cluster

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// formerNames are the names that the access entries of roles, and their associations with the admin policy, had in the program's first
// versions, by the names that they have now: admin-<path and name>, without the account. EKS has one entry for a principal
// (https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html), and refuses a second one while the old one is there.
func formerNames(name string, args *ClusterArgs) map[string]string {
	var arns []string
	for _, e := range args.AccessEntries {
		arns = append(arns, e.PrincipalArn)
	}
	current := map[string]string{}
	for _, arn := range append(arns, args.AdminRoleArns...) { // of two roles with one former name it was the last administrator's
		if parsed, err := parsePrincipal(arn); err == nil && parsed.kind == kindRole {
			current[name+"-admin-"+strings.ReplaceAll(parsed.path, "/", "-")] = name + "-" + parsed.name()
		}
	}
	former := map[string]string{}
	for before, now := range current {
		former[now], former[now+"-"+Admin] = before, before+"-"+Admin
	}
	return former
}

// keepFormer has the engine take the resource of a former name for the child.
func keepFormer(former map[string]string, child *pulumi.ResourceTransformArgs) {
	if before, renamed := former[child.Name]; renamed {
		child.Opts.Aliases = append(child.Opts.Aliases, pulumi.Alias{Name: pulumi.String(before)})
	}
}
