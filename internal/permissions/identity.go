package permissions

import (
	"slices"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/aws/kinds"
	"github.com/modelway/modelway/internal/iamdoc"
)

// AttachablePolicies are the names of the policies of AWS that the program attaches to roles of its own, and that pulumi-eks
// attaches. The role that deploys attaches no other policy but the program's.
var AttachablePolicies = []string{
	"AmazonEC2ContainerRegistryPullOnly", "AmazonEC2ContainerRegistryReadOnly", "AmazonEKSClusterPolicy",
	"AmazonEKSFargatePodExecutionRolePolicy", "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "service-role/AmazonEBSCSIDriverPolicy",
}

// passedTo are the services that the program gives its roles to: nodes, Fargate, the control plane, pods and flow logs. In China EC2 asks
// by either of its names (https://github.com/terraform-aws-modules/terraform-aws-eks/pull/3422).
func passedTo(t Target) iamdoc.Values {
	services := iamdoc.Values{"ec2.amazonaws.com"}
	for _, service := range []string{"ec2", "eks-fargate-pods", "eks", "pods.eks", "vpc-flow-logs"} {
		services = append(services, aws.ServicePrincipal(aws.Partition(t.Region), service))
	}
	return slices.Compact(services)
}

// linkedTo are the services that make a role of their own in an account when EKS first needs them, or with the first database
// (https://docs.aws.amazon.com/eks/latest/userguide/using-service-linked-roles.html,
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAM.ServiceLinkedRoles.html). Load balancers are not among them: their
// controller makes that role.
var linkedTo = iamdoc.Values{
	"autoscaling.amazonaws.com", "eks-fargate.amazonaws.com", "eks-nodegroup.amazonaws.com", "eks.amazonaws.com", "rds.amazonaws.com",
	"spot.amazonaws.com",
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
	all := iamdoc.Values{t.global("iam", "", t.AccountId, "oidc-provider/oidc.eks."+t.Region+"."+aws.DNSSuffix(t.Region)+"/id/*")}
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
		arn := aws.ManagedPolicyArn(aws.Partition(t.Region), name)
		conditions["ArnLike"]["iam:PolicyARN"] = append(conditions["ArnLike"]["iam:PolicyARN"], arn)
	}
	for operator, keys := range bounded(t) {
		conditions[operator] = keys
	}
	return conditions
}

// Scopes of IAM: roles and policies by the start of their names, and those of old names by their tag.
var identityScopes = []scope{
	{name: kinds.ReadRoles, policy: readNetwork, resources: ownRoles, old: oldRoles},
	{name: kinds.MakeRoles, policy: identities, resources: ownRoles, conditions: bounded},
	{name: kinds.BoundRoles, policy: identities, conditions: bounded, resources: func(t Target) iamdoc.Values {
		if t.PermissionsBoundaryArn == "" {
			return nil
		}
		return ownRoles(t)
	}},
	{name: kinds.ChangeRoles, policy: identities, resources: ownRoles, old: oldRoles},
	{name: kinds.PassRoles, policy: identities, resources: passable, conditions: func(t Target) iamdoc.Conditions {
		return equal(map[string]iamdoc.Values{"iam:PassedToService": passedTo(t)})
	}},
	{name: kinds.WritePolicies, policy: identities, resources: ownRoles, old: oldRoles, conditions: bounded},
	{name: kinds.AttachPolicies, policy: identities, resources: ownRoles, old: oldRoles, conditions: attachable},
	{name: kinds.ReadPolicies, policy: readNetwork, resources: ownPolicies, old: oldPolicies},
	{name: kinds.ChangePolicies, policy: issuance, resources: ownPolicies, old: oldPolicies},
	{name: kinds.ReadIssuers, policy: readNetwork, resources: issuers, conditions: ownedOnly},
	{name: kinds.MakeIssuers, policy: issuance, resources: issuers, conditions: unclaimed},
	{name: kinds.ChangeIssuers, policy: issuance, resources: issuers, conditions: ownedOnly},
	{name: kinds.LinkRoles, policy: issuance,
		resources: func(t Target) iamdoc.Values {
			return iamdoc.Values{t.global("iam", "", t.AccountId, "role/aws-service-role/*")}
		},
		conditions: func(Target) iamdoc.Conditions {
			return equal(map[string]iamdoc.Values{"iam:AWSServiceName": linkedTo})
		}},
}
