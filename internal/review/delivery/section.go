package delivery

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/review/events"
)

// Preview is what came of previewing an environment.
type Preview struct {
	Stack string
	// Live is true where the environment's own stack was compared, false for an offline preview.
	Live bool
	// Base is the revision that an offline preview compares with; empty where it compares with an empty account.
	Base string
	// Report is what `modelway report` wrote, in Markdown; empty where the preview failed before there was anything to report.
	Report string
	// Failed is true where the preview itself failed. Log is then what it printed.
	Failed bool
	Log    string
	// Events are those of the engine.
	Events events.Log
}

// offline says what the report is worth.
func (p Preview) offline() string {
	text := "**Offline preview.** This run has no credentials of AWS: it comes from a fork or a bot, or the variable with the role's ARN is " +
		"not set. "
	if p.Base != "" {
		return text + fmt.Sprintf("The environment was brought up as `%s` has it, in a simulated account, and then compared: what else is in "+
			"the real account is not known.", p.Base)
	}
	return text + "The resources are compared with an empty account, so all of them are new. A maintainer sees the differences by pushing " +
		"the branch to the repository itself."
}

// Section is the part of a comment or a job summary about one environment, its verdict first.
func (p Preview) Section() string {
	parts := []string{"## " + p.Stack}
	if p.Failed && !p.Events.Refused() || p.Report == "" {
		parts = append(parts, fmt.Sprintf("**The preview of %s failed.** Nothing has been changed.", p.Stack))
	}
	if p.Report != "" {
		parts = append(parts, strings.TrimSpace(p.Report))
	}
	if p.Report == "" || p.Failed && !p.Events.Refused() && p.Events.Errors() == "" { // else the report has the errors
		parts = append(parts, Fenced(cmp.Or(reason(p.Events, p.Log), "It printed nothing. The log of the job has the commands that ran.")))
	}
	if !p.Live {
		parts = append(parts, p.offline())
	}
	return strings.Join(parts, "\n\n") + "\n"
}

// reason is what the engine reported as errors, or else the last lines of what was printed.
func reason(told events.Log, printed string) string {
	return cmp.Or(told.Errors(), lastLines(printed))
}

// lastLines are those of what was printed in which the reason is.
func lastLines(printed string) string {
	all := strings.Split(strings.TrimSpace(printed), "\n")
	return strings.Join(all[max(0, len(all)-30):], "\n")
}
