package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/localcli"
	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/review/events"
	"github.com/modelway/modelway/internal/stackname"
	"github.com/modelway/modelway/internal/terminal"
)

// exitTripped is the exit code of a report of which a condition of --fail-on holds.
const exitTripped = 3

func newReport() *cobra.Command {
	var o reportOptions
	cmd := &cobra.Command{
		Use:   "report FILE... | report --stack NAME [--base REVISION]",
		Short: "Tell what a preview breaks, touches and costs",
		Long: `Tell what a preview means to the reviewers of a change: what breaks, which models' traffic is touched, what headroom is left, what it
costs a month, and what the policies found. docs/report.md says how to read it.

With --stack and no FILE it previews the stack on this machine first, as modelway preview does; what that says goes to standard error.

A FILE is what a preview said; "-" is standard input. Best is the engine's event log, as the last example makes it. The
digest of plain pulumi preview --json will do, but has no policy results, and without --show-sames no cost and no headroom.
Several files are several environments.

In a run of GitHub Actions the Markdown leads to the files that it names, at the commit of the pull request.

--fail-on takes, with commas between:
  breaking  a change interrupts service or loses data, and --allow-breaking gives no reason
  refused   AWS will refuse a change, whatever --allow-breaking says
  policy    a mandatory policy is violated, or no policy pack ran
  cost>N    the month costs more than N US dollars more, at the least
  headroom  more is used of a quota than there is
A preview that failed, or that does not tell what a condition needs, fails it.

Exit codes: 0 fine, 1 a file cannot be read or written, 2 wrong usage, 3 a condition of --fail-on holds. With 3 the report is written.`,
		Example: `  modelway report --stack prod --base origin/main
  modelway report --format markdown --output comment.md --fail-on 'breaking,refused,policy,cost>100,headroom' preview.jsonl
  modelway report --fail-on breaking --allow-breaking "label breaking-ok" preview.jsonl
  pulumi preview --json --show-sames | modelway report -

  PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json --policy-pack policies > preview.jsonl
  modelway report preview.jsonl`,
	}
	cmd.Args = func(cmd *cobra.Command, files []string) error {
		switch {
		case len(files) == 0 && o.stack == "":
			return errors.New("nothing to report on; fix: give --stack to preview a stack on this machine, or the FILE of a preview")
		case len(files) > 0 && o.preview.Base != "":
			return errors.New("--base is for a preview on this machine, and a FILE is one that was made; fix: leave one of them out")
		}
		return nil
	}
	o.format = formatTable
	flags := cmd.Flags()
	flags.Var(&o.format, "format", "how to write the report")
	flags.StringVar(&o.output, "output", "", "file to write the report to; standard output without it")
	flags.Var(&o.failOn, "fail-on", "conditions that end with exit code 3")
	flags.StringVar(&o.allow, "allow-breaking", "", "reason for which breaking changes are allowed, such as the label that says so")
	flags.Var(&o.stack, "stack", "stack to preview on this machine; with FILE, that of a preview that does not tell it, having no resource")
	o.preview.AddBase(flags)
	flags.Var(&o.mapURL, "map-url", "address of the environment's map, such as that of an artifact, to which the Markdown leads")
	flags.BoolVar(&o.colour, "color", false, "colour the table where it goes to no terminal, too")
	cmd.RunE = func(cmd *cobra.Command, files []string) error {
		if len(files) == 0 {
			return o.runHere(cmd.OutOrStdout(), cmd.ErrOrStderr())
		}
		return o.run(cmd.InOrStdin(), cmd.OutOrStdout(), files)
	}
	return cmd
}

type reportOptions struct {
	format        format
	failOn        conditions
	output, allow string
	stack         stackname.Name
	mapURL        address
	preview       localcli.Preview
	colour        bool
}

// runHere previews the stack on this machine, and reports on that. A preview that failed has a report, too, if it came to its first event.
func (o reportOptions) runHere(out, errOut io.Writer) error {
	args := []string{"preview", "--stack=" + o.stack.String()}
	if o.preview.Base != "" {
		args = append(args, "--base="+o.preview.Base)
	}
	p, previewed := runLocal(errOut, args...)
	if ended := endedError(0); previewed != nil && (!errors.As(previewed, &ended) || ended != exitFailed) {
		return previewed
	}
	events := localcli.Events(p.Root, o.stack.String())
	if info, err := os.Stat(events); previewed != nil && (err != nil || info.Size() == 0) {
		return previewed // which failed before its first event, and has said why
	}
	return cmp.Or(o.run(nil, out, []string{events}), previewed)
}

func (o reportOptions) run(in io.Reader, out io.Writer, files []string) error {
	var reports []review.Report
	var faults []error
	var tripped trippedError
	for _, file := range files {
		p, err := readPreview(in, file)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if p.Stack == "" {
			p.Stack = o.stack.String()
		}
		r := review.Of(p, review.BillsOf(p, time.Now())).Judge(o.failOn.list, o.allow)
		for _, t := range r.Tripped {
			tripped = append(tripped, fmt.Sprintf("%s: %s: %s", file, t.Condition, t.Reason))
		}
		reports = append(reports, r)
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	if err := o.write(out, reports); err != nil {
		return err
	}
	if len(tripped) > 0 {
		return tripped
	}
	return nil
}

func readPreview(in io.Reader, file string) (events.Preview, error) {
	if file == "-" {
		data, err := io.ReadAll(in)
		if err != nil {
			return events.Preview{}, fmt.Errorf("reading standard input: %w", err)
		}
		return events.Read("standard input", data)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return events.Preview{}, err
	}
	return events.Read(file, data)
}

func (o reportOptions) write(out io.Writer, reports []review.Report) error {
	var b strings.Builder
	for i, r := range reports {
		switch o.format {
		case formatMarkdown:
			b.WriteString(r.WithLinks(linksOf(r, o.mapURL.String())).Markdown(review.CommentLimit / len(reports)))
		case formatTable:
			if i > 0 {
				b.WriteString("\n")
			}
			b.WriteString(r.Table(o.terminal(out)))
		}
	}
	if o.format == formatJSON {
		if err := review.WriteJSON(&b, reports); err != nil {
			return err
		}
	}
	if o.output != "" {
		return writeFile(o.output, []byte(b.String()))
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// terminal is what a table is written for: nothing is cut in a file.
func (o reportOptions) terminal(out io.Writer) terminal.Terminal {
	t := terminal.Terminal{}
	if o.output == "" {
		t = terminal.Of(out)
	}
	t.Colour = t.Colour || o.colour
	return t
}

// conditions are those of --fail-on.
type conditions struct {
	text string
	list []review.Condition
}

func (c *conditions) String() string { return c.text }

// Set reads a list of conditions.
func (c *conditions) Set(text string) (err error) {
	c.text = text
	c.list, err = review.ParseFailOn(text)
	return err
}

// Type names the kind of the flag's value.
func (c *conditions) Type() string { return "LIST" }

// trippedError are the conditions that hold.
type trippedError []string

// Error lists the conditions with their reasons.
func (e trippedError) Error() string { return "--fail-on:\n  " + strings.Join(e, "\n  ") }

// ExitCode is 3.
func (e trippedError) ExitCode() int { return exitTripped }
