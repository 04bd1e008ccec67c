package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/project"
	"github.com/modelway/modelway/internal/sheet"
	"github.com/modelway/modelway/internal/stackname"
	"github.com/modelway/modelway/internal/strict"
	"github.com/modelway/modelway/internal/terminal"
)

// format is how a command writes its answer.
type format string

const (
	formatTable    format = "table"
	formatMarkdown format = "markdown"
	formatJSON     format = "json"
)

var formats = []string{string(formatTable), string(formatMarkdown), string(formatJSON)}

// String is the name of the format.
func (f *format) String() string { return string(*f) }

// Set takes the name of a format.
func (f *format) Set(name string) error {
	if !slices.Contains(formats, name) {
		return fmt.Errorf("allowed are %s", strings.Join(formats, ", "))
	}
	*f = format(name)
	return nil
}

// Type names the kind of the flag's value.
func (f *format) Type() string { return strings.Join(formats, "|") }

// addStackFlags adds the flags of a command that looks at one stack, and writes an answer in one of the formats.
func addStackFlags(cmd *cobra.Command, root *string, stack *stackname.Name, f *format) {
	*f = formatTable
	addStack(cmd, root, stack)
	cmd.Flags().Var(f, "format", "how to write the answer")
}

// addStack adds the flags that name a stack and where its settings are.
func addStack(cmd *cobra.Command, root *string, stack *stackname.Name) {
	cmd.Flags().Var(stack, "stack", "stack whose settings to read, Pulumi.<stack>.yaml (required)")
	addFolder(cmd, root, "root", ".", "folder of Pulumi.yaml, the settings and the models")
	cmd.Args = takesNothing
	if err := cmd.MarkFlagRequired("stack"); err != nil {
		panic(err) // there is no such flag
	}
}

// addFolder adds a flag that names a folder, which without it is one of the project around this folder.
func addFolder(cmd *cobra.Command, folder *string, flag, within, usage string) {
	cmd.Flags().StringVar(folder, flag, within, usage+", in the project around this folder")
	here, err := filepath.Abs(".")
	if p, none := project.Find("."); err == nil && none == nil && p.Root != here {
		*folder = filepath.Join(p.Root, within)
	}
}

// list is a Markdown list under a heading; "" for no lines.
func list(heading string, lines []string) string { return listIn(terminal.Terminal{}, heading, lines) }

// listIn is list for a terminal.
func listIn(in terminal.Terminal, heading string, lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return "\n" + heading + "\n\n" + sheet.Bullets(in, lines)
}

// writeFile writes an answer to the file that --output names.
func writeFile(file string, text []byte) error {
	err := os.WriteFile(file, text, 0o644)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("--output %s: there is no folder %s; fix: mkdir -p %s, or give a file in a folder that exists", file,
			filepath.Dir(file), strict.Quote(filepath.Dir(file)))
	case err != nil:
		return fmt.Errorf("--output: %w", err)
	}
	return nil
}

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
