package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/envmap"
	"github.com/modelway/modelway/internal/envmap/page"
	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/sheet"
	"github.com/modelway/modelway/internal/stackname"
	"github.com/modelway/modelway/platform/ahead"
)

// mapping is what modelway map was asked for.
type mapping struct {
	root, preview, output string
	stack                 stackname.Name
	format                mapFormat
}

func newMap() *cobra.Command {
	m := mapping{format: formatHTML}
	cmd := &cobra.Command{
		Use:   "map --stack NAME",
		Short: "Draw an environment as one page for a browser",
		Long: "Draw an environment as one page for a browser: what there is, how a request and a commit flow, capacity, cost, models, and\n" +
			"what a change does where a preview is given. The page is one file that needs no network. It is made from the settings of the stack,\n" +
			"without an engine or credentials. docs/map.md shows it.",
		Example: "  modelway map --stack dev\n" +
			"  modelway map --stack prod --preview preview.jsonl --output map.html\n" +
			"  modelway map --stack prod --format json | jq '.models[] | select(.canary)'",
	}
	addStack(cmd, &m.root, &m.stack)
	flags := cmd.Flags()
	flags.StringVar(&m.preview, "preview", "", `file with what a preview of the stack said, as report reads it; "-" is standard input`)
	flags.StringVar(&m.output, "output", "", `file to write to; "-" is standard output (default .modelway/map/<stack>.html in the root, and `+
		"standard output for json)")
	flags.Var(&m.format, "format", "how to write the map")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return m.run(cmd.InOrStdin(), cmd.OutOrStdout(), time.Now())
	}
	return cmd
}

func (m mapping) run(in io.Reader, out io.Writer, day time.Time) error {
	drawn, err := m.draw(in, day)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if m.format == formatHTML {
		err = page.Write(&text, drawn.Stack, drawn, "")
	} else {
		err = writeJSON(&text, drawn)
	}
	if err != nil {
		return err
	}
	return m.write(out, text.Bytes(), drawn)
}

// draw makes the map of the stack, with what the preview does to it.
func (m mapping) draw(in io.Reader, day time.Time) (envmap.Map, error) {
	change, err := m.change(in, day)
	if err != nil {
		return envmap.Map{}, err
	}
	found, err := ahead.Look(m.root, m.stack.String())
	if err != nil {
		return envmap.Map{}, err
	}
	return m.of(found, change, day)
}

// of is the map of a stack that was looked at.
func (m mapping) of(found ahead.Stack, change *review.Report, day time.Time) (envmap.Map, error) {
	source := found.MapSource(day)
	source.Change = change
	return envmap.Of(source)
}

// change is the report of the preview; nil without one.
func (m mapping) change(in io.Reader, day time.Time) (*review.Report, error) {
	if m.preview == "" {
		return nil, nil
	}
	p, err := readPreview(in, m.preview)
	if err != nil {
		return nil, fmt.Errorf("--preview: %w", err)
	}
	if p.Stack == "" { // it has no resource
		p.Stack = m.stack.String()
	}
	if p.Stack != m.stack.String() {
		return nil, fmt.Errorf("--preview %s is of stack %s, and --stack is %s; fix: give --stack %[2]s, or a preview of %[3]s", m.preview,
			p.Stack, m.stack)
	}
	report := review.Of(p, review.BillsOf(p, day))
	return &report, nil
}

// write writes the map where it was asked for, and says so.
func (m mapping) write(out io.Writer, text []byte, drawn envmap.Map) error {
	file := m.output
	if file == "-" || file == "" && m.format != formatHTML {
		_, err := out.Write(text)
		return err
	}
	if file == "" {
		file = filepath.Join(m.root, ".modelway", "map", m.stack.String()+".html")
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return fmt.Errorf("%s: %w; fix: give --output with a file in a folder that can be written", file, err)
		}
	}
	if err := writeFile(file, text); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%s: map of %s, %s and %s, %d KiB: open it in a browser\n", file, m.stack,
		sheet.Count(len(drawn.Models), "model"), sheet.Count(len(drawn.LoadBalancers), "load balancer"), (len(text)+1023)/1024)
	return err
}

// mapFormat is how a map is written.
type mapFormat string

const formatHTML mapFormat = "html"

// String is the name of the format.
func (f *mapFormat) String() string { return string(*f) }

// Set takes the name of a format.
func (f *mapFormat) Set(name string) error {
	if name != string(formatHTML) && name != string(formatJSON) {
		return fmt.Errorf("allowed are %s, %s", formatHTML, formatJSON)
	}
	*f = mapFormat(name)
	return nil
}

// Type names the kind of the flag's value.
func (f *mapFormat) Type() string { return string(formatHTML) + "|" + string(formatJSON) }
