package iamdoc

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// anything is the resource or principal that stands for all.
const anything = "*"

// Validate reports every fault of the document's grammar and size.
func (d Document) Validate() error {
	if d.fault != nil {
		return d.fault
	}
	var faults []error
	kind := d.kind()
	if !slices.Contains([]Kind{managed, trust, Inline, Bucket}, kind) {
		faults = append(faults, fmt.Errorf("the Kind is %q: use %q or %q, or none for a managed policy or a trust policy", d.Kind, Inline,
			Bucket))
	}
	if len(d.Statements) == 0 {
		faults = append(faults, errors.New("the document has no statements: add at least one"))
	}
	seen := map[string]bool{}
	for i, s := range d.Statements {
		if s.Sid != "" && seen[s.Sid] {
			faults = append(faults, fmt.Errorf("%s: the Sid is used twice: make it unique in the document", s.label(i)))
		}
		seen[s.Sid] = true
		for _, fault := range slices.Concat(s.faults(), s.principalFaults(kind), s.resourceFaults()) {
			faults = append(faults, fmt.Errorf("%s: %w", s.label(i), fault))
		}
	}
	limit, owner := kind.limit()
	if size := d.measure(); size > limit {
		faults = append(faults, fmt.Errorf("the document has %d characters, %s allows %d: split it", size, owner, limit))
	}
	return errors.Join(faults...)
}

// label names a statement in messages, by its Sid or its place.
func (s Statement) label(index int) string {
	if s.Sid != "" {
		return fmt.Sprintf("statement %q", s.Sid)
	}
	return fmt.Sprintf("statement %d", index+1)
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
		service, name, ok := strings.Cut(action, ":")
		switch {
		case strings.ContainsAny(action, "*?"):
			faults = append(faults, fmt.Errorf("the Action %q has a wildcard, which would also grant what AWS adds later: name each action, for "+
				"example s3:GetObject", action))
		case !ok || service == "" || name == "":
			faults = append(faults, fmt.Errorf("the Action %q is not of the form service:Name, for example s3:GetObject", action))
		}
	}
	return faults
}

// principalFaults requires a principal where the kind of policy has one, and nowhere else.
func (s Statement) principalFaults(kind Kind) []error {
	var faults []error
	switch {
	case kind == Bucket && (s.Principal == nil || len(s.Resource) == 0):
		faults = append(faults, errors.New("a bucket policy has both a Principal and a Resource: name who may reach which objects"))
	case kind == Bucket:
	case s.Principal != nil && len(s.Resource) > 0:
		faults = append(faults, errors.New("there are both a Principal and a Resource: a trust policy has no Resource, a bucket policy is made "+
			"by BucketPolicy"))
	case s.Principal == nil && len(s.Resource) == 0:
		faults = append(faults, errors.New("there is neither a Resource nor a Principal: name the ARNs, or the principal of a trust policy"))
	case kind == trust && s.Principal == nil:
		faults = append(faults, errors.New(
			"there is no Principal, while other statements have one: name it, or move the statement to a policy of its own"))
	case kind == Inline && s.Principal != nil:
		faults = append(faults, errors.New("there is a Principal: an inline policy is about the role that has it; remove it"))
	}
	if s.Principal == nil {
		return faults
	}
	named := slices.Concat(s.Principal.Service, s.Principal.AWS, s.Principal.Federated)
	if len(named) == 0 {
		faults = append(faults, errors.New("the Principal is empty: name a service, an account or a role"))
	}
	for _, principal := range named {
		if principal == "" {
			faults = append(faults, errors.New("the Principal has an empty name: name a service, an account or a role"))
		}
		everyone := principal == anything && s.Effect == Deny && kind == Bucket && slices.Contains(s.Principal.AWS, anything)
		if strings.Contains(principal, anything) && !everyone {
			faults = append(faults, fmt.Errorf(
				"the Principal %q has a wildcard: name the account or role; only a bucket policy's Deny may name everyone", principal))
		}
	}
	return faults
}

// resourceFaults requires ARNs, or * with a reason.
func (s Statement) resourceFaults() []error {
	var faults []error
	all := slices.Contains(s.Resource, anything)
	switch {
	case all && len(s.Resource) > 1:
		faults = append(faults, errors.New("the Resource has * beside ARNs: remove one of them"))
	case all && strings.TrimSpace(s.AnyResource) == "":
		faults = append(faults, errors.New(
			"the Resource is * without a reason: name ARNs, or say in AnyResource why AWS offers nothing narrower"))
	case !all && s.AnyResource != "":
		faults = append(faults, errors.New("there is a reason in AnyResource, but the Resource is not *: remove the reason"))
	}
	for _, resource := range s.Resource {
		switch {
		case resource == "":
			faults = append(faults, errors.New("a Resource is empty: name the ARN or *"))
		case resource != anything && strings.Trim(resource, "*?") == "":
			faults = append(faults, fmt.Errorf("the Resource %q stands for all: write * with a reason in AnyResource", resource))
		}
	}
	return faults
}
