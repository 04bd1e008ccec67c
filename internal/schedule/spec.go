// Package schedule decides at which times the models of an environment stop and start.
package schedule

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/modelway/modelway/internal/rule"
)

// Spec gives the times at which models stop and start, as cron expressions
// (https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax).
type Spec struct {
	// Stop is when all models are scaled to zero, such as 0 20 * * 1-5. Required where start is given. Default none.
	Stop string `json:"stop"`

	// Start is when they are scaled up again, such as 0 7 * * 1-5. Required where stop is given. Default none.
	Start string `json:"start"`

	// TimeZone is the time zone of both, such as Europe/Berlin. Default Etc/UTC.
	TimeZone string `json:"timeZone"`
}

// Given reports whether models stop at times.
func (s Spec) Given() bool { return s.Stop != "" || s.Start != "" }

// WithDefaults returns the spec with its time zone filled in.
func (s Spec) WithDefaults() Spec {
	if s.TimeZone == "" {
		s.TimeZone = DefaultTimeZone
	}
	return s
}

// Check reports times that no CronJob can have: both or none, as cron expressions that come, in a time zone that exists.
func (s Spec) Check() []rule.Fault {
	var faults []rule.Fault
	stop, start, zone := rule.Path{"stop"}, rule.Path{"start"}, rule.Path{"timeZone"}
	if s.Given() {
		faults = append(checkTime(stop, start, s.Stop, "0 20 * * 1-5"), checkTime(start, stop, s.Start, "0 7 * * 1-5")...)
		if s.Start == s.Stop {
			faults = append(faults, rule.Fault{At: start, Given: s.Start, Problem: "the same as stop", Allowed: "another time than stop",
				Fixes: []rule.Fix{rule.Set(start, "0 7 * * 1-5")}, Reads: []rule.Path{stop}})
		}
	}
	if near, known := TimeZone(s.TimeZone); !known {
		fault := rule.Fault{At: zone, Given: s.TimeZone, Problem: "not the name of a time zone",
			Allowed: "a name such as Europe/Berlin or Etc/UTC", Fixes: []rule.Fix{rule.Set(zone, near)}}
		if near != DefaultTimeZone {
			fault.Problem += fmt.Sprintf("; did you mean %q?", near)
		}
		faults = append(faults, fault)
	}
	return faults
}

// checkTime reports a time that is missing while the other is given, or that no CronJob can have.
func checkTime(at, other rule.Path, text, example string) []rule.Fault {
	fault := rule.Fault{At: at, Given: text, Allowed: "minute, hour, day of the month, month and day of the week, such as " + example,
		Fixes: []rule.Fix{rule.Set(at, example)}}
	if text == "" {
		fault.Given, fault.Problem, fault.Reads = nil, fmt.Sprintf("missing while %s is given", other), []rule.Path{other}
	} else if fault.Problem = CronProblem(text); fault.Problem == "" {
		return nil
	}
	return []rule.Fault{fault}
}

// CronProblem says what is wrong with a cron expression, which is read with the parser of Kubernetes; "" for nothing.
func CronProblem(text string) string {
	if len(strings.Fields(text)) != 5 || strings.Contains(text, "=") {
		return "not a cron expression of five fields"
	}
	times, err := cron.ParseStandard(text)
	switch {
	case err != nil:
		return "not a cron expression: " + err.Error()
	case times.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero():
		return "a time that never comes"
	}
	return ""
}
