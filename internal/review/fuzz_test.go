package review_test

import (
	"encoding/json"
	"os"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/review/events"
)

// FuzzOf reports about any preview that can be read: in Markdown, as a table and as JSON.
func FuzzOf(f *testing.F) {
	for _, file := range []string{"vpc-replaced.jsonl", "failed.digest.json", "node-group-replaced.digest.json", "canary.jsonl"} {
		data, err := os.ReadFile("events/testdata/" + file)
		require.NoError(f, err)
		if len(data) < 100_000 {
			f.Add(data)
		}
	}
	f.Add([]byte(`{"steps":[{"op":"replace","urn":"","oldState":{}}],"changeSummary":{"same":1}}`))
	f.Add([]byte(
		`{"steps":[{"op":"delete","urn":"urn:pulumi:d::p::modelway:model:Model$kubernetes:networking.k8s.io/v1:Ingress::a","oldState":{"inputs":{"spec":{"rules":[null,7]}}}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := events.Read("f", data)
		if err != nil {
			return
		}
		r := review.Of(p, nil)
		require.NotEmpty(t, r.Headline)
		text := r.Markdown(review.CommentLimit)
		require.True(t, utf8.ValidString(text))
		require.LessOrEqual(t, len(text), review.CommentLimit)
		_, err = json.Marshal(r)
		require.NoError(t, err)
		r.Judge(nil, "")
	})
}
