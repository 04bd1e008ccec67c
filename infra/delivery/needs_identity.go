package delivery

import "github.com/modelway/modelway/internal/iamdoc"

// AttachablePolicies are the names of the policies of AWS that the program attaches to roles of its own, and that pulumi-eks
// attaches. The role that deploys attaches no other policy but the program's.
var AttachablePolicies = []string{
	"AmazonEC2ContainerRegistryPullOnly", "AmazonEC2ContainerRegistryReadOnly", "AmazonEKSClusterPolicy",
	"AmazonEKSFargatePodExecutionRolePolicy", "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "service-role/AmazonEBSCSIDriverPolicy",
}

// passedTo are the services that the program gives its roles to: the control plane, nodes, Fargate, pods and flow logs.
var passedTo = iamdoc.Values{
	"ec2.amazonaws.com", "eks-fargate-pods.amazonaws.com", "eks.amazonaws.com", "pods.eks.amazonaws.com", "vpc-flow-logs.amazonaws.com",
}

// linkedTo are the services that make a role of their own in an account when EKS first needs them
// (https://docs.aws.amazon.com/eks/latest/userguide/using-service-linked-roles.html). Load balancers are not among them: their
// controller makes that role.
var linkedTo = iamdoc.Values{
	"autoscaling.amazonaws.com", "eks-fargate.amazonaws.com", "eks-nodegroup.amazonaws.com", "eks.amazonaws.com", "spot.amazonaws.com",
}

func ownRoles(t Target) iamdoc.Values    { return iamdoc.Values{t.role()} }
func ownPolicies(t Target) iamdoc.Values { return iamdoc.Values{t.policy()} }

// oldRoles and oldPolicies are those of every environment of the project, by names that do not tell which.
func oldRoles(t Target) iamdoc.Values {
	return iamdoc.Values{t.global("iam", "", t.AccountId, "role/"+t.NamePrefix+"-*")}
}

func oldPolicies(t Target) iamdoc.Values {
	return iamdoc.Values{t.global("iam", "", t.AccountId, "policy/"+t.NamePrefix+"-*")}
}

// passable are the roles that are given to services. Tags do not limit that reliably, only names do
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_iam-tags.html).
func passable(t Target) iamdoc.Values { return append(ownRoles(t), t.roleArns...) }

// issuers are the identity providers of EKS clusters in the region and, where the program makes it, that of GitHub.
func issuers(t Target) iamdoc.Values {
	suffix := "amazonaws.com"
	if iamdoc.Partition(t.Region) == "aws-cn" {
		suffix = "amazonaws.com.cn"
	}
	all := iamdoc.Values{t.global("iam", "", t.AccountId, "oidc-provider/oidc.eks."+t.Region+"."+suffix+"/id/*")}
	if !t.foreignProvider {
		all = append(all, t.global("iam", "", t.AccountId, "oidc-provider/"+gitHubHost))
	}
	return all
}

// bounded holds where the role has the permissions boundary, if there is one
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate).
func bounded(t Target) iamdoc.Conditions {
	if t.PermissionsBoundaryArn == "" {
		return nil
	}
	return iamdoc.Conditions{"ArnEquals": {"iam:PermissionsBoundary": {t.PermissionsBoundaryArn}}}
}

// attachable holds where the policy is one of AttachablePolicies or the program's own.
func attachable(t Target) iamdoc.Conditions {
	conditions := iamdoc.Conditions{"ArnLike": {"iam:PolicyARN": {t.policy()}}}
	for _, name := range AttachablePolicies {
		arn := iamdoc.ManagedPolicyArn(iamdoc.Partition(t.Region), name)
		conditions["ArnLike"]["iam:PolicyARN"] = append(conditions["ArnLike"]["iam:PolicyARN"], arn)
	}
	for operator, keys := range bounded(t) {
		conditions[operator] = keys
	}
	return conditions
}

// Scopes of IAM: roles and policies by the start of their names, and those of old names by their tag.
var (
	readRoles    = &scope{policy: readNetwork, sid: "ReadRoles", resources: ownRoles, old: oldRoles}
	readPolicies = &scope{policy: readNetwork, sid: "ReadPolicies", resources: ownPolicies, old: oldPolicies}
	readIssuers  = &scope{policy: readNetwork, sid: "ReadIssuers", resources: issuers, conditions: ownedOnly}

	makeRoles      = &scope{policy: identities, sid: "MakeRoles", resources: ownRoles, conditions: bounded}
	writePolicies  = &scope{policy: identities, sid: "WritePoliciesOfRoles", resources: ownRoles, old: oldRoles, conditions: bounded}
	attachPolicies = &scope{policy: identities, sid: "AttachPolicies", resources: ownRoles, old: oldRoles, conditions: attachable}
	boundRoles     = &scope{policy: identities, sid: "BoundRoles", conditions: bounded, resources: func(t Target) iamdoc.Values {
		if t.PermissionsBoundaryArn == "" {
			return nil
		}
		return ownRoles(t)
	}}
	changeRoles    = &scope{policy: identities, sid: "ChangeRoles", resources: ownRoles, old: oldRoles}
	changePolicies = &scope{policy: issuance, sid: "ChangePolicies", resources: ownPolicies, old: oldPolicies}
	makeIssuers    = &scope{policy: issuance, sid: "MakeTaggedIssuers", resources: issuers, conditions: unclaimed}
	changeIssuers  = &scope{policy: issuance, sid: "ChangeOwnIssuers", resources: issuers, conditions: ownedOnly}
	passRoles      = &scope{policy: identities, sid: "PassRoles", resources: passable, conditions: func(Target) iamdoc.Conditions {
		return equal(map[string]iamdoc.Values{"iam:PassedToService": passedTo})
	}}
	linkRoles = &scope{policy: issuance, sid: "MakeLinkedRoles",
		resources: func(t Target) iamdoc.Values {
			return iamdoc.Values{t.global("iam", "", t.AccountId, "role/aws-service-role/*")}
		},
		conditions: func(Target) iamdoc.Conditions {
			return equal(map[string]iamdoc.Values{"iam:AWSServiceName": linkedTo})
		}}
)

var identityNeeds = []need{
	needs("aws:iam/role:Role",
		on(readRoles, "iam", "GetRole", "GetRolePolicy", "ListAttachedRolePolicies", "ListInstanceProfilesForRole", "ListRolePolicies", "ListRoleTags"),
		on(makeRoles, "iam", "CreateRole"),
		on(boundRoles, "iam", "PutRolePermissionsBoundary"),
		on(changeRoles, "iam", "DeleteRole", "TagRole", "UntagRole", "UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription"),
		on(passRoles, "iam", "PassRole")),
	needs("aws:iam/rolePolicy:RolePolicy",
		on(readRoles, "iam", "GetRolePolicy"),
		on(writePolicies, "iam", "PutRolePolicy"),
		on(changeRoles, "iam", "DeleteRolePolicy")),
	needs("aws:iam/rolePolicyAttachment:RolePolicyAttachment",
		on(readRoles, "iam", "ListAttachedRolePolicies"),
		on(attachPolicies, "iam", "AttachRolePolicy"),
		on(changeRoles, "iam", "DetachRolePolicy")),
	needs("aws:iam/policy:Policy",
		on(readPolicies, "iam", "GetPolicy", "GetPolicyVersion", "ListPolicyTags", "ListPolicyVersions"),
		on(changePolicies, "iam", "CreatePolicy", "CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "TagPolicy", "UntagPolicy")),
	needs("aws:iam/openIdConnectProvider:OpenIdConnectProvider",
		on(readIssuers, "iam", "GetOpenIDConnectProvider", "ListOpenIDConnectProviderTags"),
		on(makeIssuers, "iam", "CreateOpenIDConnectProvider", "TagOpenIDConnectProvider"),
		on(changeIssuers, "iam", "AddClientIDToOpenIDConnectProvider", "DeleteOpenIDConnectProvider", "RemoveClientIDFromOpenIDConnectProvider",
			"TagOpenIDConnectProvider", "UntagOpenIDConnectProvider", "UpdateOpenIDConnectProviderThumbprint")),
	needs("the first cluster of an account", on(linkRoles, "iam", "CreateServiceLinkedRole")),
}
