// Package iamdoc builds IAM policy documents as Go values: typed, checked, and with the same JSON on every run.
//
// The grammar is https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
package iamdoc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Version is the current version of the policy language, the only one that has policy variables.
const Version = "2012-10-17"

// Sizes that IAM accepts, in characters other than white space
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
const (
	// MaxManagedPolicy is the limit of a customer managed policy.
	MaxManagedPolicy = 6144
	// MaxTrustPolicy is the default limit of a role's trust policy.
	MaxTrustPolicy = 2048
)

// The effects of a statement.
const (
	Allow = "Allow"
	Deny  = "Deny"
)

// Document is a policy: a role's trust policy when its statements have principals, a permissions policy otherwise.
type Document struct {
	Statements []Statement
}

// Statement allows or denies actions.
type Statement struct {
	// Sid identifies the statement within its document: letters and digits, optional.
	Sid string
	// Effect is Allow or Deny.
	Effect string
	// Principal is who the statement is about; only in trust policies.
	Principal *Principal
	// Action lists actions such as s3:GetObject.
	Action Values
	// Resource lists ARNs or *; absent in trust policies.
	Resource Values
	// Condition limits the statement: operator, then condition key, then values.
	Condition Conditions
}

// Conditions map an operator such as StringEquals to condition keys and their values.
type Conditions map[string]map[string]Values

// Principal is who a trust policy is about.
type Principal struct {
	// Service are AWS services, for example eks-fargate-pods.amazonaws.com.
	Service Values `json:"Service,omitempty"`
	// AWS are ARNs of roles, users or accounts.
	AWS Values `json:"AWS,omitempty"`
	// Federated are ARNs of identity providers.
	Federated Values `json:"Federated,omitempty"`
}

// Values is one value or several; one is written as a plain string, as IAM itself does.
type Values []string

// MarshalJSON writes a single value as a string and several as an array, in the given order.
func (v Values) MarshalJSON() ([]byte, error) {
	if len(v) == 1 {
		return encode(v[0])
	}
	return encode([]string(v))
}

// statement is the JSON form: actions are always an array, single resources and condition values are plain strings.
type statement struct {
	Sid       string     `json:"Sid,omitempty"`
	Effect    string     `json:"Effect"`
	Principal *Principal `json:"Principal,omitempty"`
	Action    []string   `json:"Action"`
	Resource  Values     `json:"Resource,omitempty"`
	Condition Conditions `json:"Condition,omitempty"`
}

// MarshalJSON writes the document in IAM's grammar, without white space; map keys are sorted.
func (d Document) MarshalJSON() ([]byte, error) {
	statements := make([]statement, len(d.Statements))
	for i, s := range d.Statements {
		statements[i] = statement{s.Sid, s.Effect, s.Principal, s.Action, s.Resource, s.Condition}
	}
	return encode(struct {
		Version   string
		Statement []statement
	}{Version, statements})
}

// JSON is the document's text after Validate.
func (d Document) JSON() (string, error) {
	if err := d.Validate(); err != nil {
		return "", err
	}
	text, err := d.MarshalJSON()
	return string(text), err
}

// Size is the number of characters other than white space, which is what IAM counts.
func (d Document) Size() int {
	text, err := d.MarshalJSON()
	if err != nil {
		return 0
	}
	size := 0
	for _, r := range string(text) {
		if !unicode.IsSpace(r) {
			size++
		}
	}
	return size
}

// Merge is one document with the statements of all, in order.
func Merge(documents ...Document) Document {
	var merged Document
	for _, d := range documents {
		merged.Statements = append(merged.Statements, d.Statements...)
	}
	return merged
}

// Validate reports every fault of the document's grammar and size.
func (d Document) Validate() error {
	var faults []error
	if len(d.Statements) == 0 {
		faults = append(faults, errors.New("the document has no statements: add at least one"))
	}
	seen := map[string]bool{}
	for i, s := range d.Statements {
		where := fmt.Sprintf("statement %d", i+1)
		if s.Sid != "" {
			where = fmt.Sprintf("statement %q", s.Sid)
			if seen[s.Sid] {
				faults = append(faults, fmt.Errorf("%s: the Sid is used twice: make it unique in the document", where))
			}
			seen[s.Sid] = true
		}
		for _, fault := range s.faults() {
			faults = append(faults, fmt.Errorf("%s: %w", where, fault))
		}
	}
	limit := MaxManagedPolicy
	if d.trusts() {
		limit = MaxTrustPolicy
	}
	if size := d.Size(); size > limit {
		faults = append(faults, fmt.Errorf("the document has %d characters, IAM allows %d: split it", size, limit))
	}
	return errors.Join(faults...)
}

func (s Statement) faults() []error {
	var faults []error
	if s.Effect != Allow && s.Effect != Deny {
		faults = append(faults, fmt.Errorf("the Effect is %q: use %q or %q", s.Effect, Allow, Deny))
	}
	if strings.ContainsFunc(s.Sid, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		faults = append(faults, errors.New("the Sid has other characters than letters and digits: remove them"))
	}
	if len(s.Action) == 0 {
		faults = append(faults, errors.New("the Action is empty: name at least one, for example s3:GetObject"))
	}
	for _, action := range s.Action {
		if service, name, ok := strings.Cut(action, ":"); action != "*" && (!ok || service == "" || name == "") {
			faults = append(faults, fmt.Errorf("the Action %q is not of the form service:Name, for example s3:GetObject", action))
		}
	}
	switch {
	case s.Principal == nil && len(s.Resource) == 0:
		faults = append(faults, errors.New("there is neither a Resource nor a Principal: name the ARNs, or the principal of a trust policy"))
	case s.Principal != nil && len(s.Resource) > 0:
		faults = append(faults, errors.New("there are both a Principal and a Resource: a trust policy has no Resource"))
	}
	if slices.Contains(s.Resource, "") {
		faults = append(faults, errors.New("a Resource is empty: name the ARN or *"))
	}
	return faults
}

// trusts says whether this is a trust policy.
func (d Document) trusts() bool {
	return slices.ContainsFunc(d.Statements, func(s Statement) bool { return s.Principal != nil })
}

// encode is json.Marshal without its escapes for HTML, which IAM would count as six characters each.
func encode(value any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}
