package promote_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/lineage"
	"github.com/modelway/modelway/internal/promote"
)

const columns = `[{"type": "double", "name": "amount", "required": true}, {"type": "long", "name": "age", "required": true}]`

// mlmodel is a file MLmodel as MLflow 3.17 writes it.
func mlmodel(inputs, outputs string) []byte {
	return fmt.Appendf(nil, "flavors:\n  python_function: {loader_module: mlflow.xgboost}\nsignature:\n  inputs: '%s'\n  outputs: '%s'\n", inputs,
		outputs)
}

func tensor(kind string) string {
	return fmt.Sprintf(`[{"type": "tensor", "tensor-spec": {"dtype": "%s", "shape": [-1]}}]`, kind)
}

// good passes all gates.
func good() promote.Evidence {
	c := candidate("3", "a")
	return promote.Evidence{Version: c.Version, Run: c.Run, Files: c.Files, MLmodel: mlmodel(columns, tensor("float64")),
		Stable: mlmodel(columns, tensor("float64"))}
}

func TestGatesPass(t *testing.T) {
	verdicts := promote.Ask(good(), nil)
	require.NoError(t, promote.Refusals(verdicts))
	require.Len(t, verdicts, len(promote.Gates))
	first := good()
	first.Stable = nil
	require.NoError(t, promote.Refusals(promote.Ask(first, nil)), "the first version of a model has nothing to be compared with")
}

// Each gate refuses what it is for, with a sentence, and no other gate does.
func TestEachGateRefuses(t *testing.T) {
	for want, c := range map[string]struct {
		gate string
		do   func(*promote.Evidence)
	}{
		"version 3 of churn is FAILED_REGISTRATION; allowed: READY": {"version", func(e *promote.Evidence) {
			e.Version.Status = "FAILED_REGISTRATION"
		}},
		"is RUNNING; allowed: FINISHED; fix: train again": {"version", func(e *promote.Evidence) { e.Run.Status = "RUNNING" }},
		"is deleted: MLflow's garbage collection removes it and its files; fix: `mlflow runs restore --run-id ": {"version",
			func(e *promote.Evidence) { e.Run.Deleted = true }},
		"files differed from the commit": {"commit", func(e *promote.Evidence) {
			e.Run.Tags = map[string]string{lineage.Commit: strings.Repeat("0b", 20) + "-dirty"}
		}},
		`is "unknown"; allowed: 40 hexadecimal digits; fix: commit the files`: {"commit", func(e *promote.Evidence) {
			e.Run.Tags = map[string]string{lineage.Commit: "unknown"}
		}},
		"somebody changed them; fix: train again": {"digest", func(e *promote.Evidence) {
			e.Version.Tags = map[string]string{lineage.Digest: "sha256:" + strings.Repeat("0c", 32)}
		}},
		"has no files":              {"digest", func(e *promote.Evidence) { e.Files = artifact.Manifest{} }},
		"the files have no MLmodel": {"format", func(e *promote.Evidence) { e.MLmodel = nil }},
		"has no flavor python_function": {"format", func(e *promote.Evidence) {
			e.MLmodel = []byte(strings.Replace(string(e.MLmodel), "python_function", "spark", 1))
		}},
		"has no signature": {"format", func(e *promote.Evidence) {
			e.MLmodel, e.Stable = []byte("flavors: {python_function: {}}"), nil
		}},
		"is not YAML": {"format", func(e *promote.Evidence) { e.MLmodel = []byte("a: [") }},
		"the model answers labels: its output is of type int64": {"answers", func(e *promote.Evidence) {
			e.MLmodel, e.Stable = mlmodel(columns, tensor("int64")), nil
		}},
		"the model answers labels: all 12 golden predictions are whole numbers": {"answers", func(e *promote.Evidence) {
			e.Golden = golden("0.0", "1", "1.0")
		}},
		"the version needs the input risk, which what is deployed does not have": {"signature", func(e *promote.Evidence) {
			e.MLmodel = mlmodel(strings.Replace(columns, "]", `, {"type": "double", "name": "risk", "required": true}]`, 1), tensor("float64"))
		}},
		"the version takes the input age as double, and what is deployed as long": {"signature", func(e *promote.Evidence) {
			e.MLmodel = mlmodel(strings.Replace(columns, "long", "double", 1), tensor("float64"))
		}},
		"which may be left out of requests": {"signature", func(e *promote.Evidence) {
			e.Stable = mlmodel(strings.Replace(columns, `"age", "required": true`, `"age", "required": false`, 1), tensor("float64"))
		}},
		"in another order, and requests may give lists": {"signature", func(e *promote.Evidence) {
			e.MLmodel = mlmodel(`[{"type": "long", "name": "age"}, {"type": "double", "name": "amount"}]`, tensor("float64"))
		}},
		"answers number 1 as float32, and what is deployed number 1 as float64": {"signature", func(e *promote.Evidence) {
			e.MLmodel = mlmodel(columns, tensor("float32"))
		}},
	} {
		e := good()
		c.do(&e)
		verdicts := promote.Ask(e, nil)
		require.ErrorContains(t, promote.Refusals(verdicts), "gate "+c.gate+": ", want)
		require.ErrorContains(t, promote.Refusals(verdicts), want)
		require.ErrorContains(t, promote.Refusals(verdicts), "fix: ", want)
		for _, v := range verdicts {
			require.Equal(t, v.Gate == c.gate, v.Refused, "%s: %s: %s", want, v.Gate, v.Text)
		}
		skipped := promote.Ask(e, []string{c.gate})
		require.NoError(t, promote.Refusals(skipped), "what is skipped refuses nothing")
	}
}

// golden is the file of golden predictions with 12 of them, some values again and again.
func golden(values ...string) []byte {
	var all []string
	for i := range 12 {
		all = append(all, values[i%len(values)])
	}
	return fmt.Appendf(nil, `{"instances": [], "predictions": [%s]}`, strings.Join(all, ", "))
}

// Probabilities may be 0 or 1 here and there, few answers say nothing, and named outputs and damaged files are the gate golden's.
func TestAnswersThatAreNoLabels(t *testing.T) {
	for _, text := range []string{
		string(golden("0", "1", "0.5")), string(golden("[0, 1]", "[0.25, 0.75]")), `{"predictions": [0, 1, 1]}`, "no JSON", `{"predictions": {"a": 1}}`,
		string(golden("null")), "",
	} {
		e := good()
		e.Golden = []byte(text)
		require.NoError(t, promote.Refusals(promote.Ask(e, nil)), text)
	}
}

// A version with another optional input does not fit: the serving image wants lists with a value for each input. Nor does one that dropped an
// input.
func TestInputsAreTheSame(t *testing.T) {
	e := good()
	e.MLmodel = mlmodel(strings.Replace(columns, `"age", "required": true}]`, `"age", "required": true}, {"type": "double", "name": "risk", "required": false}]`, 1),
		tensor("float64"))
	require.ErrorContains(t, promote.Refusals(promote.Ask(e, nil)), "takes the input risk, which what is deployed does not have")
	e.Stable, e.MLmodel = e.MLmodel, e.Stable
	require.ErrorContains(t, promote.Refusals(promote.Ask(e, nil)), "does not take the input risk, which requests to what is deployed have")
}

// Answers are the golden ones up to the tolerance, whatever their form.
func TestGoldenPredictions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.SliceOfN(rapid.Float64Range(-1e3, 1e3), 1, 3), 1, 4).Draw(t, "predictions")
		text, err := json.Marshal(want)
		require.NoError(t, err)
		golden := promote.Golden{Predictions: text}
		row := rapid.IntRange(0, len(want)-1).Draw(t, "row")
		column := rapid.IntRange(0, len(want[row])-1).Draw(t, "column")
		value, scale := want[row][column], math.Max(1, math.Abs(want[row][column]))

		want[row][column] = value + rapid.Float64Range(-0.9, 0.9).Draw(t, "little")*promote.Tolerance*scale
		text, _ = json.Marshal(want)
		require.NoError(t, golden.Compare(text))
		want[row][column] = value + rapid.SampledFrom([]float64{-1, 1}).Draw(t, "sign")*rapid.Float64Range(1.1, 1e5).Draw(t,
			"much")*promote.Tolerance*scale
		text, _ = json.Marshal(want)
		require.ErrorContains(t, golden.Compare(text), fmt.Sprintf("predictions[%d][%d] is ", row, column))
		text, _ = json.Marshal(want[:len(want)-1])
		require.Error(t, golden.Compare(text))
	})
	golden := promote.Golden{Predictions: json.RawMessage(`[{"label": "a", "p": 0.5}, null]`)}
	require.NoError(t, golden.Compare(json.RawMessage(`[{"p": 0.5000000001, "label": "a"}, null]`)))
	for _, other := range []string{`[{"label": "b", "p": 0.5}, null]`, `[{"label": "a"}, null]`, `[{"label": "a", "p": 0.5}, 0]`, `[{"label": "a", "q": 0.5}, null]`, `x`,
		`[{"label": "a", "p": "0.5"}, null]`} {
		require.Error(t, golden.Compare(json.RawMessage(other)), other)
	}
}
