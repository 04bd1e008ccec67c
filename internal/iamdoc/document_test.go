package iamdoc_test

import (
	"encoding/json"
	"testing"

	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestJSONIsIAMsGrammar(t *testing.T) {
	document := iamdoc.Document{Statements: []iamdoc.Statement{{
		Sid: "Read", Effect: iamdoc.Allow,
		Action:    iamdoc.Values{"s3:GetObject", "s3:ListBucket"},
		Resource:  iamdoc.Values{"arn:aws:s3:::models/a&b/*"},
		Condition: iamdoc.Conditions{"StringEquals": {"b": {"2"}, "a": {"1"}}, "Null": {"c": {"true", "false"}}},
	}}}
	text, err := document.JSON()
	require.NoError(t, err)
	require.Equal(t, `{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow",`+
		`"Action":["s3:GetObject","s3:ListBucket"],"Resource":"arn:aws:s3:::models/a&b/*",`+
		`"Condition":{"Null":{"c":["true","false"]},"StringEquals":{"a":"1","b":"2"}}}]}`, text)
}

// Any document reads back as what it was, the same bytes every time.

func TestJSONKeepsEverything(t *testing.T) {
	value := rapid.StringMatching(`[a-z0-9:/*<>&]{1,20}`)
	values := rapid.SliceOfN(value, 1, 4)
	rapid.Check(t, func(t *rapid.T) {
		condition := rapid.MapOfN(value, rapid.MapOfN(value, values, 1, 3), 1, 3).Draw(t, "condition")
		s := iamdoc.Statement{Effect: iamdoc.Allow, Action: values.Draw(t, "action"), Resource: values.Draw(t, "resource"),
			Condition: iamdoc.Conditions{}}
		for operator, keys := range condition {
			s.Condition[operator] = map[string]iamdoc.Values{}
			for key, v := range keys {
				s.Condition[operator][key] = v
			}
		}
		text, err := json.Marshal(iamdoc.Document{Statements: []iamdoc.Statement{s}})
		require.NoError(t, err)
		again, err := json.Marshal(iamdoc.Document{Statements: []iamdoc.Statement{s}})
		require.NoError(t, err)
		require.Equal(t, text, again)
		var read struct {
			Statement []struct {
				Action, Resource any
				Condition        map[string]map[string]any
			}
		}
		require.NoError(t, json.Unmarshal(text, &read))
		require.Equal(t, []string(s.Action), list(read.Statement[0].Action))
		require.Equal(t, []string(s.Resource), list(read.Statement[0].Resource))
		for operator, keys := range s.Condition {
			for key, v := range keys {
				require.Equal(t, []string(v), list(read.Statement[0].Condition[operator][key]))
			}
		}
	})
}

func list(v any) []string {
	if s, ok := v.(string); ok {
		return []string{s}
	}
	var all []string
	for _, item := range v.([]any) {
		all = append(all, item.(string))
	}
	return all
}

func TestMergeKeepsOrder(t *testing.T) {
	a := iamdoc.Document{Statements: []iamdoc.Statement{{Sid: "A"}}}
	b := iamdoc.Document{Statements: []iamdoc.Statement{{Sid: "B"}, {Sid: "C"}}}
	merged := iamdoc.Merge(a, b)
	require.Equal(t, []iamdoc.Statement{{Sid: "A"}, {Sid: "B"}, {Sid: "C"}}, merged.Statements)
	require.Len(t, a.Statements, 1)
	require.Equal(t, iamdoc.Bucket, iamdoc.Merge(iamdoc.BucketPolicy(), b).Kind)
}
