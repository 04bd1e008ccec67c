package events

import (
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/resource"
)

// diagnostic is a message, in both forms.
type diagnostic struct {
	URN       string `json:"urn"`
	Prefix    string `json:"prefix"`
	Message   string `json:"message"`
	Severity  string `json:"severity"`
	Ephemeral bool   `json:"ephemeral"`
}

// colour is a directive of the engine, such as <{%reset%}>, or an escape sequence of a terminal.
var colour = regexp.MustCompile("<\\{%[^%]*%\\}>|\x1b\\[[0-9;]*m")

// Plain is a message of the engine without its colours.
func Plain(message string) string { return colour.ReplaceAllString(message, "") }

func clean(message string) string { return strings.TrimSpace(Plain(message)) }

// say keeps errors and warnings, each once. What the engine says about its plugins, and its summary of errors, is left out.
func (p *Preview) say(d diagnostic) {
	text := clean(d.Message)
	text = strings.TrimPrefix(text, d.Severity+": ") // the digest has the prefix in the message
	if text == "" || d.Ephemeral && d.Severity != "error" {
		return
	}
	if d.URN != "" {
		text = resource.NameOf(d.URN) + ": " + text
	}
	switch d.Severity {
	case "error":
		if text == "preview failed" || text == "update failed" {
			p.Failed = true
			return
		}
		if !slices.Contains(p.Errors, text) {
			p.Errors = append(p.Errors, text)
		}
	case "warning":
		if !strings.HasPrefix(text, "using pulumi-") && !slices.Contains(p.Warnings, text) {
			p.Warnings = append(p.Warnings, text)
		}
	}
}
