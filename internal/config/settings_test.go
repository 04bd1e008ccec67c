package config

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/invopop/jsonschema"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/machine"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/internal/strict"
)

// TestSettingsPageIsCurrent writes docs/settings.md from the Go types, their comments, the tables and the stacks' files.
func TestSettingsPageIsCurrent(t *testing.T) {
	page := settingsPage{
		dev:  strict.ToDocument(loadStack(t, "dev")),
		prod: strict.ToDocument(loadStack(t, "prod")),
	}
	page.intro(loadStack(t, "dev").Region, loadStack(t, "prod").Region)
	root := reflectSchema(t)
	for pair := root.Properties.Oldest(); pair != nil; pair = pair.Next() {
		page.section(pair.Key, pair.Value)
	}
	page.tables()
	requireGolden(t, filepath.Join(projectRoot, "docs", "settings.md"), page.String())
}

// settingsPage is the text of docs/settings.md.
type settingsPage struct {
	strings.Builder
	dev, prod document
}

func (p *settingsPage) line(format string, values ...any) { fmt.Fprintf(p, format+"\n", values...) }

func (p *settingsPage) intro(dev, prod string) {
	p.line("# Settings\n")
	p.line("<!-- Generated from internal/config by `go test ./internal/config -update`. Do not edit. -->\n")
	p.line("Everything an environment can set, in `Pulumi.<stack>.yaml` or with `pulumi config set --stack <stack> --path <key> <value>`.")
	p.line("A stack's file holds only what differs from the defaults. Unknown keys, wrong types, values out of range and combinations that")
	p.line(
		"cannot work are all reported together before anything is registered, each with the fix. A key that stands beside `config:`, or beside")
	p.line("the setting that it belongs below, is reported before all else, with its line.\n")
	p.line("In the names, `[]` stands for any item of a list and `*` for any name. The dev and prod columns show what holds there.")
	p.line("Examples are YAML; of a list of objects they show one. Each is part of a whole environment that a test loads.\n")
	p.line("| key | type | default | example | dev | prod | meaning |")
	p.line("|---|---|---|---|---|---|---|")
	p.line("| `aws:region` | text | required | `eu-central-1` | %s | %s | The AWS region, a setting of the AWS provider. |", code(dev), code(prod))
}

// wrapped divides a text into lines that fit.
func wrapped(text string) string {
	var b strings.Builder
	width := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case width+len(word) >= 140:
			b.WriteByte('\n')
			width = 0
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += len(word)
	}
	return b.String()
}

func (p *settingsPage) section(name string, s *jsonschema.Schema) {
	p.line("\n## %s:%s\n", Namespace, name)
	p.line("%s\n", wrapped(escape(s.Description)))
	p.line("| key | type | default | example | dev | prod | meaning |")
	p.line("|---|---|---|---|---|---|---|")
	rows := 0
	walkSchema(s, name, func(at string, s *jsonschema.Schema) {
		if at != name && isSetting(at, s) {
			rows++
			p.row(at, s)
		}
	})
	if rows == 0 {
		p.line("| `*` | text | %s | %s | %s | %s | The value under that name. |", shownDefault(s), shownExample(s), p.shown(p.dev, name), p.shown(p.prod, name))
	}
}

// isSetting reports whether the key is a value of its own and not only the way to others.
func isSetting(at string, s *jsonschema.Schema) bool {
	item := strings.HasSuffix(at, "[]") || strings.HasSuffix(at, "*")
	return !item && (s.Type != "object" || s.Properties == nil)
}

func (p *settingsPage) row(at string, s *jsonschema.Schema) {
	p.line("| `%s` | %s | %s | %s | %s | %s | %s |", at, shownType(s), shownDefault(s), shownExample(s), p.shown(p.dev, at), p.shown(p.prod, at), meaning(s))
}

// shownExample writes the schema's example as YAML on one line.
func shownExample(s *jsonschema.Schema) string {
	if len(s.Examples) == 0 {
		return ""
	}
	return code(strings.ReplaceAll(flow(s.Examples[0]), "|", `\|`))
}

func shownType(s *jsonschema.Schema) string {
	names := map[string]string{"string": "text", "integer": "whole number", "boolean": "true or false", "object": "names and values"}
	switch {
	case s.Type == "array" && s.Items.Type == "object":
		return "list of objects"
	case s.Type == "array":
		return "list of texts"
	case s.AdditionalProperties != nil && s.AdditionalProperties.Type == "object":
		return "objects by name"
	case len(s.Enum) > 0 && len(s.Enum) <= 3:
		return strings.Join(collectText(s.Enum), ", ")
	}
	return names[s.Type]
}

func collectText(values []any) []string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = code(fmt.Sprint(value))
	}
	return texts
}

func shownDefault(s *jsonschema.Schema) string {
	if s.Default != nil {
		return shownValue(s.Default)
	}
	if rule := defaultRule.FindStringSubmatch(s.Description); rule != nil {
		if rule[1] == "none" || strings.Contains(rule[1], " ") {
			return escape(rule[1])
		}
		return code(rule[1])
	}
	if strings.Contains(s.Description, "equired") {
		return "required"
	}
	return ""
}

// defaultRule finds in a comment the default that depends on other settings, as the whole of the words that say it.
var defaultRule = regexp.MustCompile(`Default:? ([^.;:]+(?:\.\w[^.;:]*)*)`)

// TestDefaultsAreNotCut shows the whole of what a comment says of a default, up to what explains it.
func TestDefaultsAreNotCut(t *testing.T) {
	for comment, want := range map[string]string{
		"Size. Default minSize.": "`minSize`", "Image. Default the image that fits; see below.": "the image that fits",
		"A. Default none: it is made.":                "none",
		"P. Default: true for prod, otherwise false.": "true for prod, otherwise false", "V. Default 1.5 of it.": "1.5 of it",
		"R. Required.": "required",
	} {
		require.Equal(t, want, shownDefault(&jsonschema.Schema{Description: comment}))
	}
}

// shownValue writes a value short enough for a table: of a list of objects, their names.
func shownValue(value any) string {
	switch value := value.(type) {
	case []any:
		if len(value) == 0 {
			return "none"
		}
		texts := make([]string, len(value))
		for i, item := range value {
			texts[i] = itemName(item)
		}
		return strings.Join(texts, ", ")
	case map[string]any:
		if len(value) == 0 {
			return "none"
		}
		texts := []string{}
		for _, key := range sortedKeys(value) {
			if text, ok := value[key].(string); ok {
				key += "=" + text
			}
			texts = append(texts, code(key))
		}
		return strings.Join(texts, ", ")
	case string:
		if value == "" {
			return "empty"
		}
	}
	return code(fmt.Sprint(value))
}

func itemName(item any) string {
	object, ok := item.(map[string]any)
	if !ok {
		return code(fmt.Sprint(item))
	}
	for _, parts := range [][]string{{"name"}, {"protocol", "port"}, {"namespace"}, {"key", "effect"}, {"principalArn", "policy"}} {
		if object[parts[0]] == nil {
			continue
		}
		texts := []string{}
		for _, part := range parts {
			texts = append(texts, fmt.Sprint(object[part]))
		}
		return code(strings.Join(texts, " "))
	}
	return code(strict.Show(item))
}

// shown writes what holds in an environment: each different value once.
func (p *settingsPage) shown(values document, at string) string {
	texts := []string{}
	for _, value := range find(map[string]any(values), splitPath(at)) {
		if text := shownValue(value); !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "; ")
}

// splitPath takes a[].b.* apart into a, [], b and *.
func splitPath(at string) []string {
	return strings.Split(strings.ReplaceAll(at, "[]", ".[]"), ".")
}

func find(value any, steps []string) []any {
	if len(steps) == 0 {
		return []any{value}
	}
	var found []any
	switch step := steps[0]; step {
	case "[]":
		list, _ := value.([]any)
		for _, item := range list {
			found = append(found, find(item, steps[1:])...)
		}
	case "*":
		object, _ := value.(map[string]any)
		for _, key := range sortedKeys(object) {
			found = append(found, find(object[key], steps[1:])...)
		}
	default:
		object, _ := value.(map[string]any)
		if item, ok := object[step]; ok {
			return find(item, steps[1:])
		}
	}
	return found
}

// subject is the beginning of a Go comment that names the field, where "Is the" or the like can stand without it.
var subject = regexp.MustCompile(`^[A-Z]\w+ (is|are) `)

// keyOfModel is a field of a model as Go comments name it; in a file it has the same letters in lower case.
var keyOfModel = regexp.MustCompile(`\b(Replicas|Resources|Canary)\.[A-Z]\w*`)

var firstWord = regexp.MustCompile(`^[\w-]+`)

// meaning makes a sentence of the table out of a Go comment: without the field's name, with links as links.
func meaning(s *jsonschema.Schema) string {
	text := subject.ReplaceAllString(s.Description, "")
	for _, repeated := range []string{" Required.", fmt.Sprintf(" Default %v.", s.Default), " Default none.", " Default minSize."} {
		text = strings.Replace(text, repeated, "", 1)
	}
	text = regexp.MustCompile(`see (KubernetesVersions|LogRetentionDays|machine.AmiTypes|SslPolicies) for the allowed`).
		ReplaceAllString(text, "see below for the allowed")
	text = regexp.MustCompile(`see (Model\.\w+)`).ReplaceAllString(text, "see the model's own file")
	text = regexp.MustCompile(`\((https://\S+?)\)`).ReplaceAllString(text, "([source]($1))")
	text = keyOfModel.ReplaceAllStringFunc(escape(text), strings.ToLower)
	if first := firstWord.FindString(text); slices.Contains(s.Enum, any(first)) {
		return text // a value keeps its case
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// escape keeps Markdown from taking signs of the text for its own.
func escape(text string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`, "<", `\<`).Replace(text)
}

func code(text string) string { return "`" + text + "`" }

// tables writes the closed sets that are too long for a cell.
func (p *settingsPage) tables() {
	p.line("\n## Allowed values\n")
	p.line("### cluster.kubernetesVersion\n")
	p.line("| version | on EKS since | standard support ends | extended support ends |\n|---|---|---|---|")
	for _, row := range KubernetesVersions {
		p.line("| `%q` | %s | %s | %s |", row.Version, row.Released, announced(row.StandardSupportEnds), announced(row.ExtendedSupportEnds))
	}
	p.line("\n[Source](https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html)\n")
	p.line("### cluster.logRetentionDays\n")
	p.line("%s\n", strings.Join(collectText(collect(aws.LogRetentionDays, func(n int) any { return n })), ", "))
	p.line("[Source](https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html)\n")
	p.line("### compute.nodeGroups[].amiType\n")
	p.line("| image | architecture | accelerator |\n|---|---|---|")
	for _, ami := range machine.AmiTypes {
		p.line("| %s | %s | %s |", code(ami.Name), ami.Architecture, ami.Accelerator)
	}
	p.line("\n[Source](https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html)\n")
	p.line("### loadBalancers.*.sslPolicy\n")
	for _, policy := range serving.SslPolicies {
		p.line("- %s", code(policy))
	}
	p.line("\n[Source](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html)")
}

func announced(date string) string {
	if date == "" {
		return "not announced"
	}
	return date
}

// TestSettingsPageNamesEveryKey fails when a key of the schema is missing from the page.
func TestSettingsPageNamesEveryKey(t *testing.T) {
	page := settingsPage{dev: strict.ToDocument(loadStack(t, "dev")), prod: strict.ToDocument(loadStack(t, "prod"))}
	root := reflectSchema(t)
	for pair := root.Properties.Oldest(); pair != nil; pair = pair.Next() {
		page.section(pair.Key, pair.Value)
	}
	walkSchema(root, "", func(at string, s *jsonschema.Schema) {
		if isSetting(at, s) && strings.Contains(at, ".") {
			require.Contains(t, page.String(), "| `"+at+"` |")
		}
	})
}
