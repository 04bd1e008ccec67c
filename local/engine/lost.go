package engine

import (
	"errors"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// premature is what the engine says when it closes a plugin that ended before, with what the plugin wrote at last. It calls that a bug of
// the provider (Plugin.Close in https://github.com/pulumi/pulumi/blob/v3.258.0/pkg/resource/plugin/plugin.go).
var premature = regexp.MustCompile(`(?s)^Detected that (\S+|\S.*?) exited prematurely\..*?streams of the plugin:(.*)$`)

// pluginEnded begins the sentence that takes the place of the engine's.
const pluginEnded = "the engine's plugin "

// lostPlugin says in a sentence that a plugin ended, where the text is the engine's about that; otherwise it is empty.
func lostPlugin(text string) string {
	match := premature.FindStringSubmatch(text)
	if match == nil {
		return ""
	}
	name := strings.TrimPrefix(filepath.Base(match[1]), "pulumi-resource-")
	said := pluginEnded + name + " ended while it was at work: it was killed, or the machine ran out of memory"
	if last := strings.TrimSpace(match[2]); last != "" {
		said = pluginEnded + name + " ended while it was at work. The last that it wrote:\n    " + strings.ReplaceAll(last, "\n", "\n    ")
	}
	return said
}

// broken are the words of gRPC when the process at the other end is gone.
var broken = regexp.MustCompile(`error reading from server: |connection error: desc = "transport: |code = Unavailable`)

// withCause is the error of faults. The end of a plugin takes the place of those that follow from it, which progress has shown. Where the
// operation was ended, its plugins were, too.
func withCause(faults []string, ended bool) error {
	isCause := func(fault string) bool { return strings.HasPrefix(fault, pluginEnded) }
	switch {
	case slices.ContainsFunc(faults, isCause):
		kept := slices.DeleteFunc(slices.Clone(faults), func(fault string) bool { return !isCause(fault) && broken.MatchString(fault) })
		return outcome{ErrLost, strings.Join(kept, "\n")}
	case !ended && slices.ContainsFunc(faults, broken.MatchString):
		return outcome{ErrLost, strings.Join(faults, "\n") + "\na plugin of the engine ended while it was at work: it was killed, or the " +
			"machine ran " +
			"out of memory"}
	}
	return errors.New(strings.Join(faults, "\n"))
}

// ErrLost is the error of an operation that failed because the engine or a plugin ended, which it may not do again.
var ErrLost = errors.New("the engine or a plugin ended")
