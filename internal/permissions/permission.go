package permissions

import (
	"maps"
	"slices"

	"github.com/modelway/modelway/internal/aws/kinds"
	"github.com/modelway/modelway/internal/iamdoc"
)

// scope is what some actions may be used on: one statement of one policy.
type scope struct {
	// name is what package kinds calls it, and the statement's Sid.
	name kinds.Scope
	// policy is the policy that the statement is part of.
	policy string
	// reason is why the scope is all resources, which it is then.
	reason string
	// resources are the ARNs; unset with a reason. No ARNs means no statement.
	resources func(Target) iamdoc.Values
	// conditions limit the statement; unset for none.
	conditions func(Target) iamdoc.Conditions
	// old are resources of names that do not carry the environment. A second statement is about them, and wants the owner's tag.
	old func(Target) iamdoc.Values
	// deny turns the statement round.
	deny bool
}

// Covers says whether the roles have the permissions for resources of a type, given by its token in Pulumi.
func Covers(resourceType string) bool {
	k, _ := kinds.Of(resourceType)
	return len(k.Needs) > 0
}

// statements are what all needs grant within a scope: on its resources, and on those of old names.
func (s scope) statements(t Target) []iamdoc.Statement {
	var all []iamdoc.Statement
	made, any := s.statement(t)
	if any {
		all = append(all, made)
	}
	if s.old == nil || len(made.Action) == 0 {
		return all
	}
	made.Sid, made.Resource = made.Sid+"OfOldNames", s.old(t)
	conditions := ownedOnly(t)
	for operator, keys := range made.Condition {
		if conditions[operator] == nil {
			conditions[operator] = map[string]iamdoc.Values{}
		}
		maps.Copy(conditions[operator], keys)
	}
	made.Condition = conditions
	return append(all, made)
}

// statement collects what all needs grant within a scope; its actions are sorted.
func (s scope) statement(t Target) (iamdoc.Statement, bool) {
	made := iamdoc.Statement{Sid: string(s.name), Effect: iamdoc.Allow, Resource: iamdoc.Values{"*"}, AnyResource: s.reason}
	if s.deny {
		made.Effect = iamdoc.Deny
	}
	if s.reason == "" {
		made.Resource = s.resources(t)
	}
	if s.conditions != nil {
		made.Condition = s.conditions(t)
	}
	for _, grant := range kinds.Needs() {
		if grant.Scope == s.name {
			made.Action = append(made.Action, grant.Actions...)
		}
	}
	slices.Sort(made.Action)
	made.Action = slices.Compact(made.Action)
	return made, len(made.Action) > 0 && len(made.Resource) > 0
}

// policies are the policies of the given names, in their order, each with its statements in the order of the scopes. One without a
// statement is left out.
func policies(t Target, names ...string) []iamdoc.Named {
	var all []iamdoc.Named
	for _, name := range names {
		made := iamdoc.Named{Name: name}
		for _, s := range slices.Concat(networkScopes, clusterScopes, identityScopes, storageScopes, databaseScopes, edgeScopes) {
			if s.policy == name {
				made.Document.Statements = append(made.Document.Statements, s.statements(t)...)
			}
		}
		if len(made.Document.Statements) > 0 {
			all = append(all, made)
		}
	}
	return all
}

// The policies, each below IAM's limit of 6,144 characters, and together at most the ten that IAM attaches to a role. Both roles have
// those that read. Which policy has a statement is a matter of room.
const (
	readNetwork  = "read-network"
	readPlatform = "read-platform"
	readStates   = "read-state"
	network      = "network"
	clusters     = "cluster"
	identities   = "identity"
	issuance     = "policies-and-issuers"
	storage      = "storage"
	registry     = "keys-and-images"
	edge         = "edge"
)

// ReadPolicies are what a preview needs: to describe what the program registers, to read Pulumi's state, and to find the cluster's
// endpoint. They give no access to objects in other buckets, to secrets or to images.
func ReadPolicies(t Target) []iamdoc.Named { return policies(t, readNetwork, readPlatform, readStates) }

// DeployPolicies are what an update needs besides ReadPolicies.
func DeployPolicies(t Target) []iamdoc.Named {
	return policies(t, network, clusters, identities, issuance, storage, registry, edge)
}
