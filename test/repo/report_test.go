package repo

import (
	"fmt"
	"go/ast"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/review"
)

// TestReportDocumentIsCurrent compares docs/report.md with the code: the breaking changes, the fields of the JSON form, and the example;
// with
// -update it writes them.
func TestReportDocumentIsCurrent(t *testing.T) {
	var b strings.Builder
	b.WriteString("| what | type | when it is replaced | when it is deleted |\n|---|---|---|---|\n")
	for _, c := range review.Consequences {
		replaced := c.Replaced
		if len(c.Changes) > 0 {
			replaced += " So does a change of `" + strings.Join(c.Changes, "` or `") + "`."
		}
		if c.Created != "" {
			replaced += " Where there are models already, a new one is breaking: " + c.Created
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", c.Noun, c.Type, replaced, c.Deleted)
	}
	requireTable(t, "docs/report.md", "<!-- Generated from internal/review/consequence.go by `go test ./test/repo -update`. Do not edit. -->\n", b.String())

	b.Reset()
	b.WriteString("| what | type | property | when it | what it means |\n|---|---|---|---|---|\n")
	for _, l := range review.Losses {
		fmt.Fprintf(&b, "| %s | `%s` | `%s` | %s | %s. |\n", l.Noun, l.Type, l.Why, l.When, l.Means)
	}
	requireTable(t, "docs/report.md", "<!-- Generated from internal/review/loss.go by `go test ./test/repo -update`. Do not edit. -->\n",
		b.String())

	fields := reportFields(t)
	requireTable(t, "docs/report.md", "<!-- Generated from the types of internal/review by `go test ./test/repo -update`. Do not edit. -->\n",
		fields)

	example := "````markdown\n" + read(t, "internal/review/testdata/node-group-replaced.md") + "````\n"
	requireTable(t, "docs/report.md", "<!-- Generated from internal/review/testdata/node-group-replaced.md by `go test ./test/repo "+
		"-update`. Do not edit. -->\n", example)
}

// reportFields is a table of the fields of the JSON form, from their comments.
func reportFields(t *testing.T) string {
	comments := map[string]string{} // by type and field
	for _, s := range sources(t) {
		if s.folder != "internal/review" && s.folder != "internal/review/events" || s.test {
			continue
		}
		ast.Inspect(s.syntax, func(node ast.Node) bool {
			spec, ok := node.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if of, ok := spec.Type.(*ast.StructType); ok {
				for _, field := range of.Fields.List {
					for _, name := range field.Names {
						of := spec.Name.Name + "." + name.Name
						if comments[of] == "" || s.folder == "internal/review" { // types of events are named as some of the report's are
							comments[of] = strings.Join(strings.Fields(field.Doc.Text()), " ")
						}
					}
				}
			}
			return true
		})
	}
	var b strings.Builder
	b.WriteString("| field | type | meaning |\n|---|---|---|\n")
	var rows func(prefix string, typ reflect.Type)
	rows = func(prefix string, typ reflect.Type) {
		for i := range typ.NumField() {
			field := typ.Field(i)
			if !field.IsExported() {
				continue
			}
			name := prefix + field.Tag.Get("json")
			of, kind := field.Type, ""
			for of.Kind() == reflect.Slice || of.Kind() == reflect.Pointer {
				kind += map[reflect.Kind]string{reflect.Slice: "list of ", reflect.Pointer: ""}[of.Kind()]
				of = of.Elem()
			}
			comment := comments[typ.Name()+"."+field.Name]
			require.NotEmpty(t, comment, "%s.%s of internal/review has no comment", typ.Name(), field.Name)
			word := map[reflect.Kind]string{
				reflect.String: "text", reflect.Bool: "true or false", reflect.Int: "number", reflect.Int64: "number", reflect.Float64: "number",
				reflect.Struct: "object",
			}[of.Kind()]
			require.NotEmpty(t, word, name)
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", name, kind+word, comment)
			if of.Kind() == reflect.Struct {
				if strings.HasPrefix(kind, "list") {
					name += "[]"
				}
				rows(name+".", of)
			}
		}
	}
	rows("", reflect.TypeFor[review.Document]())
	return b.String()
}
