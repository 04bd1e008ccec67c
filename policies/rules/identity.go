package rules

import (
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/resource"
)

const (
	roleType         = "aws:iam/role:Role"
	iamPolicyType    = "aws:iam/policy:Policy"
	inlinePolicyType = "aws:iam/rolePolicy:RolePolicy"
	attachmentType   = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
)

// powerful are managed policies that give away the account.
var powerful = []string{"AdministratorAccess", "PowerUserAccess", "IAMFullAccess"}

// reading are the verbs of actions that change nothing.
var reading = []string{"Describe", "Get", "List", "BatchGet", "BatchCheck", "Lookup", "Search", "View", "Check", "Simulate", "Test"}

// callers end the condition keys, in lower case, that say who calls
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
var callers = []string{":principalorgid", ":principalorgpaths", ":principalaccount", ":principalarn"}

const leastPrivilege = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"

var identityRules = []Rule{
	{
		ID: "iam-wildcard-action", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Policies name the actions that they allow",
		Why:    "All actions of a service include deleting everything in it, and those that AWS adds later.",
		Fix:    "list the actions that are needed",
		Source: "https://docs.aws.amazon.com/config/latest/developerguide/iam-policy-no-statements-with-full-access.html",
		Types:  []string{iamPolicyType, inlinePolicyType},
		Each: inStatements("policy", "Action", "actions such as s3:GetObject, without * alone and NotAction", func(s statement) (any, bool) {
			wide := slices.ContainsFunc(s.Action, func(action string) bool { return action == "*" || strings.HasSuffix(action, ":*") })
			return []string(slices.Concat(s.Action, s.NotAction)), wide || s.NotAction != nil
		}),
	},
	{
		ID: "iam-wildcard-resource", Topic: Security, Level: config.PolicyAdvisory,
		Title:  "Policies name the resources that may be changed",
		Why:    "A stolen credential changes whatever the account has.",
		Fix:    "name the ARNs, or limit the statement by a condition; some actions of AWS know no resources, and have to stay",
		Source: leastPrivilege,
		Types:  []string{iamPolicyType, inlinePolicyType},
		Each: func(c *Case, r resource.Resource) {
			c.document(r, path{"policy"}, func(all []statement) {
				var writing []string
				for _, s := range all {
					if s.Effect != "Allow" || len(s.Condition) > 0 || !slices.Contains(s.Resource, "*") {
						continue
					}
					writing = append(writing, slices.DeleteFunc(slices.Clone([]string(s.Action)), func(action string) bool {
						_, verb, _ := strings.Cut(action, ":")
						return slices.ContainsFunc(reading, func(start string) bool { return strings.HasPrefix(verb, start) })
					})...)
				}
				if len(writing) > 0 {
					c.breaks(r, path{"policy", "Statement", "Resource"}, "* for "+strings.Join(writing, ", "),
						"ARNs, or * with a condition or for reading")
				}
			})
		},
	},
	{
		ID: "iam-administrator", Topic: Security, Level: config.PolicyMandatory,
		Title:  "No role administers the account",
		Why:    "Whoever gets hold of the role has the account.",
		Fix:    "attach a policy with the actions that are needed",
		Source: leastPrivilege,
		Types:  []string{attachmentType, roleType},
		Each: func(c *Case, r resource.Resource) {
			harmless := func(v resource.Value) bool {
				return !slices.ContainsFunc(powerful, func(name string) bool { return strings.HasSuffix(v.Text(), ":policy/"+name) })
			}
			const allowed = "any other policy"
			if r.Type == attachmentType {
				if !r.At("policyArn").Unknown() {
					c.wants(r, path{"policyArn"}, allowed, harmless)
				}
				return
			}
			for i := range c.look(r, path{"managedPolicyArns"}).List() {
				c.wants(r, path{"managedPolicyArns", i}, allowed, harmless)
			}
		},
		Whole: func(c *Case, s Stack) {
			for _, r := range s.OfType(attachmentType) {
				own := slices.ContainsFunc(s.DependsOn[r.URN], func(urn string) bool { policy, _ := s.ByURN(urn); return policy.Type == iamPolicyType })
				if r.At("policyArn").Unknown() && !own { // a policy of the stack is none of AWS
					c.unknown(r, path{"policyArn"})
				}
			}
		},
	},
	{
		ID: "trust-everybody", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Roles trust somebody in particular",
		Why:    "A role that trusts * can be assumed from every AWS account.",
		Fix:    "name the service, the role or the account that assumes the role, or add a condition on aws:PrincipalOrgID",
		Source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
		Types:  []string{roleType},
		Each: inStatements("assumeRolePolicy", "Principal", "a service, a role or an account, or * with a condition on the caller",
			func(s statement) (any, bool) {
				return "*", slices.Contains(s.Principal["AWS"], "*") && !slices.ContainsFunc(callers, s.limits)
			}),
	},
	{
		ID: "trust-web-identity", Topic: Security, Level: config.PolicyMandatory,
		Title: "Roles for tokens say whose and for whom",
		Why: "Without a condition on sub and aud every token of the issuer will do: that of every service account, or of every repository " +
			"on GitHub.",
		Fix:    "add conditions on the keys <issuer>:sub and <issuer>:aud",
		Source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
		Types:  []string{roleType},
		Each: inStatements("assumeRolePolicy", "Condition", "a condition on <issuer>:sub, other than *, and on <issuer>:aud",
			func(s statement) (any, bool) {
				ends := slices.DeleteFunc([]string{":sub", ":aud"}, s.limits)
				if len(ends) == 0 || !slices.Contains(s.Action, "sts:AssumeRoleWithWebIdentity") {
					return nil, false
				}
				return "without <issuer>" + ends[0], true
			}),
	},
}

// limits says whether a condition on a key with the end leaves anything out.
func (s statement) limits(end string) bool {
	return s.condition(end, func(values texts) bool { return len(values) > 0 && !slices.Contains(values, "*") })
}
