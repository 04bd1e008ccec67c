package repo

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/invopop/jsonschema"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/modelspec"
)

const (
	reference  = "docs/models.md"
	tableBegin = "<!-- Generated from internal/modelspec by `go test ./test/repo -update`. Do not edit. -->\n"
)

// TestModelReferenceIsCurrent compares the table of fields in docs/models.md with the Go types; with -update it writes the table.
func TestModelReferenceIsCurrent(t *testing.T) {
	requireTable(t, reference, tableBegin, modelTable(t))
}

// TestFormatsAreCurrent compares the table of formats in docs/models.md with internal/kserve; with -update it writes the table.
func TestFormatsAreCurrent(t *testing.T) {
	var b strings.Builder
	b.WriteString("| format | the folder holds | served by |\n|---|---|---|\n")
	for _, f := range kserve.Formats {
		fmt.Fprintf(&b, "| `%s` | %s | `%s` |\n", f.Name, f.Files, f.Runtime)
	}
	requireTable(t, reference, "<!-- Generated from internal/kserve by `go test ./test/repo -update`. Do not edit. -->\n", b.String())
}

// modelTable has a row for each key of a model file: types and meaning from the Go types and their comments, defaults from
// modelspec.Default.
func modelTable(t *testing.T) string {
	t.Helper()
	reflector := jsonschema.Reflector{DoNotReference: true, Anonymous: true, RequiredFromJSONSchemaTags: true}
	// The reader of comments joins this package's path and the relative folder to the path of the package that it reads.
	require.NoError(t, reflector.AddGoComments(module+"/test/repo", root+"/internal/modelspec", jsonschema.WithFullComment()))
	schema := reflector.Reflect(modelspec.Model{})
	data, err := json.Marshal(modelspec.Default())
	require.NoError(t, err)
	defaults := map[string]any{}
	require.NoError(t, json.Unmarshal(data, &defaults))

	var b strings.Builder
	b.WriteString("| key | type | default | meaning |\n|---|---|---|---|\n")
	modelRows(t, &b, schema, "", defaults)
	return b.String()
}

func modelRows(t *testing.T, b *strings.Builder, schema *jsonschema.Schema, prefix string, defaults map[string]any) {
	t.Helper()
	for pair := schema.Properties.Oldest(); pair != nil; pair = pair.Next() {
		key, field := prefix+pair.Key, pair.Value
		if field.Properties != nil {
			nested, _ := defaults[pair.Key].(map[string]any)
			modelRows(t, b, field, key+".", nested)
			continue
		}
		meaning := strings.Join(strings.Fields(field.Description), " ")
		require.NotEmpty(t, meaning, "%s has no comment", key)
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", key, typeName(field.Type), shown(key, field.Type, defaults[pair.Key]),
			escaped.Replace(meaning))
	}
}

var escaped = strings.NewReplacer("<", `\<`, "|", `\|`)

func typeName(schemaType string) string {
	return map[string]string{"string": "text", "integer": "whole number", "object": "names and texts",
		"array": "list of texts", "boolean": "true or false"}[schemaType]
}

func shown(key, schemaType string, value any) string {
	switch {
	case key == "name":
		return "required"
	case value == nil && schemaType == "boolean":
		return "`false`"
	case key == "image":
		return "or `model`"
	case value == nil || value == "":
		return "none"
	}
	return fmt.Sprintf("`%v`", value)
}
