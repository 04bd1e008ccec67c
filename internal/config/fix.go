package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/edge"
	"github.com/modelway/modelway/internal/network"
)

// shellSafe is a word that a shell takes as it is.
var shellSafe = regexp.MustCompile(`^[A-Za-z0-9_./:@%+=,-]+$`)

// setFix returns the command that sets the value at the path.
func setFix(stack string, at path, value any) string {
	if at[0] == RegionKey {
		return fmt.Sprintf("pulumi config set --stack %s %s %v", stack, RegionKey, value)
	}
	return fmt.Sprintf("pulumi config set --stack %s --path %s %s", stack, quote(at.String()), quote(fmt.Sprint(value)))
}

// removeFix returns the command that removes the value at the path.
func removeFix(stack string, at path) string {
	return fmt.Sprintf("pulumi config rm --stack %s --path %s", stack, quote(at.String()))
}

// editFix returns advice to change the stack's file.
func editFix(stack, what string) string {
	return fmt.Sprintf("in Pulumi.%s.yaml, %s", stack, what)
}

// either joins alternatives.
func either(fixes ...string) string { return strings.Join(fixes, "\nor: ") }

// steps joins commands to run one after another.
func steps(fixes ...string) string { return strings.Join(fixes, "\n") }

// remark puts a comment behind a command, in a form that a shell ignores.
func remark(fix, comment string) string { return fix + " # " + comment }

// quote makes one shell word of the text.
func quote(text string) string {
	if shellSafe.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// examples holds a value to show in a fix for keys that have neither a default nor a closed set, by name of the key.
var examples = map[string]any{
	"adminRoleArns[]":     "arn:aws:iam::111122223333:role/platform-admin",
	"publicAccessCidrs[]": "203.0.113.0/24",
	"certificateArns[]":   "arn:aws:acm:us-east-1:111122223333:certificate/11111111-2222-3333-4444-555555555555",
	"instanceTypes[]":     "m6i.large",
	"domain":              "company.com",
	"namespace":           "models",
	"name":                "general",
	"key":                 "dedicated",
	"port":                8080,
	"image":               "ghcr.io/company/fraud-detection:1.0.0",
	"min":                 1,
	"max":                 3,
	"cpu":                 "500m",
	"memory":              "1Gi",
	"zoneNames[]":         "us-east-1a",
	"privateSubnetIds[]":  network.ExampleSubnet,
	"publicSubnetIds[]":   network.ExampleSubnet,
	"principalArn":        "arn:aws:iam::111122223333:role/data-science",
	"namespaces[]":        "models",
	"hostedZoneId":        edge.ExampleZone,
	"alertEmails[]":       "ml-platform@company.com",
	"repositories[]":      "models/fraud-detection",
	"environments[]":      "dev",
	"alertTopicArns[]":    "arn:aws:sns:us-east-1:111122223333:budgets",
	"values[]":            "predict",
	"rule":                exampleRule,
	"resource":            "modelway-cluster-eksCluster",
	"reason":              "migration until the end of the quarter",
	"expires":             exampleDay,
	"allowedRegistries[]": "ghcr.io/*",
}

// example returns the path of a value to set in order to fill what is at the path, and that value.
func example(s *schema, at path) (path, any) {
	switch s.kind() {
	case "array":
		return example(s.Items, at.at(0))
	case "object":
		if names := append(slices.Clone(s.Required), s.propertyNames()...); len(names) > 0 {
			return example(s.Properties[names[0]], at.at(names[0]))
		}
		if s.AdditionalProperties.schema != nil && s.AdditionalProperties.schema.kind() == "string" {
			return at.at("team"), "mlops"
		}
		return at, "{}"
	}
	return at, exampleValue(s, at)
}

// exampleValue returns an allowed value of a key: its default, the first of its closed set, or one from examples.
func exampleValue(s *schema, at path) any {
	switch {
	case s.Default != nil && s.Default != "":
		return s.Default
	case len(s.Enum) > 0:
		return s.Enum[0]
	}
	if value, ok := examples[at.name()]; ok {
		return value
	}
	if s.Minimum != nil {
		return *s.Minimum
	}
	return map[string]any{"integer": 1, "boolean": true}[s.kind()]
}

// exampleOr returns the example for the key, or the value where there is none.
func exampleOr(at path, value any) any {
	if shown, ok := examples[at.name()]; ok {
		return shown
	}
	return value
}
