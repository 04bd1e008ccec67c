package kfpapi_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/kfpapi"
)

// example is the compiled pipeline of the repository.
func example(t *testing.T) kfpapi.Definition {
	t.Helper()
	text, err := os.ReadFile("../../pipelines/fraud-detection/pipeline.yaml")
	require.NoError(t, err)
	d, err := kfpapi.ParseDefinition(text)
	require.NoError(t, err)
	return d
}

func TestDefinitionOfTheExample(t *testing.T) {
	d := example(t)
	require.Equal(t, "fraud-detection", d.Name)
	require.Equal(t, []string{"data", "register", "train-and-evaluate"}, d.Tasks)
	require.Equal(t, map[string]string{"commit": "STRING", "depth": "NUMBER_INTEGER", "learning_rate": "NUMBER_DOUBLE",
		"rounds": "NUMBER_INTEGER", "rows": "NUMBER_INTEGER", "seed": "NUMBER_INTEGER"}, d.Parameters)
	require.Regexp(t, `^fraud-detection-[0-9a-f]{12}$`, d.VersionName())
	other := d
	other.Text = append(other.Text[:len(other.Text):len(other.Text)], '\n')
	require.NotEqual(t, d.VersionName(), other.VersionName())
	for _, text := range []string{"", "a: b\n", "pipelineInfo: {name: p}\n", "[1]"} {
		_, err := kfpapi.ParseDefinition([]byte(text))
		require.ErrorContains(t, err, "it is not a compiled pipeline", text)
	}
}

func TestValuesByTheTypesOfThePipeline(t *testing.T) {
	d := example(t)
	d.Parameters["deep"], d.Parameters["list"], d.Parameters["map"], d.Parameters["status"] = "BOOLEAN", "LIST", "STRUCT", "TASK_FINAL_STATUS"
	values, err := d.Values([]string{"rows=1000", "learning_rate=0.5", "commit=a=b", "deep=true", "list=[1, \"a\"]", `map={"a": 1}`})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"rows": int64(1000), "learning_rate": 0.5, "commit": "a=b", "deep": true,
		"list": &[]any{1.0, "a"}, "map": &map[string]any{"a": 1.0}}, values)
	_, err = d.Values([]string{"rows", "rows=ten", "colour=red", "seed=1", "seed=2", "deep=yes", "list={}", "map=[]", "status=x", "learning_rate=NaN"})
	require.EqualError(t, err, `param "rows": it has no value; allowed: NAME=VALUE, such as depth=1
param "rows=ten": "ten" is not one; allowed: a whole number
param "colour=red": the pipeline fraud-detection has no such input; allowed: commit, deep, depth, learning_rate, list, map, rounds, rows, seed, status
param "seed=2": it is given twice; fix: give it once
param "deep=yes": "yes" is not one; allowed: true, false
param "list={}": "{}" is not one; allowed: a list as JSON, such as [1, 2]
param "map=[]": "[]" is not one; allowed: a mapping as JSON, such as {"a": 1}
param "status=x": its type is TASK_FINAL_STATUS, which cannot be given here; fix: give it a default in the pipeline
param "learning_rate=NaN": "NaN" is not one; allowed: a number`)
}
