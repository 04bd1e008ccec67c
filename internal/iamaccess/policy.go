// Package iamaccess decides what policies allow, as IAM does for identities and resources of one account: what no statement allows is
// denied, and an explicit deny wins
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html).
package iamaccess

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/glob"
	"github.com/modelway/modelway/internal/iamdoc"
)

// Policy is the text of an identity-based policy, as IAM gets it.
type Policy struct {
	Statements []Statement `json:"Statement"`
}

// Statement is a statement of a policy. Of Action and NotAction one is set, and likewise of Resource and NotResource. Principal is set in
// resource-based policies and trust policies only; see [Policy.For].
type Statement struct {
	Sid, Effect           string
	Principal             *Principal
	Action, NotAction     iamdoc.Values
	Resource, NotResource iamdoc.Values
	Condition             map[string]map[string]iamdoc.Values
}

// Parse reads the JSON of a policy, with actions in lower case, since their case does not matter
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html). It reports policy variables, which it does
// not know.
func Parse(text string) (Policy, error) {
	var policy Policy
	if err := json.Unmarshal([]byte(text), &policy); err != nil {
		return Policy{}, fmt.Errorf("reading the policy: %w", err)
	}
	if strings.Contains(text, "${") {
		return Policy{}, fmt.Errorf("the policy has a policy variable (${...}), which is not known here: write its value")
	}
	for _, s := range policy.Statements {
		for _, actions := range []iamdoc.Values{s.Action, s.NotAction} {
			for i, action := range actions {
				actions[i] = strings.ToLower(action)
			}
		}
	}
	return policy, nil
}

// Request is a call of an API about one resource.
type Request struct {
	// Action is what is called, such as s3:GetObject, and Resource the ARN that it is about.
	Action, Resource string
	// Tags are those of the resource, the condition keys aws:ResourceTag/<key>.
	Tags map[string]string
	// Context are the other condition keys of the request.
	Context map[string][]string
	// Free says that the caller chooses every condition key that Context lacks, except for the resource's tags: a request is allowed when
	// it is for some choice.
	Free bool
}

// Decision is what policies say of a request.
type Decision struct {
	// Allowed says that a statement allows the request and none denies it.
	Allowed bool
	// By are the statements that decided: those that deny, or else those that allow.
	By []Statement
}

// Decide holds a request against policies together. It reports condition operators that it does not know.
func Decide(request Request, policies ...Policy) (Decision, error) {
	var allow, deny []Statement
	action := strings.ToLower(request.Action)
	for _, policy := range policies {
		for _, s := range policy.Statements {
			if !s.about(action, request.Resource) {
				continue
			}
			holds, err := s.holds(request)
			if err != nil {
				return Decision{}, fmt.Errorf("statement %q: %w", s.Sid, err)
			}
			switch {
			case s.Effect == iamdoc.Allow && holds != never:
				allow = append(allow, s)
			case s.Effect == iamdoc.Deny && holds == always:
				deny = append(deny, s)
			}
		}
	}
	if len(deny) > 0 {
		return Decision{By: deny}, nil
	}
	return Decision{Allowed: len(allow) > 0, By: allow}, nil
}

// about says whether a statement names the action, in lower case, and the resource.
func (s Statement) about(action, resource string) bool {
	if len(s.NotAction) > 0 && matchesAny(s.NotAction, action, glob.Match) || len(s.NotAction) == 0 && !matchesAny(s.Action, action,
		glob.Match) {
		return false
	}
	if len(s.NotResource) > 0 {
		return !matchesAny(s.NotResource, resource, MatchesArn)
	}
	return matchesAny(s.Resource, resource, MatchesArn)
}

func matchesAny(patterns []string, value string, matches func(pattern, value string) bool) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, value) })
}

// MatchesArn says whether a pattern with * and ? stands for an ARN. Neither crosses from one of the first five parts of the ARN, which
// colons divide, into another (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html).
func MatchesArn(pattern, arn string) bool {
	const parts = 6
	patterns, values := strings.SplitN(pattern, ":", parts), strings.SplitN(arn, ":", parts)
	if len(patterns) < parts && len(values) < parts || pattern == "*" {
		return glob.Match(pattern, arn)
	}
	if len(patterns) != len(values) {
		return false
	}
	for i := range patterns {
		if !glob.Match(patterns[i], values[i]) {
			return false
		}
	}
	return true
}
