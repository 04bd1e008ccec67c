package aws

import (
	"fmt"
	"regexp"
	"strings"
)

// Types of IAM resources.
const (
	Role                  = "aws:iam/role:Role"
	RolePolicyAttachment  = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	Policy                = "aws:iam/policy:Policy"
	RolePolicy            = "aws:iam/rolePolicy:RolePolicy"
	OpenIdConnectProvider = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
)

// Quotas: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
const (
	maxRoleName        = 64
	maxPolicyName      = 128
	maxManagedPolicy   = 6144
	maxInlinePolicies  = 10240
	maxTrustPolicy     = 2048
	maxPoliciesPerRole = 10
)

// managedPolicies are the policies of AWS that the account knows, without arn:aws:iam::aws:policy/
// (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html).
var managedPolicies = strings.Fields(`AdministratorAccess ReadOnlyAccess PowerUserAccess AmazonEKSClusterPolicy AmazonEKSVPCResourceController
	AmazonEKSWorkerNodePolicy AmazonEKSWorkerNodeMinimalPolicy AmazonEKS_CNI_Policy AmazonEKSFargatePodExecutionRolePolicy
	AmazonEC2ContainerRegistryReadOnly AmazonEC2ContainerRegistryPullOnly AmazonEC2ContainerRegistryPowerUser AmazonSSMManagedInstanceCore
	AmazonS3ReadOnlyAccess CloudWatchAgentServerPolicy AWSXRayDaemonWriteAccess service-role/AmazonEBSCSIDriverPolicy service-role/AmazonEFSCSIDriverPolicy`)

func managedPolicy(arn string) bool {
	name, ok := strings.CutPrefix(arn, "arn:aws:iam::aws:policy/")
	return ok && strings.Contains(" "+strings.Join(managedPolicies, " ")+" ", " "+name+" ")
}

func init() {
	exists := func(noun string) Refusal { return Refusal{"EntityAlreadyExists", noun + " already exists."} }
	missing := func(noun string) Refusal {
		return Refusal{"NoSuchEntity", "The " + noun + " with name {value} cannot be found."}
	}
	register(
		Kind{Type: Role, Service: "iam", ID: "{name}", Arn: "arn:aws:iam::{account}:role{path}{name}", Name: "name",
			Calls: [3]string{"", "UpdateRole", ""}, Required: []string{"assumeRolePolicy"},
			Defaults: Properties{"path": "/", "maxSessionDuration": 3600},
			Computed: map[string]string{"uniqueId": "AROA{hex17}", "createDate": "{now}"},
			Unique:   []string{"name"}, Duplicate: exists("Role with name {name}"), NotFound: missing("role"),
			InUse: Refusal{"DeleteConflict", "Cannot delete entity, must detach all policies first."},
			Refs:  []Ref{{"permissionsBoundary", Policy, Block}},
			Check: checkRole, Create: createRole, Update: func(s *State, r, _ *Resource) error { return createRole(s, r) },
			Delete: func(s *State, r *Resource) error {
				if r.Bool("forceDetachPolicies") {
					for _, typ := range []string{RolePolicyAttachment, RolePolicy} {
						for _, a := range s.Where(typ, "role", r.ID) {
							s.remove(a)
						}
					}
				}
				return nil
			}},
		Kind{Type: Policy, Service: "iam", ID: "{arn}", Arn: "arn:aws:iam::{account}:policy{path}{name}", Name: "name", Required: []string{"policy"},
			Calls: [3]string{"", "CreatePolicyVersion", ""}, Defaults: Properties{"path": "/"}, Computed: map[string]string{"policyId": "ANPA{hex17}"},
			Unique: []string{"name"}, Duplicate: Refusal{"EntityAlreadyExists", "A policy called {name} already exists. Duplicate names are not allowed."},
			NotFound: Refusal{"NoSuchEntity", "Policy {value} does not exist or is not attachable."},
			InUse:    Refusal{"DeleteConflict", "Cannot delete a policy attached to entities."}, // as a permissions boundary
			Check: func(in Properties) []error {
				return append(nameFaults(in, maxPolicyName), documentFaults(in, "policy", identityPolicy, maxManagedPolicy, "PolicySize")...)
			},
			Delete: func(s *State, r *Resource) error {
				attached := append(s.Where(RolePolicyAttachment, "policyArn", r.ID), s.Where(Role, "managedPolicyArns", r.ID)...)
				if len(attached) > 0 {
					return refuse("DeleteConflict", "Cannot delete a policy attached to entities. Held by %s.", attached[0].ID)
				}
				return nil
			}},
		Kind{Type: RolePolicyAttachment, Service: "iam", Calls: [3]string{"AttachRolePolicy", "", "DetachRolePolicy"}, ID: "{role}-{hex17}",
			Required: []string{"role"}, NotFound: missing("attachment"), Refs: []Ref{{"role", Role, Block}},
			Create: func(s *State, r *Resource) error {
				if n := len(s.RolePolicies(r.String("role"))); n >= maxPoliciesPerRole {
					return refuse("LimitExceeded", "Cannot exceed quota for PoliciesPerRole: %d", maxPoliciesPerRole)
				}
				return s.attachable(r.String("policyArn"))
			}},
		Kind{Type: RolePolicy, Service: "iam", Calls: [3]string{"PutRolePolicy", "PutRolePolicy", ""}, ID: "{role}:{name}", Name: "name",
			Required: []string{"role", "policy"}, NotFound: missing("role policy"), Refs: []Ref{{"role", Role, Block}},
			Check: func(in Properties) []error {
				return append(nameFaults(in, maxPolicyName), documentFaults(in, "policy", identityPolicy, maxInlinePolicies, "role inline policies")...)
			}},
		Kind{Type: OpenIdConnectProvider, Service: "iam", Calls: [3]string{"CreateOpenIDConnectProvider", "UpdateOpenIDConnectProviderThumbprint", "DeleteOpenIDConnectProvider"},
			ID: "{arn}", Arn: "arn:aws:iam::{account}:oidc-provider/{host}", Required: []string{"clientIdLists"},
			Unique: []string{"url"}, Duplicate: exists("Provider with url {url}"), NotFound: missing("OpenIDConnect Provider"),
			Check: func(in Properties) []error {
				if u := in.String("url"); u != "" && !strings.HasPrefix(u, "https://") {
					return []error{fmt.Errorf("url is %q: it must begin with https://", u)}
				}
				return nil
			},
			Create: func(s *State, r *Resource) error {
				r.Computed.set("host", strings.TrimPrefix(r.String("url"), "https://"))
				r.Computed.set("arn", s.expand(kinds[r.Type].Arn, r))
				r.ID = r.String("arn")
				if !r.Inputs.Has("thumbprintLists") {
					r.Computed.set("thumbprintLists", []any{randomHex(40)})
				}
				return nil
			}},
	)
}

var iamName = regexp.MustCompile(`^[\w+=,.@-]+$`)

func nameFaults(in Properties, limit int) []error {
	if name := in.String("name"); name != "" && (len(name) > limit || !iamName.MatchString(name)) {
		return []error{fmt.Errorf("name is %q (%d characters): want 1 to %d characters out of letters, digits and _+=,.@-", name, len(name), limit)}
	}
	return nil
}

func documentFaults(in Properties, path string, kind documentKind, limit int, quota string) []error {
	raw := in.String(path)
	if raw == "" {
		return nil
	}
	if _, err := parseDocument(raw, kind); err != nil {
		return []error{fmt.Errorf("%s: %w", path, err)}
	}
	if size := documentSize(raw); size > limit {
		return []error{fmt.Errorf("%s: %w", path, refuse("LimitExceeded", "Cannot exceed quota for %s: %d (it has %d characters without white space)", quota, limit, size))}
	}
	return nil
}

func checkRole(in Properties) []error {
	faults := append(nameFaults(in, maxRoleName), documentFaults(in, "assumeRolePolicy", trustPolicy, maxTrustPolicy, "ACLSizePerRole")...)
	if p := in.String("path"); p != "" && (!strings.HasPrefix(p, "/") || !strings.HasSuffix(p, "/")) {
		faults = append(faults, fmt.Errorf("path is %q: it must begin and end with /", p))
	}
	return faults
}

// createRole refuses trust in roles and attachments of policies that do not exist.
func createRole(s *State, r *Resource) error {
	trust, err := parseDocument(r.String("assumeRolePolicy"), trustPolicy)
	if err != nil {
		return err
	}
	for _, st := range trust.Statement {
		for _, p := range st.Principal["AWS"] {
			if strings.HasPrefix(p, "arn:aws:iam::"+AccountID+":role/") && s.Get(Role, p) == nil {
				return refuse("MalformedPolicyDocument", "Invalid principal in policy: \"AWS\":\"%s\"", p)
			}
		}
	}
	for _, arn := range r.Strings("managedPolicyArns") {
		if err := s.attachable(arn); err != nil {
			return err
		}
	}
	return nil
}

func (s *State) attachable(arn string) error {
	if managedPolicy(arn) || s.Get(Policy, arn) != nil {
		return nil
	}
	return s.refusal(kinds[Policy].NotFound, &Resource{Type: Policy, ID: arn}, arn)
}

// RolePolicies returns the ARNs of the policies attached to a role and the names of its inline ones, or nil when the role, given by
// name or ARN, does not exist.
func (s *State) RolePolicies(role string) []string {
	r := s.Get(Role, role)
	if r == nil {
		return nil
	}
	all := append([]string{}, r.Strings("managedPolicyArns")...)
	all = append(all, r.Strings("inlinePolicies.name")...)
	for _, a := range s.Where(RolePolicyAttachment, "role", r.ID) {
		all = append(all, a.String("policyArn"))
	}
	for _, p := range s.Where(RolePolicy, "role", r.ID) {
		all = append(all, p.String("name"))
	}
	return all
}

// roleTrusts says whether a role, given by ARN, exists and lets a service assume it.
func (s *State) roleTrusts(arn, service string) bool {
	r := s.Get(Role, arn)
	if r == nil {
		return false
	}
	trust, err := parseDocument(r.String("assumeRolePolicy"), trustPolicy)
	return err == nil && trust.trusts(service)
}
