package delivery

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/modelway/modelway/internal/review/events"
)

// FuzzParseEvents reads whatever an engine and its providers print.
func FuzzParseEvents(f *testing.F) {
	for _, file := range []string{"failed.jsonl", "model-added.jsonl", "policy-broken.jsonl"} {
		log, err := os.ReadFile("../events/testdata/" + file)
		require.NoError(f, err)
		f.Add(log[:min(len(log), 20_000)])
	}
	for _, text := range []string{
		"", "{}\nwarning\n{", `{"resOutputsEvent":{"metadata":{"op":"update","urn":"","type":"pulumi:pulumi:Stack","old":null,"new":{"outputs":{"a":1}}}}}`,
		`{"diagnosticEvent":{"severity":"error","message":"\u001b[31m|"}}`,
		`{"summaryEvent":null,"policyEvent":{"enforcementLevel":"mandatory"}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, log []byte) {
		told := events.ParseLog(log)
		changes, failures := told.Changes(), told.Failures()
		require.LessOrEqual(t, len(changes)+len(failures), 2*(bytes.Count(log, []byte("\n"))+1))
		require.True(t, told.HasChanges() || len(changes) == 0)
		require.False(t, told.Refused() && (told.Errors() != "" || len(failures) > 0))
		outcome := Outcome{Stack: "dev", Events: told, Log: string(log)}
		require.NotEmpty(t, outcome.Summary())
		require.NotEmpty(t, outcome.Cause())
		require.Contains(t, Drift("dev", told, nil, "").Title, "dev")
	})
}

// FuzzBumpImage writes an image into any file: what comes out is the same document with the new image, or an error.
func FuzzBumpImage(f *testing.F) {
	for _, text := range []string{
		"name: a\nimage: acme/a:1 # now\nport: 80\n", "image: 'acme/a:1'\n", "image: \"acme\\/a:1\"\n", "{image: acme/a:1, a: b}\n",
		"image: |\n  acme/a:1\n",
		"é: ü\nimage: &i acme/a:1\nother: *i\n", "image:\n  acme/a:1\n", "\ufeffimage: a\n", "image: !!str a\r\n", "? image\n: a\n",
		"---\nimage: a\n---\nb: c\n",
	} {
		f.Add([]byte(text))
	}
	image := "registry.company.com/a@sha256:" + string(bytes.Repeat([]byte("0"), 64))
	f.Fuzz(func(t *testing.T, file []byte) {
		bumped, err := BumpImage(file, image)
		if err != nil {
			return
		}
		var before, after yaml.Node
		require.NoError(t, yaml.Unmarshal(file, &before))
		require.NoError(t, yaml.Unmarshal(bumped, &after), "%q became %q", file, bumped)
		value := imageOf(&after)
		require.NotNil(t, value, "%q became %q", file, bumped)
		require.Equal(t, image, value.Value, "%q became %q", file, bumped)
		imageOf(&before).Value = image
		require.Equal(t, texts(&before), texts(&after), "%q became %q", file, bumped)
	})
}

// texts are the keys and values of a document, in order.
func texts(node *yaml.Node) (all []string) {
	all = append(all, node.Value)
	for _, child := range node.Content {
		all = append(all, texts(child)...)
	}
	return all
}

// FuzzExpired reads the expiry of stacks: what cannot be read destroys nothing.
func FuzzExpired(f *testing.F) {
	f.Add("pr-1", "2026-11-30T18:00:00Z")
	f.Add("pr-1", "")
	f.Add("prod", "2000-01-01T00:00:00Z")
	f.Add("pr-2", "2000-01-01T24:00:00+99:99")
	now := time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, name, expires string) {
		expired, err := Expired([]Stack{{Name: name, Expires: expires}}, now)
		if err != nil {
			require.Empty(t, expired)
			require.ErrorContains(t, err, name)
		}
		for _, stack := range expired {
			require.True(t, IsEphemeral(stack))
		}
	})
}
