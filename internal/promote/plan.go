// Package promote decides how a version of MLflow's registry comes to be served: where its files go, which gates it has to pass, and how
// the model's file changes. It asks nobody and writes nothing.
package promote

import (
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/lineage"
	"github.com/modelway/modelway/internal/mlflow"
	"github.com/modelway/modelway/internal/modelspec"
)

// DefaultWeight is the percentage of requests that a new canary gets: none, so that it is deployed, and tried, before clients meet it.
const DefaultWeight = 0

// Target is where a version is to be served.
type Target struct {
	// Model is the name of the model, and of its file.
	Model string
	// File is the path of that file, for errors, such as models/risk/churn.yaml.
	File string
	// Text is that of the model's file; "" where there is none yet.
	Text string
	// Bucket is the environment's model store; see [Bucket] for its default.
	Bucket string
	// Weight of a new canary in percent; default DefaultWeight.
	Weight int
}

// Candidate is a version that is to be served.
type Candidate struct {
	// Registry is the address of the server that has it.
	Registry string
	Version  mlflow.Version
	Run      mlflow.Run
	// From is where its files are, such as s3://mlflow/1/models/m-0123/artifacts or a folder.
	From  string
	Files artifact.Manifest
}

// Plan is what a promotion does: it copies files, and changes the model's file.
type Plan struct {
	Candidate Candidate
	// To is where the files go. It has the digest in its name, so that it never holds others.
	To     artifact.Location
	Source modelspec.Source
	Change Change
	// Verdicts are those of the gates, in the order in which they were asked.
	Verdicts []Verdict
}

// Served is what the model's file gets.
func (p Plan) Served() Served {
	return Served{URI: p.To.String(), Digest: p.Source.Digest, Source: p.Source}
}

// Latest is the version of a registry that the file of a model got last: that of its canary, or its own. The error says that it names none.
func Latest(file, text string) (Served, error) {
	m, err := load(file, text)
	if text != "" && err != nil {
		return Served{}, err
	}
	switch {
	case m.Canary.Source.Given():
		return Served{URI: m.Canary.Files.URI, Digest: m.Canary.Files.Digest, Source: m.Canary.Source}, nil
	case m.Source.Given():
		return Served{URI: m.Files.URI, Digest: m.Files.Digest, Source: m.Source}, nil
	}
	return Served{}, fmt.Errorf("%s names no version of a registry; fix: `modelway promote NAME@ALIAS` writes one", file)
}

// Bucket returns the bucket that the files of the model in a file are in, "" where it has none. The error is that of the file.
func Bucket(file, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	m, err := load(file, text)
	if err != nil {
		return "", err
	}
	at, _ := modelspec.ParseFolder(m.Files.URI)
	return at.Bucket, nil
}

// Decide makes the plan of a promotion without verdicts. The error says why the version cannot be served.
func Decide(target Target, c Candidate) (Plan, error) {
	digest := c.Files.Digest()
	source := modelspec.Source{
		Registry: c.Registry, Name: c.Version.Name, Version: c.Version.Number, Run: c.Version.Run, Commit: commit(c.Run), Digest: digest,
	}
	to, err := artifact.ParseLocation(modelspec.Promoted(target.Bucket, target.Model, c.Version.Number, digest))
	if err != nil {
		return Plan{}, fmt.Errorf("the place in the model store: %w", err)
	}
	change, err := Promote(target.File, target.Text, Served{URI: to.String(), Digest: digest, Source: source}, target.Weight)
	if err != nil {
		return Plan{}, err
	}
	return Plan{Candidate: c, To: to, Source: source, Change: change}, nil
}

// commit is the commit that a run tells, "" for what is none.
func commit(r mlflow.Run) string {
	text := r.Tags[lineage.Commit]
	if base := strings.TrimSuffix(text, "-dirty"); len(base) != 40 || strings.Trim(base, "0123456789abcdef") != "" {
		return ""
	}
	return text
}

// Diff is the change line by line, with three lines around it: lines that go begin with -, new ones with +.
func (c Change) Diff() string {
	before, after := lines(c.Before), lines(c.After)
	start := 0
	for start < min(len(before), len(after)) && before[start] == after[start] {
		start++
	}
	end := 0
	for end < min(len(before), len(after))-start && before[len(before)-1-end] == after[len(after)-1-end] {
		end++
	}
	const around = 3
	var out strings.Builder
	write := func(sign string, some []string) {
		for _, line := range some {
			out.WriteString(strings.TrimRight(sign+line, " ") + "\n")
		}
	}
	write("  ", before[max(0, start-around):start])
	write("- ", before[start:len(before)-end])
	write("+ ", after[start:len(after)-end])
	write("  ", before[len(before)-end:min(len(before), len(before)-end+around)])
	return out.String()
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
