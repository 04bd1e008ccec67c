package delivery

import "strings"

// bot is who writes with the token of a workflow.
const bot = "github-actions[bot]"

// roomToClose is for what closes fences and details.
const roomToClose = 200

// maximumBody is how many characters GitHub takes in the body of a comment or an issue, less some room.
const maximumBody = 65000

// PreviewMarker begins the comment on a pull request, and is not seen.
const PreviewMarker = "<!-- modelway preview -->"

// Note is a comment or an issue of GitHub, as its REST API has it
// (https://docs.github.com/en/rest/issues/comments#list-issue-comments,
// https://docs.github.com/en/rest/issues/issues#list-repository-issues).
type Note struct {
	// ID identifies a comment, Number an issue within its repository.
	ID     int64  `json:"id"`
	Number int    `json:"number"`
	Body   string `json:"body"`
	User   struct {
		Login string `json:"login"`
	} `json:"user"`
	// PullRequest is set where the issue is a pull request.
	PullRequest *struct{} `json:"pull_request"`
}

// find is the first note that a workflow wrote under a marker. A marker in what somebody else wrote does not count.
func find(notes []Note, marker string) (Note, bool) {
	for _, note := range notes {
		if note.User.Login == bot && note.PullRequest == nil && strings.HasPrefix(note.Body, marker) {
			return note, true
		}
	}
	return Note{}, false
}

// FindComment is the id of the comment that PreviewMarker begins, or 0.
func FindComment(comments []Note) int64 {
	found, _ := find(comments, PreviewMarker)
	return found.ID
}

// Comment is the one comment of a pull request: the sections of the environments that it touches, and where to read on.
func Comment(sections []string, run string) string {
	if len(sections) == 0 {
		sections = []string{"This pull request touches no environment: nothing in AWS changes when it is merged."}
	}
	end := "\n\n[The run with the whole log](" + run + "). This comment is updated with every push.\n"
	return limit(PreviewMarker+"\n"+strings.Join(sections, "\n\n"), maximumBody-len(end)) + end
}

// limit cuts a text at the end of a line, and says so. A fence or a block of details that is cut open is closed.
func limit(text string, most int) string {
	const cut = "\n\nThe rest is too long for GitHub: see the run.\n"
	if len(text) <= most {
		return text
	}
	text = text[:most-len(cut)-roomToClose]
	text = text[:strings.LastIndexByte(text, '\n')+1]
	if strings.Count(text, "\n```")%2 == 1 {
		text += "```\n"
	}
	return text + strings.Repeat("</details>\n", max(0, strings.Count(text, "<details")-strings.Count(text, "</details>"))) + cut
}

// Fenced is a text in a fence that the text cannot close, whatever it holds.
func Fenced(text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + "\n" + strings.TrimRight(text, "\n") + "\n" + fence
}
