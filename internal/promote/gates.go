package promote

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/lineage"
	"github.com/modelway/modelway/internal/mlflow"
)

// Evidence is what the gates that need no server decide by.
type Evidence struct {
	// Version in the registry, and the run that made it.
	Version mlflow.Version
	Run     mlflow.Run
	// Files of the version.
	Files artifact.Manifest
	// MLmodel is the text of the file MLmodel; nil where there is none.
	MLmodel []byte
	// Golden is the text of the file GoldenFile; nil where there is none.
	Golden []byte
	// Stable is the text of the file MLmodel of what is deployed; nil where that is not MLflow's.
	Stable []byte
}

// SkippedText is the text of a gate that is left out by its name.
const SkippedText = "left out by --skip"

// Gate decides whether a version may be promoted.
type Gate struct {
	// Name by which it is skipped.
	Name string
	// Holds says what holds where the gate passes, for the plan.
	Holds string
	// Check refuses with a sentence: what is, what is allowed, and a fix.
	Check func(Evidence) error
}

// Verdict is what a gate decided.
type Verdict struct {
	Gate string
	// Text is what holds, or why it refuses.
	Text string
	// Refused says that the version may not be promoted; Skipped that nobody asked.
	Refused, Skipped bool
}

// Outcome is passes, refuses or skipped.
func (v Verdict) Outcome() string {
	switch {
	case v.Refused:
		return "refuses"
	case v.Skipped:
		return "skipped"
	}
	return "passes"
}

// errUnknown says that there is nothing to compare, which is no reason to refuse.
var errUnknown = errors.New("there is nothing to compare")

// Gates are those that need no server, in the order in which they are told.
var Gates = []Gate{
	{"version", "the version is complete, and its run has finished", checkVersion},
	{"commit", "the code that trained is a commit", checkCommit},
	{"digest", "the files are those that were promoted before under this number", checkDigest},
	{"format", "MLflow can serve the files", checkFormat},
	{"answers", "it does not answer labels", checkAnswers},
	{"signature", "requests to the deployed version fit", checkSignature},
}

// GateNames are the names of gates, those of Gates and others that a caller has.
func GateNames(others ...string) []string {
	names := make([]string, 0, len(Gates)+len(others))
	for _, g := range Gates {
		names = append(names, g.Name)
	}
	return append(names, others...)
}

// Ask asks every gate, also after one has refused. Those whose names are in skip are not asked.
func Ask(e Evidence, skip []string) []Verdict {
	all := make([]Verdict, 0, len(Gates))
	for _, g := range Gates {
		if slices.Contains(skip, g.Name) {
			all = append(all, Verdict{Gate: g.Name, Text: SkippedText, Skipped: true})
			continue
		}
		switch err := g.Check(e); {
		case errors.Is(err, errUnknown):
			all = append(all, Verdict{Gate: g.Name, Text: err.Error()})
		case err != nil:
			all = append(all, Verdict{Gate: g.Name, Text: err.Error(), Refused: true})
		default:
			all = append(all, Verdict{Gate: g.Name, Text: g.Holds})
		}
	}
	return all
}

// Refusals joins the sentences of the gates that refused; nil where none did.
func Refusals(verdicts []Verdict) error {
	var all []error
	for _, v := range verdicts {
		if v.Refused {
			all = append(all, fmt.Errorf("gate %s: %s", v.Gate, v.Text))
		}
	}
	return errors.Join(all...)
}

func checkVersion(e Evidence) error {
	if e.Version.Status != mlflow.StatusReady {
		return fmt.Errorf("version %s of %s is %s; allowed: %s; fix: wait until it is, or register it again", e.Version.Number, e.Version.Name,
			e.Version.Status, mlflow.StatusReady)
	}
	if e.Run.Deleted {
		return fmt.Errorf("run %[1]s of version %[2]s is deleted: MLflow's garbage collection removes it and its files; fix: `mlflow runs restore "+
			"--run-id %[1]s`, or train again", e.Version.Run, e.Version.Number)
	}
	if e.Run.Status != "FINISHED" {
		return fmt.Errorf("run %s is %s; allowed: FINISHED; fix: train again", e.Version.Run, e.Run.Status)
	}
	return nil
}

func checkCommit(e Evidence) error {
	const fix = "commit the files and train again, or --skip commit for what nobody has to trace"
	commit, key := e.Run.Tags[lineage.Commit], lineage.Commit
	switch base, dirty := strings.CutSuffix(commit, "-dirty"); {
	case dirty:
		return fmt.Errorf("the tag %s of run %s is %s: files differed from the commit %s; fix: %s", key, e.Version.Run, commit, base, fix)
	case len(commit) != 40 || strings.Trim(commit, "0123456789abcdef") != "":
		return fmt.Errorf("the tag %s of run %s is %q; allowed: 40 hexadecimal digits; fix: %s", key, e.Version.Run, commit, fix)
	}
	return nil
}

func checkDigest(e Evidence) error {
	before, is := e.Version.Tags[lineage.Digest], e.Files.Digest()
	switch {
	case len(e.Files) == 0:
		return fmt.Errorf("version %s of %s has no files; fix: register it again from its logged model", e.Version.Number, e.Version.Name)
	case before == "":
		return fmt.Errorf("%w: version %s was not promoted before", errUnknown, e.Version.Number)
	case before != is:
		return fmt.Errorf("the digest of the files is %s, and was %s when version %s was promoted: somebody changed them; fix: train again, and "+
			"promote the new version", is, before, e.Version.Number)
	}
	return nil
}

func checkFormat(e Evidence) error {
	if e.MLmodel == nil {
		return fmt.Errorf("the files have no %s; fix: log the model with MLflow, as in mlflow.xgboost.log_model", MLmodelFile)
	}
	m, err := ParseMLmodel(e.MLmodel)
	if err != nil {
		return err
	}
	if !m.Served {
		return fmt.Errorf("%s has no flavor python_function, by which MLflow serves; fix: log the model with a flavor that has it", MLmodelFile)
	}
	if len(m.Inputs) == 0 {
		return fmt.Errorf("%s has no signature, so that nobody knows what a request has to have; fix: log the model with "+
			"signature=mlflow.models.infer_signature(inputs, answers)", MLmodelFile)
	}
	return nil
}

const fixLabels = "log a classifier with pyfunc_predict_fn=\"predict_proba\", or --skip answers for a model that is to answer labels"

// minGolden is how many golden predictions tell labels from probabilities that happen to be 0 or 1.
const minGolden = 10

// labels are the types of outputs that are classes and not numbers between.
var labels = []string{"integer", "long", "boolean", "string", "int8", "int16", "int32", "int64", "bool", "object", "str"}

func checkAnswers(e Evidence) error {
	m, err := ParseMLmodel(e.MLmodel)
	if err != nil || e.MLmodel == nil {
		return errUnknown // the gate before says so
	}
	for _, c := range m.Outputs {
		if slices.Contains(labels, c.Type) {
			return fmt.Errorf("the model answers labels: its output is of type %s; allowed: double, float; fix: "+
				fixLabels, c.Type)
		}
	}
	if n := wholeNumbers(e.Golden); n >= minGolden {
		return fmt.Errorf("the model answers labels: all %d golden predictions are whole numbers; allowed: numbers between; fix: "+fixLabels, n)
	}
	return nil
}

// wholeNumbers is how many golden predictions there are where all of them are whole numbers, 0 otherwise: labels of type double pass for
// probabilities in a signature.
func wholeNumbers(golden []byte) int {
	var written struct {
		Predictions []*float64 `json:"predictions"`
	}
	between := func(p *float64) bool { return p == nil || *p != math.Trunc(*p) }
	if json.Unmarshal(golden, &written) != nil || slices.ContainsFunc(written.Predictions, between) {
		return 0
	}
	return len(written.Predictions)
}

func checkSignature(e Evidence) error {
	if e.Stable == nil {
		return fmt.Errorf("%w: what is deployed is not of MLflow", errUnknown)
	}
	stable, err := ParseMLmodel(e.Stable)
	if err != nil {
		return fmt.Errorf("of what is deployed: %w", err)
	}
	candidate, err := ParseMLmodel(e.MLmodel)
	if err != nil || e.MLmodel == nil {
		return errUnknown // the gate format says so
	}
	if len(stable.Inputs) == 0 {
		return fmt.Errorf("%w: what is deployed has no signature", errUnknown)
	}
	var faults []string
	for i, c := range candidate.Inputs {
		before, found := find(stable.Inputs, c.Name)
		switch {
		case !found && c.Required:
			faults = append(faults, fmt.Sprintf("needs the input %s, which what is deployed does not have", name(c, i)))
		case !found:
			faults = append(faults, fmt.Sprintf("takes the input %s, which what is deployed does not have, and requests may give lists, which have "+
				"a value for each", name(c, i)))
		case found && before.Type != c.Type:
			faults = append(faults, fmt.Sprintf("takes the input %s as %s, and what is deployed as %s", name(c, i), c.Type, before.Type))
		case found && c.Required && !before.Required:
			faults = append(faults, fmt.Sprintf("needs the input %s, which may be left out of requests to what is deployed", name(c, i)))
		}
	}
	for i, s := range stable.Inputs {
		if _, found := find(candidate.Inputs, s.Name); !found {
			faults = append(faults, fmt.Sprintf("does not take the input %s, which requests to what is deployed have", name(s, i)))
		}
	}
	if order(stable.Inputs, candidate.Inputs) {
		faults = append(faults, "takes its inputs in another order, and requests may give lists")
	}
	faults = append(faults, outputs(stable.Outputs, candidate.Outputs)...)
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("the version %s: half of the requests of a canary would fail, or mean something else; fix: keep the signature, or give "+
		"the new one to a model of another name, until its clients have moved", strings.Join(faults, "; and it "))
}

// outputs says how the outputs of two versions differ.
func outputs(stable, candidate []Column) (faults []string) {
	if len(stable) != len(candidate) {
		return []string{fmt.Sprintf("answers %d values, and what is deployed %d", len(candidate), len(stable))}
	}
	for i, c := range candidate {
		if stable[i] != c {
			faults = append(faults, fmt.Sprintf("answers %s as %s, and what is deployed %s as %s", name(c, i), c.Type, name(stable[i], i),
				stable[i].Type))
		}
	}
	return faults
}

// order says whether inputs that both have stand at other places: a request may give values without names.
func order(stable, candidate []Column) bool {
	places := make([]int, 0, len(candidate))
	for _, c := range candidate {
		if i := slices.IndexFunc(stable, func(s Column) bool { return s.Name == c.Name }); i >= 0 {
			places = append(places, i)
		}
	}
	return !slices.IsSorted(places)
}

func find(all []Column, name string) (Column, bool) {
	i := slices.IndexFunc(all, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return Column{}, false
	}
	return all[i], true
}

// name is that of a column, or its number for one without.
func name(c Column, i int) string {
	if c.Name == "" {
		return fmt.Sprint("number ", i+1)
	}
	return c.Name
}
