package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/lineage"
	"github.com/modelway/modelway/internal/mlflow"
	"github.com/modelway/modelway/internal/promote"
	"github.com/modelway/modelway/internal/sheet"
)

// write changes the model's file, or says that it was not.
func (p promotion) write(out io.Writer, change promote.Change) error {
	switch {
	case change.Kind == promote.KindNone:
		return nil
	case !p.apply:
		_, err := fmt.Fprintln(out, "\nNothing was changed: --apply does it")
		return err
	}
	if err := os.WriteFile(p.file(), []byte(change.After), 0o644); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\n%s is changed: deploy it, as with `make up` or a pull request\n", p.file())
	return err
}

// show prints a change of the model's file.
func (p promotion) show(out io.Writer, change promote.Change) {
	fmt.Fprintf(out, "%s: %s\n", p.file(), change.Kind)
	if diff := change.Diff(); diff != "" && change.Kind != promote.KindNone {
		fmt.Fprint(out, "\n", diff)
	}
}

// tell prints a plan.
func (p promotion) tell(out io.Writer, plan promote.Plan, deployed mlflow.Run) {
	c := plan.Candidate
	fmt.Fprintf(out, "%s/%s of %s\n\n", c.Version.Name, c.Version.Number, c.Registry)
	facts := sheet.Of("", "")
	facts.Add("run", c.Version.Run)
	facts.Add("commit", cmp.Or(c.Run.Tags[lineage.Commit], "unknown"))
	facts.Add("data", cmp.Or(c.Run.Tags[lineage.Data], "unknown"))
	facts.Add("files", fmt.Sprintf("%s, %s, %s", sheet.Count(len(c.Files), "file"), bytesText(c.Files.Size()), plan.Source.Digest))
	facts.Add("from", c.From)
	facts.Add("to", plan.To)
	fmt.Fprintln(out, strings.TrimLeft(facts.Text(), " \n"))
	gates := sheet.Of("gate", "", "")
	for _, v := range plan.Verdicts {
		gates.Add(v.Gate, v.Outcome(), v.Text)
	}
	fmt.Fprintln(out, gates.Text())
	if len(c.Run.Metrics) > 0 {
		fmt.Fprintln(out, metricsTable(c.Run, deployed).Text())
	}
	p.show(out, plan.Change)
}

// metricsTable has the metrics of a run beside those of the run of what is deployed.
func metricsTable(candidate, deployed mlflow.Run) *sheet.Table {
	table := sheet.Of("metric", "candidate", "deployed")
	names := make([]string, 0, len(candidate.Metrics))
	for name := range candidate.Metrics {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		before := "unknown"
		if value, known := deployed.Metrics[name]; known {
			before = fmt.Sprintf("%.4g", value)
		}
		table.Add(name, fmt.Sprintf("%.4g", candidate.Metrics[name]), before)
	}
	return table
}
