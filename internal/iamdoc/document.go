// Package iamdoc builds IAM policy documents as Go values: typed, checked, and with the same JSON on every run.
//
// The grammar is https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html. On top of it, a document
// names every action in full, and a statement about all resources says why.
package iamdoc

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode"
)

// Version is the current version of the policy language, the only one that has policy variables.
const Version = "2012-10-17"

// The effects of a statement.
const (
	Allow = "Allow"
	Deny  = "Deny"
)

// Document is a policy.
type Document struct {
	// Kind says what the policy is attached to. Default: a role's trust policy when a statement has a principal, a customer
	// managed policy otherwise.
	Kind Kind
	// Statements are what the policy says, at least one.
	Statements []Statement

	fault error
}

// Invalid is a document that could not be made: Validate and JSON report the fault. With it a function that makes documents
// returns one value.
func Invalid(fault error) Document { return Document{fault: fault} }

// Statement allows or denies actions.
type Statement struct {
	// Sid identifies the statement within its document: letters and digits, optional.
	Sid string
	// Effect is Allow or Deny.
	Effect string
	// Principal is who the statement is about; only in trust policies and bucket policies.
	Principal *Principal
	// Action lists actions such as s3:GetObject, without wildcards.
	Action Values
	// Resource lists ARNs, or * alone; absent in trust policies.
	Resource Values
	// AnyResource says why the Resource is *: why AWS offers nothing narrower for these actions. Required with * and refused
	// without it. It is not part of the JSON.
	AnyResource string
	// Condition limits the statement: operator, then condition key, then values.
	Condition Conditions
}

// Conditions map an operator such as StringEquals to condition keys and their values.
type Conditions map[string]map[string]Values

// Principal is who a trust policy or a bucket policy is about.
type Principal struct {
	// Service are AWS services, for example eks-fargate-pods.amazonaws.com.
	Service Values `json:"Service,omitempty"`
	// AWS are ARNs of roles, users or accounts; * is everyone, which only a Deny may name.
	AWS Values `json:"AWS,omitempty"`
	// Federated are ARNs of identity providers.
	Federated Values `json:"Federated,omitempty"`
}

// Everyone is the principal of statements that deny something to all
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous).
func Everyone() *Principal { return &Principal{AWS: Values{anything}} }

// Values is one value or several; one is written as a plain string, as IAM itself does.
type Values []string

// MarshalJSON writes a single value as a string and several as an array, in the given order.
func (v Values) MarshalJSON() ([]byte, error) {
	if len(v) == 1 {
		return encode(v[0])
	}
	return encode([]string(v))
}

// UnmarshalJSON reads a string or an array of strings.
func (v *Values) UnmarshalJSON(text []byte) error {
	var one string
	if err := json.Unmarshal(text, &one); err == nil {
		*v = Values{one}
		return nil
	}
	var several []string
	err := json.Unmarshal(text, &several)
	*v = several
	return err
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

// policy is the JSON form of a document.
type policy struct {
	Version   string
	Statement []statement
}

// MarshalJSON writes the document in IAM's grammar, without white space; map keys are sorted.
func (d Document) MarshalJSON() ([]byte, error) {
	statements := make([]statement, len(d.Statements))
	for i, s := range d.Statements {
		statements[i] = statement{s.Sid, s.Effect, s.Principal, s.Action, s.Resource, s.Condition}
	}
	return encode(policy{Version, statements})
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

// Merge is one document with the statements of all, in order, and the kind of the first.
func Merge(documents ...Document) Document {
	var merged Document
	for i, d := range documents {
		if i == 0 {
			merged.Kind = d.Kind
		}
		merged.Statements = append(merged.Statements, d.Statements...)
		merged.fault = errors.Join(merged.fault, d.fault)
	}
	return merged
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
