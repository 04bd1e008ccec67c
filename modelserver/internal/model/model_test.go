package model_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/modelserver/internal/model"
)

func TestSamplesPredict(t *testing.T) {
	set, err := model.Load("", "")
	require.NoError(t, err)
	require.Equal(t, []string{"churn", "fraud-detection", "recommender"}, set.Names())
	for _, test := range []struct {
		model    string
		instance []float64
		want     float64
	}{
		{"fraud-detection", []float64{1000, 45, 0.67}, 0.92},
		{"fraud-detection", []float64{20, 900, 0.05}, 0},
		{"churn", []float64{3, 85, 4}, 0.93},
		{"churn", []float64{60, 40, 0}, 0.01},
		{"recommender", []float64{0.9, 0.8, 1}, 0.799},
		{"recommender", []float64{0.1, 1.4, 30}, 0.017},
	} {
		got, err := set[test.model].Predict(test.instance)
		require.NoError(t, err)
		require.Equal(t, test.want, got, "%s %v", test.model, test.instance)
	}
}

func TestPredictAtTheEdges(t *testing.T) {
	m := &model.Model{Weights: []float64{1, -1}, Decimals: 2}
	for _, test := range []struct {
		instance []float64
		want     float64
	}{
		{[]float64{0, 0}, 0.5},
		{[]float64{math.MaxFloat64, 0}, 1},
		{[]float64{0, math.MaxFloat64}, 0},
	} {
		got, err := m.Predict(test.instance)
		require.NoError(t, err)
		require.Equal(t, test.want, got)
	}
	m.Weights = []float64{10, -10}
	_, err := m.Predict([]float64{math.MaxFloat64, math.MaxFloat64})
	require.ErrorIs(t, err, model.ErrOutOfRange)
}

func TestParseRefuses(t *testing.T) {
	for content, want := range map[string]string{
		``:                "EOF",
		`{"nmae": "a"}`:   `unknown field "nmae"`,
		`{"name": "a"}{}`: "after the model's closing brace",
		`{"name": "a:b", "features": ["x", "y"], "weights": [1], "decimals": 16}`: `name: "a:b" must consist of letters, digits, dots, hyphens and underscores` +
			"\nweights: 1 for 2 features; give one for each\ndecimals: 16 is out of range; allowed: 0 to 15",
		`{"name": "a"}`: "features: at least one is needed",
	} {
		_, err := model.Parse([]byte(content))
		require.ErrorContains(t, err, want, content)
	}
}

func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	return dir
}

const tiny = `{"name": "tiny", "features": ["x"], "weights": [1], "decimals": 1}`

func TestLoadFolderInPlaceOfSamples(t *testing.T) {
	dir := folder(t, map[string]string{"tiny.json": tiny, "notes.txt": "not a model"})
	set, err := model.Load(dir, "")
	require.NoError(t, err)
	require.Equal(t, []string{"tiny"}, set.Names())
	require.Equal(t, &model.Model{Name: "tiny", Features: []string{"x"}, Weights: []float64{1}, Decimals: 1}, set["tiny"])
}

func TestLoadOneByName(t *testing.T) {
	set, err := model.Load("", "churn")
	require.NoError(t, err)
	require.Equal(t, []string{"churn"}, set.Names())
	require.False(t, set["churn"].Default)
	dir := folder(t, map[string]string{"tiny.json": tiny})
	_, err = model.Load(dir, "tyni")
	require.EqualError(t, err, `there is no model "tyni" in `+dir+
		`; allowed: tiny; fix: correct MODEL_NAME, or add tyni.json to the folder MODEL_DIR names`)
}

func TestDefaultModelAnswersForAnyName(t *testing.T) {
	set, err := model.Load("", "credit-risk")
	require.NoError(t, err)
	require.Equal(t, []string{"credit-risk"}, set.Names())
	require.True(t, set["credit-risk"].Default)
	for want, instance := range map[float64][]float64{0.5: {0, 0, 0}, 0.65: {1, 2, 3}, 0.35: {-1, -2, -3}} {
		got, err := set["credit-risk"].Predict(instance)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err = model.Load("", "credit:risk")
	require.ErrorContains(t, err, `"credit:risk" must consist of letters`)
}

func TestLoadReportsAllFilesTogether(t *testing.T) {
	dir := folder(t, map[string]string{"a.json": tiny, "b.json": tiny, "c.json": "{", "d.json": "{}"})
	_, err := model.Load(dir, "")
	require.ErrorContains(t, err, `b.json in `+dir+`: the model "tiny" is also in a.json`)
	require.ErrorContains(t, err, `c.json in `+dir+`: unexpected EOF`)
	require.ErrorContains(t, err, `d.json in `+dir+`: name: ""`)
}

func TestLoadWithoutModels(t *testing.T) {
	_, err := model.Load(t.TempDir(), "")
	require.ErrorContains(t, err, "there are no .json files")
	_, err = model.Load(filepath.Join(t.TempDir(), "missing"), "")
	require.ErrorContains(t, err, "correct MODEL_DIR")
}
