package ci

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/modelway/modelway/internal/review/delivery"
)

// The files that GitHub reads after a step
// (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files).
const (
	outputVariable  = "GITHUB_OUTPUT"
	summaryVariable = "GITHUB_STEP_SUMMARY"
)

// output hands a value to later steps and jobs, and prints it where there are none.
func (w *work) output(name, value string) error {
	if strings.ContainsAny(value, "\r\n") {
		return fmt.Errorf("the output %s is %q: GitHub takes one line", name, value)
	}
	return w.give(outputVariable, name+"="+value+"\n")
}

// publish adds a text to the summary of the job, and prints it where there is none.
func (w *work) publish(text string) error { return w.give(summaryVariable, text) }

func (w *work) give(variable, text string) error {
	if path := w.Env(variable); path != "" {
		return appendTo(path, text)
	}
	_, err := io.WriteString(w.Out, text)
	return err
}

func appendTo(path, text string) error {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}

// runURL is the address of the run of the workflow.
func (w *work) runURL() string {
	return fmt.Sprintf("%s/%s/actions/runs/%s", cmp.Or(w.Env("GITHUB_SERVER_URL"), "https://github.com"), w.Env("GITHUB_REPOSITORY"),
		w.Env("GITHUB_RUN_ID"))
}

// issues are those at an address of GitHub's API, from all pages.
func (w *work) issues(address string) (all []delivery.Issue, err error) {
	text, err := w.ask("gh", "api", "--paginate", address)
	if err != nil {
		return nil, err
	}
	// `gh api --paginate` prints one JSON array a page.
	for decoder := json.NewDecoder(strings.NewReader(text)); ; {
		var page []delivery.Issue
		switch err := decoder.Decode(&page); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, fmt.Errorf("reading issues: GitHub's answer is no JSON array: %w", err)
		}
		all = append(all, page...)
	}
}
