package outline_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/review/outline"
	"github.com/modelway/modelway/internal/strict"
	"github.com/modelway/modelway/internal/terminal"
)

// TestFailuresOnScreens are the last lines of what failed.
func TestFailuresOnScreens(t *testing.T) {
	settings := strict.NewError("dev", []strict.Fault{
		{Key: "modelway:network.natGateway", Problem: "unknown key", File: "Pulumi.dev.yaml", Line: 8},
		{Key: "modelway:cluster.adminRoleArns", Problem: "required"},
	}).Error()
	pricing := stored(t, "failed.jsonl").Errors[0]
	for name, f := range map[string]outline.Failure{
		"settings": {Stack: "dev", Operation: "preview", Fault: "preview of stack dev failed: " + settings, Changed: outline.Unchanged},
		"model":    {Stack: "dev", Operation: "preview", Fault: "preview of stack dev failed: " + pricing, Changed: outline.Unchanged},
		"many": {Stack: "local", Operation: "update", Fault: "up of stack local failed: " + strings.Repeat(pricing+"\n", 2) +
			"models/churn.yaml:7: image: latest is not a version", Changed: outline.Unchanged},
		"engine":      {Stack: "local", Operation: "update", Fault: "up of stack local failed: fault-injection", Changed: "12 created, 1 updated"},
		"interrupted": {Stack: "local", Operation: "removal", Fault: pricing, Changed: "40 deleted", Interrupted: true},
		"refused": {Stack: "local", Operation: "preview", Fault: "mandatory policies are broken: image-tag", Changed: outline.Unchanged,
			Headline: review.Of(stored(t, "policy-broken.jsonl"), nil).Headline},
		"unknown": {Stack: strings.Repeat("team-", 12) + "local", Operation: "update"},
	} {
		recorder.Screens(t, "failure-"+name, func(as terminal.Terminal) string { return strings.Join(f.Lines(as), "\n") + "\n" })
	}
}

func TestFailuresAreRed(t *testing.T) {
	f := outline.Failure{Stack: "dev", Operation: "preview", Changed: outline.Unchanged}
	require.Equal(t, []string{terminal.Red + "dev: the preview failed; nothing was changed\x1b[0m"},
		f.Lines(terminal.With(80, 40, func(string) string { return "" })))
}
