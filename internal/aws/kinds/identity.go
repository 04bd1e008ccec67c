package kinds

var identityKinds = []Kind{
	{Type: "aws:iam/role:Role", ID: "{name}", Arn: "arn:{partition}:iam::{account}:role{path}{name}", Name: "name", Tags: true,
		Computed: map[string]string{"uniqueId": "AROA{HEX17}"},
		Needs: []Grant{on(ReadRoles, "iam", "GetRole", "GetRolePolicy", "ListAttachedRolePolicies", "ListInstanceProfilesForRole",
			"ListRolePolicies", "ListRoleTags"),
			on(MakeRoles, "iam", "CreateRole"),
			on(BoundRoles, "iam", "PutRolePermissionsBoundary"),
			on(ChangeRoles, "iam", "DeleteRole", "TagRole", "UntagRole", "UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription"),
			on(PassRoles, "iam", "PassRole")}},
	{Type: "aws:iam/rolePolicy:RolePolicy", ID: "{role}:{name}", Name: "name",
		Needs: []Grant{on(ReadRoles, "iam", "GetRolePolicy"),
			on(WritePolicies, "iam", "PutRolePolicy"),
			on(ChangeRoles, "iam", "DeleteRolePolicy")}},
	{Type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment", ID: "{role}-{hex17}",
		Needs: []Grant{on(ReadRoles, "iam", "ListAttachedRolePolicies"),
			on(AttachPolicies, "iam", "AttachRolePolicy"),
			on(ChangeRoles, "iam", "DetachRolePolicy")}},
	{Type: "aws:iam/policy:Policy", Arn: "arn:{partition}:iam::{account}:policy{path}{name}", Name: "name", Tags: true,
		Computed: map[string]string{"policyId": "ANPA{HEX17}"},
		Needs: []Grant{on(ReadPolicies, "iam", "GetPolicy", "GetPolicyVersion", "ListPolicyTags", "ListPolicyVersions"),
			on(ChangePolicies, "iam", "CreatePolicy", "CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "TagPolicy", "UntagPolicy")}},
	{Type: "aws:iam/openIdConnectProvider:OpenIdConnectProvider", Arn: "arn:{partition}:iam::{account}:oidc-provider/{url}", Tags: true,
		Needs: []Grant{on(ReadIssuers, "iam", "GetOpenIDConnectProvider", "ListOpenIDConnectProviderTags"),
			on(MakeIssuers, "iam", "CreateOpenIDConnectProvider", "TagOpenIDConnectProvider"),
			on(ChangeIssuers, "iam", "AddClientIDToOpenIDConnectProvider", "DeleteOpenIDConnectProvider", "RemoveClientIDFromOpenIDConnectProvider",
				"TagOpenIDConnectProvider", "UntagOpenIDConnectProvider", "UpdateOpenIDConnectProviderThumbprint")}},
}

// identityTasks need rights that belong to no kind.
var identityTasks = []Task{
	{"the first cluster of an account", []Grant{on(LinkRoles, "iam", "CreateServiceLinkedRole")}},
}
