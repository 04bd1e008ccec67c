package delivery_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/review/delivery"
	"github.com/modelway/modelway/internal/review/events"
)

const bot = "github-actions[bot]"

func note(number int, login, body string) delivery.Issue {
	n := delivery.Issue{Number: number, Body: body}
	n.User.Login = login
	return n
}

func TestComment(t *testing.T) {
	body := delivery.Comment([]string{"## dev\nA", "## prod\nB"}, "https://run")
	for _, part := range []string{"## dev\nA", "## prod\nB", "https://run"} {
		require.Contains(t, body, part)
	}
	require.Contains(t, delivery.Comment(nil, "https://run"), "touches no environment")
}

// However long the sections, GitHub takes the comment, and it can be found again.
func TestCommentFitsGitHub(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := rapid.SampledFrom([]string{"", "<details>\n"}).Draw(t, "start")
		section := start + strings.Repeat(rapid.SampledFrom([]string{"a line\n", "```\ncode\n```\n", "é | ü |\n"}).Draw(t, "line"),
			rapid.IntRange(1, 20000).Draw(t, "lines"))
		if start != "" {
			section += "</details>\n"
		}
		body := delivery.Comment([]string{section}, "https://run")
		require.LessOrEqual(t, len(body), 65536)
		require.True(t, utf8.ValidString(body))
		require.True(t, strings.Count("\n"+body, "\n```")%2 == 0, "every fence is closed")
		require.Equal(t, strings.Count(body, "<details>"), strings.Count(body, "</details>"))
		require.Contains(t, body, "https://run")
	})
}

// The verdict of each environment stands at the top, and in its section, however long the sections are and however many.
func TestTheVerdictsAreNeverCut(t *testing.T) {
	for _, environments := range []int{2, 3, 40} {
		var sections []string
		for i := range environments {
			report := fmt.Sprintf("<!-- modelway-report:e%d -->\n### 🛑 e%d: 1 breaking change\n\n%s", i, i, strings.Repeat("| a | row |\n", 20_000))
			sections = append(sections, delivery.Preview{Stack: fmt.Sprintf("e%d", i), Report: report, Failed: i == 1, Log: "why"}.Section())
		}
		body := delivery.Comment(sections, "https://run")
		require.LessOrEqual(t, len(body), 65536)
		for i := range environments {
			verdict := fmt.Sprintf("🛑 e%d: 1 breaking change\n", i)
			if i == 1 {
				require.Contains(t, body, "- **The preview of e1 failed.** Nothing has been changed.\n")
			} else {
				require.Contains(t, body, "- "+verdict)
			}
			require.Contains(t, body, "### "+verdict)
		}
	}
	body := delivery.Comment([]string{"## dev\n\n### ✅ dev: no changes\n", strings.Repeat("long\n", 20_000)}, "https://run")
	require.Contains(t, body, "## dev\n\n### ✅ dev: no changes\n", "a short section stays whole")
	many := slices.Repeat([]string{"### " + strings.Repeat("x", 500) + "\n"}, 1000)
	require.LessOrEqual(t, len(delivery.Comment(many, "https://run")), 65536)
	require.Contains(t, delivery.Comment(many, "https://run"), "more environments\n")
}

func TestSection(t *testing.T) {
	good := delivery.Preview{Stack: "dev", Live: true, Report: "| a | b |"}.Section()
	require.Contains(t, good, "## dev\n\n| a | b |")
	require.NotContains(t, good, "Offline")
	offline := delivery.Preview{Stack: "prod", Report: "report"}.Section()
	require.Contains(t, offline, "**Offline preview.**")
	failed := delivery.Preview{Stack: "dev", Live: true, Failed: true, Log: "one\ntwo ``` three"}.Section()
	require.Contains(t, failed, "The preview of dev failed")
	require.Contains(t, failed, "````\none\ntwo ``` three\n````")
	told := events.ParseLog([]byte(
		`{"diagnosticEvent":{"urn":"urn:pulumi:dev::modelway::a:b:C::vpc","message":"<{%fg 1%}>no such zone<{%reset%}>\n","severity":"error"}}`))
	failed = delivery.Preview{Stack: "dev", Live: true, Failed: true, Log: "log", Events: told}.Section()
	require.Contains(t, failed, "vpc: no such zone\n")
	require.NotContains(t, failed, "<{%")
}

func TestDrift(t *testing.T) {
	clean := events.ParseLog([]byte(done("same", "a:b:C", "vpc", "")))
	drifted := events.ParseLog([]byte(done("same", "a:b:C", "vpc", "") + done("update", "a:b:C", "sub|net",
		`,"detailedDiff":{"tags.x":{}},"diffs":["tags"]`) + done("delete", "a:b:C", "route", "")))
	opened := delivery.Drift("prod", drifted, nil, "https://run")
	require.Equal(t, "open", opened.Verb)
	require.Equal(t, "Drift in prod", opened.Title)
	for _, part := range []string{"2 resources of prod", "| changed | `sub\\|net` | `a:b:C` | `tags, tags.x` |", "| deleted | `route`",
		"https://run", "pulumi up --refresh -s prod"} {
		require.Contains(t, opened.Body, part)
	}
	issue, other := note(5, bot, opened.Body), note(6, bot, delivery.Drift("dev", drifted, nil, "").Body)
	updated := delivery.Drift("prod", drifted, []delivery.Issue{other, issue}, "https://run2")
	require.Equal(t, "update", updated.Verb)
	require.Equal(t, 5, updated.Number)
	require.Contains(t, updated.Body, "https://run2")
	closed := delivery.Drift("prod", clean, []delivery.Issue{other, issue}, "")
	require.Equal(t, delivery.DriftAction{Verb: "close", Number: 5, Title: "Drift in prod"}, closed)
	require.Equal(t, "none", delivery.Drift("prod", clean, []delivery.Issue{other}, "").Verb)
	stranger := note(9, "somebody", opened.Body)
	require.Equal(t, "open", delivery.Drift("prod", drifted, []delivery.Issue{stranger}, "").Verb, "an issue of somebody else is left alone")
	pullRequest := issue
	pullRequest.PullRequest = &struct{}{}
	require.Equal(t, "open", delivery.Drift("prod", drifted, []delivery.Issue{pullRequest}, "").Verb)
}

// done is the event of an operation, with more metadata.
func done(op, typ, name, more string) string {
	urn, _ := json.Marshal("urn:pulumi:prod::modelway::" + typ + "::" + name)
	return `{"resOutputsEvent":{"metadata":{"op":"` + op + `","type":"` + typ + `","urn":` + string(urn) + more + "}}}\n"
}
