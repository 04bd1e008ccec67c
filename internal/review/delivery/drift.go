package delivery

import (
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/review/events"
	"github.com/modelway/modelway/internal/sheet"
)

// bot is who writes with the token of a workflow.
const bot = "github-actions[bot]"

// Issue is an issue of GitHub, as its REST API has it (https://docs.github.com/en/rest/issues/issues#list-repository-issues).
type Issue struct {
	// Number identifies it within its repository.
	Number int    `json:"number"`
	Body   string `json:"body"`
	User   struct {
		Login string `json:"login"`
	} `json:"user"`
	// PullRequest is set where the issue is a pull request.
	PullRequest *struct{} `json:"pull_request"`
}

// find is the first issue that a workflow wrote under a marker. A marker in what somebody else wrote does not count.
func find(issues []Issue, marker string) (Issue, bool) {
	for _, issue := range issues {
		if issue.User.Login == bot && issue.PullRequest == nil && strings.HasPrefix(issue.Body, marker) {
			return issue, true
		}
	}
	return Issue{}, false
}

// driftMarker begins the issue about an environment's drift, and is not seen.
func driftMarker(stack string) string { return "<!-- modelway drift " + stack + " -->" }

// DriftAction is what to do with the issue about an environment's drift.
type DriftAction struct {
	// Verb is open, update, close or none.
	Verb string
	// Number is that of the issue to update or close.
	Number int
	// Title and Body are what the issue is to say, where it is opened or updated.
	Title, Body string
}

// Drift compares what a refresh found with the open issues: one issue per environment, opened, updated, or closed.
func Drift(stack string, found events.Log, open []Issue, run string) DriftAction {
	changes := found.Changes()
	issue, exists := find(open, driftMarker(stack))
	action := DriftAction{Number: issue.Number, Title: "Drift in " + stack, Body: driftBody(stack, changes, run)}
	switch {
	case len(changes) > 0 && exists:
		action.Verb = "update"
	case len(changes) > 0:
		action.Verb = "open"
	case exists:
		action.Verb, action.Body = "close", ""
	default:
		action.Verb, action.Body = "none", ""
	}
	return action
}

func driftBody(stack string, changes []events.Change, run string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n%d resources of %s are not as Pulumi left them: somebody or something else has changed or deleted them.\n\n",
		driftMarker(stack), len(changes), stack)
	text.WriteString(sheet.Of("what", "resource", "type", "properties").Markdown())
	for _, c := range changes {
		what := "changed"
		if c.Op == "delete" {
			what = "deleted"
		}
		text.WriteString(sheet.Row(what, sheet.Code(c.Name()), sheet.Code(c.Type), sheet.Code(strings.Join(c.Diffs, ", "))))
	}
	end := fmt.Sprintf("\n**What to do**, from a checkout of main, with rights to deploy:\n\n"+
		"- Undo it: `pulumi up --refresh -s %[1]s` makes the resources again as the program says.\n"+
		"- Keep it: write it into `Pulumi.%[1]s.yaml` or the model's file, merge that, then `pulumi refresh -s %[1]s`.\n\n"+
		"[The run that found it](%[2]s). This issue is updated by the next one, and closed when there is no drift.\n", stack, run)
	return limit(text.String(), maximumBody-len(end)) + end
}
