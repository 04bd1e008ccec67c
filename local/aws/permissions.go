package aws

import (
	"slices"
	"strings"
)

// grantsOf are actions that the managed policies of AWS grant, those without which what has the policy does not work
// (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html). A policy that is not here grants none of them.
var grantsOf = map[string][]string{
	"AdministratorAccess": {"*"},
	"AmazonEKSClusterPolicy": {"ec2:CreateNetworkInterfacePermission", "ec2:DescribeSubnets",
		"autoscaling:UpdateAutoScalingGroup"},
	"AmazonEKSWorkerNodePolicy":              {"ec2:DescribeInstances", "eks:DescribeCluster", "eks-auth:AssumeRoleForPodIdentity"},
	"AmazonEKSWorkerNodeMinimalPolicy":       {"eks-auth:AssumeRoleForPodIdentity"},
	"AmazonEKS_CNI_Policy":                   {"ec2:AssignPrivateIpAddresses", "ec2:AttachNetworkInterface", "ec2:CreateNetworkInterface"},
	"AmazonEC2ContainerRegistryReadOnly":     {"ecr:BatchGetImage", "ecr:GetAuthorizationToken", "ecr:GetDownloadUrlForLayer"},
	"AmazonEC2ContainerRegistryPullOnly":     {"ecr:BatchGetImage", "ecr:GetAuthorizationToken", "ecr:GetDownloadUrlForLayer"},
	"AmazonEKSFargatePodExecutionRolePolicy": {"ecr:BatchGetImage", "ecr:GetAuthorizationToken", "ecr:GetDownloadUrlForLayer"},
	"service-role/AmazonEBSCSIDriverPolicy":  {"ec2:AttachVolume", "ec2:CreateVolume"},
	"service-role/AmazonEFSCSIDriverPolicy":  {"elasticfilesystem:CreateAccessPoint"},
}

// lacks returns those actions that no policy of a role allows: neither a managed policy, attached by a resource or by the role itself, nor
// an inline one. Resources and conditions are not looked at.
func (s *State) lacks(role *Resource, actions ...string) (missing []string) {
	statements := s.statementsOf(role)
	for _, action := range actions {
		allows := func(st Properties) bool { return st.String("Effect") == "Allow" && allowsAction(st, action) }
		if !slices.ContainsFunc(statements, allows) {
			missing = append(missing, action)
		}
	}
	return missing
}

// statementsOf returns the statements of all policies of a role.
func (s *State) statementsOf(role *Resource) (statements []Properties) {
	if role == nil {
		return nil
	}
	add := func(document string) {
		_, more, _ := readDocument(document)
		statements = append(statements, more...)
	}
	arns := slices.Clone(role.Strings("managedPolicyArns"))
	for _, a := range s.List(RolePolicyAttachment) {
		if s.Get(Role, a.String("role")) == role {
			arns = append(arns, a.String("policyArn"))
		}
	}
	for _, arn := range arns {
		if _, name, ofAWS := strings.Cut(arn, ":iam::aws:policy/"); ofAWS {
			actions := make([]any, 0, len(grantsOf[name]))
			for _, action := range grantsOf[name] {
				actions = append(actions, action)
			}
			statements = append(statements, Properties{"Effect": "Allow", "Action": actions})
		} else if policy := s.Get(Policy, arn); policy != nil {
			add(policy.String("policy"))
		}
	}
	for _, inline := range s.List(RolePolicy) {
		if s.Get(Role, inline.String("role")) == role {
			add(inline.String("policy"))
		}
	}
	for _, inline := range role.Objects("inlinePolicies") {
		add(inline.String("policy"))
	}
	return statements
}

// need refuses a role without the actions that a policy of AWS grants.
func (s *State) need(role *Resource, code, problem, policy string) error {
	if missing := s.lacks(role, grantsOf[policy]...); len(missing) > 0 {
		return refuse(code, "%s: role %s lacks %s; attach %s to it, before what uses it", problem, role.ID, strings.Join(missing, ", "), policy)
	}
	return nil
}

// nodeRoleHealth says what the role of nodes lacks for them to join: the data of their instance and cluster, their images, and addresses
// for pods where the network plugin has no role of its own (https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html).
func (s *State) nodeRoleHealth(c, group *Resource) error {
	role := s.Get(Role, group.String("nodeRoleArn"))
	const failed = "Instances failed to join the kubernetes cluster"
	for _, policy := range []string{"AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"} {
		if err := s.need(role, "NodeCreationFailure", failed, policy); err != nil {
			return err
		}
	}
	if own := s.addonRole(s.Get(Addon, c.ID+":vpc-cni")); own != nil {
		role = own
	}
	return s.need(role, "NodeCreationFailure", "Unhealthy nodes in the kubernetes cluster", "AmazonEKS_CNI_Policy")
}

// addonRole returns the role that the pods of an add-on have of their own, or nil.
func (s *State) addonRole(addon *Resource) *Resource {
	if addon == nil {
		return nil
	}
	for _, path := range []string{"serviceAccountRoleArn", "podIdentityAssociations.roleArn"} {
		if arn := addon.String(path); arn != "" {
			return s.Get(Role, arn)
		}
	}
	return nil
}

// addonPolicies are what the roles of add-ons need.
var addonPolicies = map[string]string{"aws-ebs-csi-driver": "service-role/AmazonEBSCSIDriverPolicy"}

// addonRoleHealth: the controller of an add-on does not start without its rights.
func (s *State) addonRoleHealth(addon *Resource) error {
	role, policy := s.addonRole(addon), addonPolicies[addon.String("addonName")]
	if role == nil || policy == "" {
		return nil
	}
	return s.need(role, "InsufficientNumberOfReplicas", "The add-on is unhealthy because it doesn't have the desired number of replicas",
		policy)
}

// profileHealth: without rights to pull images no pod of a profile starts
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_FargateProfileIssue.html).
func profileHealth(s *State, r *Resource) error {
	return s.need(s.Get(Role, r.String("podExecutionRoleArn")), "AccessDenied", "The Fargate profile cannot start pods",
		"AmazonEKSFargatePodExecutionRolePolicy")
}

// flowLogHealth: a role that may not write ends in the status Access error
// (https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-troubleshooting.html).
func flowLogHealth(s *State, r *Resource) error {
	role := s.Get(Role, r.String("iamRoleArn"))
	if role == nil {
		return nil
	}
	if missing := s.lacks(role, "logs:CreateLogStream", "logs:PutLogEvents"); len(missing) > 0 {
		return refuse("AccessError", "Access error. The IAM role for your flow log does not have sufficient permissions to send flow log "+
			"records to the CloudWatch log group: "+
			"role %s lacks %s; give it its policy before the flow log", role.ID, strings.Join(missing, ", "))
	}
	return nil
}

// checkClusterRole: https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html.
func (s *State) checkClusterRole(r *Resource) error {
	return s.need(s.Get(Role, r.String("roleArn")), "InvalidParameterException", "The provided role doesn't have the Amazon EKS Managed "+
		"Policies associated with it. "+
		"Please ensure the following policies [AmazonEKSClusterPolicy] are attached", "AmazonEKSClusterPolicy")
}
