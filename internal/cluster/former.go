package cluster

import "strings"

// FormerNames are the names that the access entries of roles, and their associations with the admin policy, had in the program's first
// versions, by the names that they have now: admin-<path and name>, without the account. EKS has one entry for a principal
// (https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html), and refuses a second one while the old one is there.
func FormerNames(name string, adminRoleArns []string, entries []AccessEntry) map[string]string {
	var arns []string
	for _, e := range entries {
		arns = append(arns, e.PrincipalArn)
	}
	current := map[string]string{}
	for _, arn := range append(arns, adminRoleArns...) { // of two roles with one former name it was the last administrator's
		if parsed, err := ParsePrincipal(arn); err == nil && parsed.kind == kindRole {
			current[name+"-admin-"+strings.ReplaceAll(parsed.path, "/", "-")] = name + "-" + parsed.name()
		}
	}
	former := map[string]string{}
	for before, now := range current {
		former[now], former[now+"-"+Admin] = before, before+"-"+Admin
	}
	return former
}
