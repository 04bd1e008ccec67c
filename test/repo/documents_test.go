package repo

import (
	"fmt"
	"go/ast"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/outputs"
)

var (
	target        = regexp.MustCompile(`(?m)^([a-z-]+):.*## `)
	command       = regexp.MustCompile(`\bmake ([a-z][a-z-]*)`)
	component     = regexp.MustCompile(`modelway:(\w+:\w+)`)
	goBlock       = regexp.MustCompile("(?ms)^```go\n(.*?)^```$")
	codeOfProject = regexp.MustCompile("(?ms)^```.*?^```$|^ {4}[^\n]*$|`[^`\n]*`")
)

// TestDocumentsSayWhatIsThere compares the documents with what they describe.
func TestDocumentsSayWhatIsThere(t *testing.T) {
	commands, components := read(t, "docs/commands.md"), read(t, "docs/components.md")
	var faults []string
	var listed []string
	for _, found := range target.FindAllStringSubmatch(read(t, "Makefile"), -1) {
		listed = append(listed, found[1])
		if found[1] != "help" && !strings.Contains(commands, "| `make "+found[1]) {
			faults = append(faults, fmt.Sprintf("docs/commands.md has no row for `make %s`", found[1]))
		}
	}
	require.NotEmpty(t, listed)
	exists := targets()
	documents, err := fs.Glob(os.DirFS(root), "docs/*.md")
	require.NoError(t, err)
	require.NotEmpty(t, documents)
	for _, document := range append(documents, "README.md", "CONTRIBUTING.md", "policies/README.md") {
		for _, span := range codeOfProject.FindAllString(read(t, document), -1) {
			for _, found := range command.FindAllStringSubmatch(span, -1) {
				if !exists(found[1]) {
					faults = append(faults, fmt.Sprintf("%s mentions `make %s`; the Makefile has %s", document, found[1], strings.Join(listed, ", ")))
				}
			}
		}
	}
	for _, name := range commandsOfModelway(t) {
		if !strings.Contains(commands, "| `modelway "+name) {
			faults = append(faults, fmt.Sprintf("docs/commands.md has no row for `modelway %s`", name))
		}
	}
	for _, name := range outputs.All() {
		if !strings.Contains(components, "| `"+name+"` |") {
			faults = append(faults, fmt.Sprintf("docs/components.md has no row for the stack output %s", name))
		}
	}
	goldens, err := filepath.Glob(filepath.Join(root, "platform", "testdata", "*.urns.golden"))
	require.NoError(t, err)
	require.NotEmpty(t, goldens)
	for _, golden := range goldens {
		text, err := os.ReadFile(golden)
		require.NoError(t, err)
		for _, found := range component.FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(components+addons.Table().Markdown(), found[1]) {
				faults = append(faults, fmt.Sprintf("docs/components.md's tree lacks the component %s, which %s has", found[1], filepath.Base(golden)))
			}
		}
	}
	architecture := read(t, "docs/architecture.md")
	for _, rule := range edgeRules(t) {
		if !strings.Contains(architecture, "| "+rule+" |") {
			faults = append(faults, fmt.Sprintf("docs/architecture.md has no row for the edge %q of platform/edges_test.go", rule))
		}
	}
	report(t, faults)
}

// edgeRules are the names of the rules that platform/edges_test.go checks.
func edgeRules(t *testing.T) (names []string) {
	t.Helper()
	for _, s := range sources(t) {
		if s.file != "platform/edges_test.go" {
			continue
		}
		ast.Inspect(s.syntax, func(node ast.Node) bool {
			spec, ok := node.(*ast.ValueSpec)
			if !ok || spec.Names[0].Name != "rules" {
				return true
			}
			for _, element := range spec.Values[0].(*ast.CompositeLit).Elts {
				name, err := strconv.Unquote(element.(*ast.CompositeLit).Elts[0].(*ast.BasicLit).Value)
				require.NoError(t, err)
				names = append(names, name)
			}
			return false
		})
	}
	require.NotEmpty(t, names)
	return names
}

// commandsOfModelway are the commands in the groups of cmd/modelway, by the Use of each. Those of internal/localcli have rows as make targets.
func commandsOfModelway(t *testing.T) (names []string) {
	t.Helper()
	uses, added := map[string]string{}, []string{}
	for _, s := range sources(t) {
		if s.folder != "cmd/modelway" || s.test {
			continue
		}
		for _, declaration := range s.syntax.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(function, func(node ast.Node) bool {
				switch n := node.(type) {
				case *ast.KeyValueExpr:
					key, isName := n.Key.(*ast.Ident)
					value, isText := n.Value.(*ast.BasicLit)
					if isName && isText && key.Name == "Use" && uses[function.Name.Name] == "" {
						uses[function.Name.Name] = strings.Fields(strings.Trim(value.Value, "`\""))[0]
					}
				case *ast.CallExpr:
					called, ok := n.Fun.(*ast.Ident)
					if ok && function.Name.Name == "groups" && called.Name != "new" {
						added = append(added, called.Name)
					}
				}
				return true
			})
		}
	}
	for _, function := range added {
		require.NotEmpty(t, uses[function], "%s of cmd/modelway has no Use", function)
		names = append(names, uses[function])
	}
	require.NotEmpty(t, names)
	return names
}

// TestExamplesInReadmeCompile type-checks each Go program of docs/components.md and of the task in a module of its own, where internal packages are out
// of reach, as they are for whoever copies it.
func TestExamplesInReadmeCompile(t *testing.T) {
	absolute, err := filepath.Abs(root)
	require.NoError(t, err)
	programs := goBlock.FindAllStringSubmatch(read(t, "docs/components.md")+read(t, "docs/tasks/import-a-component.md"), -1)
	require.NotEmpty(t, programs)
	folder := t.TempDir()
	gomod := strings.Replace(read(t, "go.mod"), "module "+module+"\n", "module example.com/stack\n", 1) +
		fmt.Sprintf("\nrequire %s v0.0.0\n\nreplace %s => %s\n", module, module, absolute)
	write(t, filepath.Join(folder, "go.mod"), gomod)
	write(t, filepath.Join(folder, "go.sum"), read(t, "go.sum"))
	for i, program := range programs {
		name := fmt.Sprintf("program%d", i+1)
		write(t, filepath.Join(folder, name, "main.go"), program[1])
	}
	vet := exec.Command("go", "vet", "-mod=readonly", "./...")
	vet.Dir, vet.Env = folder, append(os.Environ(), "GOWORK=off", "GOFLAGS=-trimpath")
	out, err := vet.CombinedOutput()
	require.NoError(t, err, "a Go program of docs/components.md or of docs/tasks/import-a-component.md does not compile outside of this module:\n%s", out)
}

func write(t *testing.T, file, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
}
