package lineage_test

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/lineage"
	"github.com/modelway/modelway/internal/modelspec"
)

// anySource has texts of any kind in its keys.
func anySource() *rapid.Generator[modelspec.Source] {
	return rapid.Custom(func(t *rapid.T) (s modelspec.Source) {
		fields := reflect.ValueOf(&s).Elem()
		for i := range fields.NumField() {
			text := rapid.OneOf(rapid.StringMatching(`[A-Za-z0-9._-]{0,70}`), rapid.String()).Draw(t, fields.Type().Field(i).Name)
			fields.Field(i).SetString(text)
		}
		return s
	})
}

// Every key of the model's file is a link: it survives the way through a header, and a change of it shows.
func TestEveryLinkIsCarried(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySource().Draw(t, "source")
		text := lineage.Text(s)
		for _, r := range text {
			require.True(t, r > ' ' && r < 0x7f, "%q cannot stand in a header", text)
		}
		back, err := lineage.Parse(text)
		require.NoError(t, err)
		require.Equal(t, s, back)
		require.Empty(t, lineage.Compare(s, back))

		other, fields := s, reflect.TypeOf(s)
		i := rapid.IntRange(0, fields.NumField()-1).Draw(t, "field")
		value := reflect.ValueOf(&other).Elem().Field(i)
		value.SetString(value.String() + "x")
		key, _, _ := strings.Cut(fields.Field(i).Tag.Get("json"), ",")
		if reflect.ValueOf(s).Field(i).String() == "" {
			require.Empty(t, lineage.Compare(s, other), "what the file does not say is not compared")
			return
		}
		require.Equal(t, []lineage.Difference{{Name: key, Want: reflect.ValueOf(s).Field(i).String(), Got: value.String()}},
			lineage.Compare(s, other))
	})
}

// Labels are valid, whatever a source says.
func TestLabelsAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for key, value := range lineage.Labels(anySource().Draw(t, "source")) {
			name, found := strings.CutPrefix(key, "modelway.dev/")
			require.True(t, found && len(name) <= 63, key)
			const edges = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
			require.True(t, value != "" && len(value) <= 63, value)
			require.Empty(t, strings.Trim(value, edges+"._-"))
			require.Contains(t, edges, value[:1])
			require.Contains(t, edges, value[len(value)-1:])
		}
	})
	labels := lineage.Labels(modelspec.Source{Registry: "https://mlflow.company.com", Name: "churn", Version: "3",
		Run: strings.Repeat("0a", 16), Commit: strings.Repeat("0b", 20) + "-dirty", Digest: "sha256:" + strings.Repeat("0c", 32)})
	require.Equal(t, map[string]string{lineage.Name: "churn", lineage.Version: "3", lineage.Run: strings.Repeat("0a", 16),
		lineage.Commit: strings.Repeat("0b", 20) + "-dirty"}, labels)
}

// TestPipelinesHaveTheSameKeys compares the tags that training writes with those that promotion reads.
func TestPipelinesHaveTheSameKeys(t *testing.T) {
	text, err := os.ReadFile("../../pipelines/fraud-detection/fraud_detection/lineage.py")
	require.NoError(t, err)
	found := map[string]string{}
	for _, match := range regexp.MustCompile(`(?m)^([A-Z]+) = "(.+)"$`).FindAllStringSubmatch(string(text), -1) {
		found[match[1]] = match[2]
	}
	require.Equal(t, map[string]string{"COMMIT": lineage.Commit, "DATA": lineage.Data, "PIPELINE": lineage.Pipeline}, found)
}

// The model servers import nothing of this module; what they show in model_info is named as the links are.
func TestModelServersShowEveryLink(t *testing.T) {
	want := lineage.Series()
	require.Len(t, want, reflect.TypeFor[modelspec.Source]().NumField())
	require.Equal(t, "registered_version", want["version"], "version is that of MODEL_VERSION")
	for file, table := range map[string]string{
		"../../modelserver/internal/server/metrics.go":        `(?s)lineageLabels = map\[string\]string\{(.*?)\}`,
		"../../modelserver/mlflow/modelway_mlflow/metrics.py": `(?s)LINEAGE = \{(.*?)\}`,
	} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		found := regexp.MustCompile(table).FindSubmatch(text)
		require.NotNil(t, found, file)
		got := map[string]string{}
		for _, pair := range regexp.MustCompile(`"(.*?)": "(.*?)"`).FindAllStringSubmatch(string(found[1]), -1) {
			got[pair[1]] = pair[2]
		}
		require.Equal(t, want, got, file)
	}
}

func TestParseRefuses(t *testing.T) {
	_, err := lineage.Parse("a%zz")
	require.ErrorContains(t, err, `the lineage "a%zz" is not of the form key=value&key=value`)
}
