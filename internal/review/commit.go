package review

import (
	"cmp"
	"encoding/json"
	"regexp"
	"strings"
)

// What GitHub has for names of repositories and for commits.
var (
	repositoryName = regexp.MustCompile(`^[\w.-]+/[\w.-]+$`)
	commitName     = regexp.MustCompile(`^[0-9a-f]{7,64}$`)
)

// CommitURL is the URL of the files at the commit that a run of GitHub Actions is about, from its environment and the event that started
// it: the head of a pull request, since the commit that GitHub merges it into for the run is gone later. It is "" elsewhere
// (https://docs.github.com/en/actions/reference/workflows-and-actions/variables).
func CommitURL(getenv func(string) string, event []byte) string {
	var started struct {
		PullRequest struct {
			Head struct{ SHA string }
		} `json:"pull_request"`
	}
	_ = json.Unmarshal(event, &started) // other events have no pull request
	repository, commit := getenv("GITHUB_REPOSITORY"), cmp.Or(started.PullRequest.Head.SHA, getenv("GITHUB_SHA"))
	if !repositoryName.MatchString(repository) || !commitName.MatchString(commit) {
		return ""
	}
	server := strings.TrimSuffix(cmp.Or(getenv("GITHUB_SERVER_URL"), "https://github.com"), "/")
	return server + "/" + repository + "/blob/" + commit
}
