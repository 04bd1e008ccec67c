package config

import (
	"github.com/modelway/modelway/internal/edge"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/strict"
)

// The words of package strict, as the checks use them.
type (
	// Fault is one thing that is wrong with the configuration.
	Fault = strict.Fault
	// Error is what Load returns for a configuration with faults. errors.As also finds each Fault in it.
	Error = strict.Error
	// Source is where configuration comes from: a Pulumi program (FromContext) or anything else that holds the same keys.
	Source = strict.Source
	// Values is a Source in memory, for tests and for programs that build their configuration themselves.
	Values = strict.Values

	path     = strict.Path
	document = strict.Document
	absent   = strict.Absent
)

var (
	newFault = strict.NewFault
	steps    = strict.Steps
	either   = strict.Either
	remark   = strict.Remark
)

// settingsOf judges the settings of a stack, and writes fixes of them.
func settingsOf(stack string) strict.Stack {
	return strict.Stack{Name: stack, Schema: rootSchema(), Examples: examples}
}

// setFix returns the command that sets the value at the path.
func setFix(stack string, at path, value any) string { return settingsOf(stack).Set(at, value) }

// removeFix returns the command that removes the value at the path.
func removeFix(stack string, at path) string { return settingsOf(stack).Remove(at) }

// editFix returns advice to change the stack's file.
func editFix(stack, what string) string { return settingsOf(stack).Edit(what) }

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
	"deadMansSwitch":      monitoring.ExampleSwitch,
	"topicArn":            monitoring.ExampleTopic(""),
	"secret":              monitoring.ExampleSecret(monitoring.TypeSlack),
	"teams[]":             "risk",
	"to[]":                monitoring.ExampleAddress,
	"from":                monitoring.ExampleSender,
	"server":              monitoring.ExampleServer,
}
