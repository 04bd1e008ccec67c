package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
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
	_, err := fmt.Fprintf(out, "\n%s is changed: deploy it, as with `modelway up` or a pull request. Where Argo CD delivers models, "+
		"`modelway render` belongs to the same commit\n", p.file())
	return err
}

// show prints a change of the model's file.
func (p promotion) show(out io.Writer, change promote.Change) {
	fmt.Fprintf(out, "%s: %s\n", p.file(), change.Kind)
	if diff := change.Diff(); diff != "" && change.Kind != promote.KindNone {
		fmt.Fprint(out, "\n", diff)
	}
}

// tell prints a plan, and writes it as a report where one is asked for.
func (p promotion) tell(out io.Writer, plan promote.Plan, deployed mlflow.Run) error {
	c := plan.Candidate
	fmt.Fprintf(out, "%s/%s of %s\n\n", c.Version.Name, c.Version.Number, c.Registry)
	fmt.Fprintln(out, strings.TrimLeft(factsTable(plan).Text(), " \n"))
	fmt.Fprintln(out, gatesTable(plan.Verdicts).Text())
	if table := metricsTable(c.Run, deployed); !table.Empty() {
		fmt.Fprintln(out, table.Text())
	}
	p.show(out, plan.Change)
	if p.report == "" {
		return nil
	}
	return os.WriteFile(p.report, []byte(p.markdown(plan, deployed)), 0o644)
}

// markdown is a plan as the body of a pull request.
func (p promotion) markdown(plan promote.Plan, deployed mlflow.Run) string {
	c := plan.Candidate
	var text strings.Builder
	fmt.Fprintf(&text, "%s of %s\n\n", sheet.Code(c.Version.Name+"/"+c.Version.Number), sheet.Prose(c.Registry))
	if promote.Refusals(plan.Verdicts) != nil {
		text.WriteString("**It is not promoted: a gate refuses.**\n\n")
	}
	text.WriteString(factsTable(plan).Markdown() + "\n### Gates\n\n" + gatesTable(plan.Verdicts).Markdown())
	if table := metricsTable(c.Run, deployed); !table.Empty() {
		text.WriteString("\n### Metrics\n\n" + table.Markdown())
		if deployed.ID == "" {
			text.WriteString("\nWhat is deployed names no run that the registry knows, so that there is nothing to compare with.\n")
		}
	}
	fmt.Fprintf(&text, "\n### %s: %s\n", sheet.Prose(p.file()), sheet.Prose(plan.Change.Kind))
	if diff := plan.Change.Diff(); diff != "" && plan.Change.Kind != promote.KindNone {
		text.WriteString("\n````diff\n" + diff + "````\n")
	}
	return text.String()
}

func factsTable(plan promote.Plan) *sheet.Table {
	c := plan.Candidate
	facts := sheet.Of("", "")
	facts.Add("run", c.Version.Run)
	facts.Add("commit", cmp.Or(c.Run.Tags[lineage.Commit], "unknown"))
	facts.Add("data", cmp.Or(c.Run.Tags[lineage.Data], "unknown"))
	facts.Add("files", fmt.Sprintf("%s, %s, %s", sheet.Count(len(c.Files), "file"), bytesText(c.Files.Size()), plan.Source.Digest))
	facts.Add("from", c.From)
	facts.Add("to", plan.To)
	return facts
}

func gatesTable(verdicts []promote.Verdict) *sheet.Table {
	gates := sheet.Of("gate", "", "")
	for _, v := range verdicts {
		gates.Add(v.Gate, v.Outcome(), v.Text)
	}
	return gates
}

// metricsTable has the metrics of a run beside those of the run of what is deployed, of either those that the other lacks too.
func metricsTable(candidate, deployed mlflow.Run) *sheet.Table {
	table := sheet.Of("metric", "candidate", "deployed", "difference")
	names := maps.Clone(candidate.Metrics)
	if names == nil {
		names = map[string]float64{}
	}
	maps.Copy(names, deployed.Metrics)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		difference := ""
		value, has := candidate.Metrics[name]
		before, had := deployed.Metrics[name]
		if has && had {
			difference = fmt.Sprintf("%+.4g", value-before)
		}
		table.Add(name, metricText(value, has), metricText(before, had), difference)
	}
	return table
}

func metricText(value float64, known bool) string {
	if !known {
		return "unknown"
	}
	return fmt.Sprintf("%.4g", value)
}
