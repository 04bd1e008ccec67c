package events

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/modelway/modelway/internal/resource"
)

// colour is a directive of the engine, such as <{%reset%}>, or an escape sequence of a terminal.
var colour = regexp.MustCompile("<\\{%[^%]*%\\}>|\x1b\\[[0-9;]*m")

// Plain is a message of the engine without its colours, and without the space around it.
func Plain(message string) string { return strings.TrimSpace(colour.ReplaceAllString(message, "")) }

// Said is a message, and what stands before it: the resource that it is about. The text is empty for what the engine says about its
// plugins, and for its summary of errors.
func Said(d apitype.DiagnosticEvent) (about, text string) {
	text = strings.TrimPrefix(Plain(d.Message), d.Severity+": ") // the digest has the prefix in the message
	if strings.HasPrefix(text, "using pulumi-") || text == "preview failed" || text == "update failed" {
		return "", ""
	}
	if d.URN != "" {
		about = resource.NameOf(d.URN) + ": "
	}
	if d.Severity == "error" && strings.Contains(text, conflict) {
		text += "\n" + taken
	}
	return about, text
}

// Frames that the engine and the SDK put around the error of a program.
var frames = []*regexp.Regexp{
	regexp.MustCompile(`^an unhandled error occurred: `),
	regexp.MustCompile(`^Running program '[^']*' failed with an unhandled exception:\s*`),
	regexp.MustCompile(`^program failed: `),
	regexp.MustCompile(`^\d+ errors? occurred:\n\t\* `),
}

// Refusal is the error of a program without what the engine and the SDK put around it; false where the text is none.
func Refusal(text string) (string, bool) {
	is := frames[0].MatchString(text) || frames[1].MatchString(text)
	if !is {
		return text, false
	}
	for _, frame := range frames {
		text = frame.ReplaceAllString(text, "")
	}
	return strings.TrimSpace(text), true
}

// conflict begins the error of the Kubernetes provider for an object that has fields of others
// (https://github.com/pulumi/pulumi-kubernetes/blob/f47bc2d6f199/provider/pkg/await/await.go, handleSSAErr).
const conflict = "Server-Side Apply field conflict detected"

// taken says what such a conflict means. It also ends the creation of an object whose name somebody took before, which a preview does not
// see: there the provider forces what it applies.
const taken = "The object is in the cluster already, and somebody else made or changed it: the conflict names the program, such as " +
	"kubectl. " +
	"As an administrator, look at it with `kubectl get -o yaml --show-managed-fields`; delete it where its name was taken, " +
	"or take the change back, and run again (docs/security.md#a-name-that-is-taken)"

// say keeps errors and warnings, each once.
func (p *Preview) say(d apitype.DiagnosticEvent) {
	about, text := Said(d)
	switch {
	case d.Severity == "error":
		p.Failed = true
		if said, ofProgram := Refusal(text); ofProgram {
			about, text = "", said // the resource is the stack
		}
		p.Errors = appendOnce(p.Errors, about, text)
	case d.Severity == "warning" && !d.Ephemeral:
		p.Warnings = appendOnce(p.Warnings, about, text)
	}
}

func appendOnce(texts []string, about, text string) []string {
	if text == "" || slices.Contains(texts, about+text) {
		return texts
	}
	return append(texts, about+text)
}
