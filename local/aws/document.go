package aws

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// documentKind is where an IAM document is used.
type documentKind int

const (
	identityPolicy documentKind = iota
	trustPolicy
	resourcePolicy
)

// oneOrMore is a JSON string or list of strings.
type oneOrMore []string

func (l *oneOrMore) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*l = oneOrMore{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(l))
}

type principal map[string]oneOrMore

func (p *principal) UnmarshalJSON(raw []byte) error {
	if string(raw) == `"*"` {
		*p = principal{"AWS": {"*"}}
		return nil
	}
	return json.Unmarshal(raw, (*map[string]oneOrMore)(p))
}

type statement struct {
	Sid, Effect       string
	Action, NotAction oneOrMore
	Resource          oneOrMore
	NotResource       oneOrMore
	Principal         principal
	NotPrincipal      principal
	Condition         map[string]map[string]any
}

type document struct {
	Version   string
	ID        string `json:"Id"`
	Statement []statement
}

var action = regexp.MustCompile(`^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$`)

// parseDocument reads an IAM document and applies the grammar of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
func parseDocument(raw string, kind documentKind) (document, error) {
	malformed := func(format string, args ...any) (document, error) {
		return document{}, refuse("MalformedPolicyDocument", format, args...)
	}
	var d document
	single := struct{ Statement json.RawMessage }{}
	if err := json.Unmarshal([]byte(raw), &single); err != nil {
		return malformed("This policy contains invalid Json: %v", err)
	}
	if strings.HasPrefix(strings.TrimSpace(string(single.Statement)), "{") {
		raw = strings.Replace(raw, string(single.Statement), "["+string(single.Statement)+"]", 1)
	}
	decoder := json.NewDecoder(strings.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		return malformed("Syntax errors in policy: %v", err)
	}
	if d.Version != "2012-10-17" && d.Version != "2008-10-17" {
		return malformed("Syntax errors in policy: Version is %q, allowed are 2012-10-17, 2008-10-17", d.Version)
	}
	if len(d.Statement) == 0 {
		return malformed("Syntax errors in policy: Statement is empty")
	}
	var sids []string
	for i, st := range d.Statement {
		at := fmt.Sprintf("statement %d", i+1)
		if st.Sid != "" && slices.Contains(sids, st.Sid) {
			return malformed("Statement IDs (SID) in a single policy must be unique: %q", st.Sid)
		}
		sids = append(sids, st.Sid)
		switch actions := slices.Concat(st.Action, st.NotAction); {
		case st.Effect != "Allow" && st.Effect != "Deny":
			return malformed("Syntax errors in policy: %s has Effect %q, allowed are Allow, Deny", at, st.Effect)
		case len(actions) == 0:
			return malformed("Syntax errors in policy: %s has no Action", at)
		case slices.ContainsFunc(actions, func(a string) bool { return !action.MatchString(a) }):
			return malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: %s has %v", at, actions)
		}
		resources := slices.Concat(st.Resource, st.NotResource)
		switch principals := len(st.Principal) + len(st.NotPrincipal); {
		case kind == trustPolicy && len(resources) > 0:
			return malformed("Has prohibited field Resource: %s", at)
		case kind == identityPolicy && principals > 0:
			return malformed("Policy document should not specify a principal: %s", at)
		case kind != identityPolicy && principals == 0:
			return malformed("Missing required field Principal: %s", at)
		case kind != trustPolicy && len(resources) == 0:
			return malformed("Policy statement must contain resources: %s", at)
		}
		for _, r := range resources {
			if r != "*" && !strings.HasPrefix(r, "arn:") {
				return malformed("Resource %s must be in ARN format or \"*\": %s", r, at)
			}
		}
	}
	return d, nil
}

// trusts says whether a service may assume a role with this trust policy.
func (d document) trusts(service string) bool {
	return slices.ContainsFunc(d.Statement, func(st statement) bool {
		return st.Effect == "Allow" && slices.Contains(st.Principal["Service"], service)
	})
}

// documentSize counts characters as IAM does: without white space.
func documentSize(raw string) int {
	return len(strings.Join(strings.Fields(raw), ""))
}
