package config

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // so that every machine knows the same time zones

	"github.com/robfig/cron/v3"
)

// checkSchedule reports times that no CronJob can have: both or none, as cron expressions that come, in a time zone that exists.
func checkSchedule(c Config) []Fault {
	at := path{"models", "schedule"}
	schedule := c.Models.Schedule
	var faults []Fault
	for _, given := range []struct{ key, value, other, example string }{
		{"stop", schedule.Stop, "start", "0 20 * * 1-5"}, {"start", schedule.Start, "stop", "0 7 * * 1-5"},
	} {
		fault := Fault{Allowed: "minute, hour, day of the month, month and day of the week, such as " + given.example,
			Fix: setFix(c.Environment, at.At(given.key), given.example)}
		switch {
		case !schedule.Given():
			continue
		case given.value == "":
			fault.Problem = "missing while " + given.other + " is given"
			faults = append(faults, newFault(at.At(given.key), absent{}, fault).AlsoReads(at.At(given.other)))
		default:
			if fault.Problem = cronProblem(given.value); fault.Problem != "" {
				faults = append(faults, newFault(at.At(given.key), given.value, fault))
			}
		}
	}
	if schedule.Given() && schedule.Start == schedule.Stop {
		faults = append(faults, newFault(at.At("start"), schedule.Start, Fault{Problem: "the same as stop", Allowed: "another time than stop",
			Fix: setFix(c.Environment, at.At("start"), "0 7 * * 1-5")}).AlsoReads(at.At("stop")))
	}
	if zone := schedule.TimeZone; !isTimeZone(zone) {
		near := nearTimeZone(zone)
		fault := Fault{Problem: "not the name of a time zone",
			Allowed: "a name such as Europe/Berlin or Etc/UTC", Fix: setFix(c.Environment, at.At("timeZone"), near)}
		if near != utc {
			fault.Problem += fmt.Sprintf("; did you mean %q?", near)
		}
		faults = append(faults, newFault(at.At("timeZone"), zone, fault))
	}
	return faults
}

// cronProblem says what is wrong with a cron expression, which is read with the parser of Kubernetes.
func cronProblem(text string) string {
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

const utc = "Etc/UTC"

// isTimeZone reports whether Kubernetes takes the time zone of a CronJob.
func isTimeZone(name string) bool {
	if name == "" || strings.EqualFold(name, "Local") {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// nearTimeZone returns the time zone that the name was probably meant to be: with other capitals, of a city without its
// continent, or with one typing error; otherwise Etc/UTC.
func nearTimeZone(name string) string {
	name = titled(name)
	candidates := []string{name}
	if city := name[strings.LastIndexByte(name, '/')+1:]; city != "" {
		for _, continent := range []string{"Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian", "Etc"} {
			candidates = append(candidates, continent+"/"+city)
		}
	}
	const letters = "abcdefghijklmnopqrstuvwxyz_"
	for i := 0; i <= len(name) && len(name) < 40; i++ {
		if i < len(name) {
			candidates = append(candidates, name[:i]+name[i+1:])
		}
		if i+1 < len(name) {
			candidates = append(candidates, name[:i]+name[i+1:i+2]+name[i:i+1]+name[i+2:])
		}
		for _, letter := range letters {
			candidates = append(candidates, name[:i]+string(letter)+name[i:])
			if i < len(name) {
				candidates = append(candidates, name[:i]+string(letter)+name[i+1:])
			}
		}
	}
	for _, candidate := range candidates {
		if candidate = titled(candidate); strings.Contains(candidate, "/") && isTimeZone(candidate) {
			return candidate
		}
	}
	return utc
}

// titled writes a name as those of time zones are: America/New_York.
func titled(name string) string {
	text := []byte(strings.ToLower(strings.ReplaceAll(strings.TrimSpace(name), " ", "_")))
	for i := range text {
		if first := i == 0 || text[i-1] == '/' || text[i-1] == '_' || text[i-1] == '-'; first && text[i] >= 'a' && text[i] <= 'z' {
			text[i] -= 'a' - 'A'
		}
	}
	return strings.TrimSuffix(string(text), "/")
}
