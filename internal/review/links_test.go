package review_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/review"
)

func TestTheCommitThatARunIsAbout(t *testing.T) {
	const sha, head = "0123456789012345678901234567890123456789", "89abcdef89abcdef89abcdef89abcdef89abcdef"
	env := map[string]string{"GITHUB_REPOSITORY": "company/modelway", "GITHUB_SHA": sha}
	of := func(event string) string {
		return review.CommitURL(func(name string) string { return env[name] }, []byte(event))
	}
	require.Equal(t, "https://github.com/company/modelway/blob/"+sha, of(""))
	require.Equal(t, "https://github.com/company/modelway/blob/"+head, of(`{"pull_request":{"head":{"sha":"`+head+`"}}}`))
	env["GITHUB_SERVER_URL"] = "https://github.company.com/"
	require.Equal(t, "https://github.company.com/company/modelway/blob/"+sha, of("{"))
	for name, value := range map[string]string{"GITHUB_REPOSITORY": "a/b/c)", "GITHUB_SHA": "main"} {
		before := env[name]
		env[name] = value
		require.Empty(t, of(""), name)
		env[name] = before
	}
}

func TestFilesThatTextsNameAreLinked(t *testing.T) {
	p := stored(t, "failed.jsonl")
	p.Errors = []string{"models/churn_2.yaml:3: port is 0; see https://a.example/models/x.yaml, ../up.yaml:1 and gone.yaml:2", "Pulumi.dev.yaml is cut"}
	r := review.Of(p, nil)
	require.NotContains(t, r.Markdown(review.CommentLimit), "](", "without a commit files are named only")
	const at = "https://github.com/c/m/blob/abc"
	text := r.WithLinks(review.Links{Commit: at, Has: func(path string) bool { return path != "gone.yaml" }}).Markdown(review.CommentLimit)
	require.Contains(t, text, `[models/churn\_2.yaml:3](`+at+"/models/churn_2.yaml#L3): port is 0")
	require.Contains(t, text, "[Pulumi.dev.yaml]("+at+"/Pulumi.dev.yaml) is cut")
	require.Equal(t, 2, strings.Count(text, "]("+at), text)
	hostile := r.WithLinks(review.Links{Map: "https://m.example/a)b|c\n<d"}).Markdown(review.CommentLimit)
	require.Contains(t, hostile, "](https://m.example/a%29b%7Cc%3Cd)\n")
}
