package aws

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// readDocument returns the statements of an IAM document. Actions, resources and services are one string or a list of them.
func readDocument(raw string) (version string, statements []Properties, err error) {
	var document Properties
	if err := json.Unmarshal([]byte(raw), &document); err != nil {
		return "", nil, fmt.Errorf("This policy contains invalid Json: %w", err) //nolint:staticcheck // AWS's text
	}
	return document.String("Version"), document.Objects("Statement"), nil
}

// checkDocument applies the grammar of an IAM document, as far as a slip in it is easily made, and its quota in characters without
// white space (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html). A trust policy has principals,
// any other has resources.
func checkDocument(path string, trust bool, quota int) func(Properties) []error {
	return func(in Properties) (faults []error) {
		raw := in.String(path)
		if raw == "" {
			return nil
		}
		fault := func(code, format string, args ...any) {
			faults = append(faults, fmt.Errorf("%s: %w", path, refuse(code, format, args...)))
		}
		malformed := func(format string, args ...any) { fault("MalformedPolicyDocument", format, args...) }
		version, statements, err := readDocument(raw)
		if err != nil {
			malformed("%v", err)
			return faults
		}
		if version != "2012-10-17" || len(statements) == 0 {
			malformed("Syntax errors in policy: Version is %q with %d statements, allowed is 2012-10-17 with at least one", version, len(statements))
		}
		for i, st := range statements {
			if effect := st.String("Effect"); effect != "Allow" && effect != "Deny" {
				malformed("Syntax errors in policy: statement %d has Effect %q, allowed are Allow, Deny", i+1, effect)
			}
			if trust != st.Has("Principal") || trust == (st.Has("Resource") || st.Has("NotResource")) {
				malformed("statement %d: a trust policy has Principal and no Resource, any other policy has Resource and no Principal", i+1)
			}
		}
		if size := len(strings.Join(strings.Fields(raw), "")); size > quota {
			fault("LimitExceeded", "Cannot exceed quota: %d (it has %d characters without white space)", quota, size)
		}
		return faults
	}
}

// trusts says whether a service may assume a role.
func trusts(role *Resource, service string) bool {
	_, statements, _ := readDocument(role.String("assumeRolePolicy"))
	return slices.ContainsFunc(statements, func(st Properties) bool {
		return st.String("Effect") == "Allow" && slices.Contains(st.Strings("Principal.Service"), service)
	})
}
