package aws

import (
	"slices"
	"strings"
)

// Types of IAM, KMS and CloudWatch Logs resources.
const (
	Role                  = "aws:iam/role:Role"
	RolePolicyAttachment  = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	Policy                = "aws:iam/policy:Policy"
	RolePolicy            = "aws:iam/rolePolicy:RolePolicy"
	OpenIdConnectProvider = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
	Key                   = "aws:kms/key:Key"
	Alias                 = "aws:kms/alias:Alias"
	LogGroup              = "aws:cloudwatch/logGroup:LogGroup"
)

// managedPolicies are the policies of AWS that the account knows
// (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html).
var managedPolicies = strings.Fields(`AdministratorAccess ReadOnlyAccess AmazonS3ReadOnlyAccess AmazonSSMManagedInstanceCore
	AmazonEKSClusterPolicy AmazonEKSVPCResourceController AmazonEKSWorkerNodePolicy AmazonEKSWorkerNodeMinimalPolicy AmazonEKS_CNI_Policy
	AmazonEKSFargatePodExecutionRolePolicy AmazonEC2ContainerRegistryReadOnly AmazonEC2ContainerRegistryPullOnly
	CloudWatchAgentServerPolicy service-role/AmazonEBSCSIDriverPolicy service-role/AmazonEFSCSIDriverPolicy`)

func managedPolicy(arn string) bool {
	_, name, ok := strings.Cut(arn, ":iam::aws:policy/")
	return ok && slices.Contains(managedPolicies, name)
}

// OpenID Connect providers: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html. Retentions:
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html.
func init() {
	inRole := Ref{Path: "role", To: Role, Hold: Block}
	register(iam,
		Kind{Type: Role, Required: []string{"assumeRolePolicy"},
			Defaults: Properties{"path": "/", "maxSessionDuration": 3600},
			Unique:   []string{"name"}, Check: trustPolicy.check("assumeRolePolicy"),
			Refs: []Ref{{Path: "permissionsBoundary", To: Policy, Hold: Block}, {Path: "managedPolicyArns", To: Policy, Hold: Block}}},
		Kind{Type: Policy, Required: []string{"policy"}, Calls: [3]string{"", "CreatePolicyVersion", ""},
			Defaults: Properties{"path": "/"},
			Unique:   []string{"name"}, Check: managedDocument.check("policy")},
		Kind{Type: RolePolicyAttachment, Import: "{role}/{policyArn}", Required: []string{"role"}, Calls: [3]string{"AttachRolePolicy", "",
			"DetachRolePolicy"},
			Refs: []Ref{inRole, {Path: "policyArn", To: Policy, Hold: Block}}},
		Kind{Type: RolePolicy, Required: []string{"role", "policy"}, Calls: [3]string{"PutRolePolicy", "PutRolePolicy", ""},
			Refs: []Ref{inRole}, Check: inlineDocument.check("policy")},
		Kind{Type: OpenIdConnectProvider, Required: []string{"clientIdLists"},
			Calls:  [3]string{"CreateOpenIDConnectProvider", "UpdateOpenIDConnectProviderThumbprint", "DeleteOpenIDConnectProvider"},
			Unique: []string{"url"}},
	)
	register(kms,
		// A deleted key is only scheduled for deletion; the account drops it at once.
		Kind{Type: Key, Calls: [3]string{"", "UpdateKey", "ScheduleKeyDeletion"},
			Defaults: Properties{"customerMasterKeySpec": "SYMMETRIC_DEFAULT", "keyUsage": "ENCRYPT_DECRYPT", "isEnabled": true,
				"enableKeyRotation": false},
			Check: keyDocument.check("policy"), Apply: applyKey},
		Kind{Type: Alias,
			Unique: []string{"name"}, Refs: []Ref{{Path: "targetKeyId", To: Key, Hold: Follow}}},
	)
	register(logs,
		Kind{Type: LogGroup, Calls: [3]string{"", "PutRetentionPolicy", ""},
			Defaults: Properties{"logGroupClass": "STANDARD", "retentionInDays": 0}, Unique: []string{"name"}, Refs: []Ref{{Path: "kmsKeyId",
				To: Key}}},
	)
}

// applyKey refuses a policy after which nobody could change the policy
// (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#allow-access-to-key-administrators).
func applyKey(_ *State, r, _ *Resource) error {
	if !r.has("policy") || r.Bool("bypassPolicyLockoutSafetyCheck") {
		return nil
	}
	_, statements, _ := readDocument(r.String("policy"))
	for _, st := range statements {
		who := append(st.Strings("Principal.AWS"), st.Strings("Principal")...)
		mine := slices.ContainsFunc(who, func(p string) bool { return p == "*" || strings.Contains(p, AccountID) })
		if st.String("Effect") == "Allow" && mine && allowsAction(st, "kms:PutKeyPolicy") {
			return nil
		}
	}
	return refuse("MalformedPolicyDocumentException", "The new key policy will not allow you to update the key policy in the future.")
}
