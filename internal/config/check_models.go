package config

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
)

// checkModelDirectory wants a folder inside the project.
func checkModelDirectory(c Config) []Fault {
	directory := c.Models.Directory
	if fs.ValidPath(directory) && directory != "." {
		return nil
	}
	proposed := strings.TrimPrefix(filepath.ToSlash(filepath.Clean("/"+directory)), "/")
	if proposed == "" || strings.HasPrefix(directory, "/") {
		proposed = "models"
	}
	at := path{"models", "directory"}
	return []Fault{newFault(at, directory, Fault{
		Problem: "not a folder inside the project",
		Allowed: "a path relative to the project's root, with / between its parts and without . and ..",
		Fix:     setFix(c.Environment, at, proposed),
	})}
}

// checkModelNamespace wants a namespace that is free for models.
func checkModelNamespace(c Config) []Fault {
	at, namespace := path{"models", "namespace"}, c.Models.Namespace
	fault := Fault{Allowed: labelNames + "; not default and not kube-*"}
	switch {
	case !dnsLabel.MatchString(namespace):
		fault.Problem, fault.Fix = "not a valid name", setFix(c.Environment, at, slug(namespace))
	case namespace == "default" || strings.HasPrefix(namespace, "kube-"):
		fault.Problem, fault.Fix = "a namespace of Kubernetes itself", setFix(c.Environment, at, "models")
	default:
		return nil
	}
	return []Fault{newFault(at, namespace, fault)}
}

// modelName is the form of a model's name; see modelspec.Model.
var modelName = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$`)

// checkOverrideNames wants names that a model can have. Whether there is such a model is found out when the files are read.
func checkOverrideNames(c Config) []Fault {
	var faults []Fault
	for _, name := range sortedKeys(c.Models.Overrides) {
		if modelName.MatchString(name) {
			continue
		}
		faults = append(faults, newFault(path{"models", "overrides", name}, absent{}, Fault{
			Problem: "not the name of a model",
			Allowed: "the name of a file in the models directory, without .yaml",
			Fix:     editFix(c.Environment, "rename it to "+slug(name)),
		}))
	}
	return faults
}

// cronExpression is minute, hour, day of the month, month and day of the week; the API server checks the numbers.
var cronExpression = regexp.MustCompile(`^[0-9*/,-]+ [0-9*/,-]+ [0-9*/,?-]+ [0-9A-Za-z*/,-]+ [0-9A-Za-z*/,?-]+$`)

// timeZoneName is a name of the IANA time zone database.
var timeZoneName = regexp.MustCompile(`^[A-Za-z]+(/[A-Za-z0-9_+-]+){0,2}$`)

// checkSchedule wants both times or none.
func checkSchedule(c Config) []Fault {
	at := path{"models", "schedule"}
	schedule := c.Models.Schedule
	var faults []Fault
	for _, time := range []struct{ key, value, other, example string }{
		{"stop", schedule.Stop, "start", "0 20 * * 1-5"}, {"start", schedule.Start, "stop", "0 7 * * 1-5"},
	} {
		fault := Fault{Allowed: "minute, hour, day of the month, month and day of the week, such as " + time.example,
			Fix: setFix(c.Environment, at.At(time.key), time.example)}
		switch {
		case !schedule.Given():
			continue
		case time.value == "":
			fault.Problem = "missing while " + time.other + " is given"
			faults = append(faults, newFault(at.At(time.key), absent{}, fault).AlsoReads(at.At(time.other)))
		case !cronExpression.MatchString(time.value):
			fault.Problem = "not a cron expression of five fields"
			faults = append(faults, newFault(at.At(time.key), time.value, fault))
		}
	}
	if !timeZoneName.MatchString(schedule.TimeZone) {
		faults = append(faults, newFault(at.At("timeZone"), schedule.TimeZone, Fault{Problem: "not the name of a time zone",
			Allowed: "a name such as Europe/Berlin or Etc/UTC", Fix: setFix(c.Environment, at.At("timeZone"), "Etc/UTC")}))
	}
	return faults
}

// metricName is what Prometheus and the API of custom metrics allow.
var metricName = regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*$`)

func checkRequestMetric(c Config) []Fault {
	at, metric := path{"models", "requestMetric"}, c.Models.RequestMetric
	if metric == "" || metricName.MatchString(metric) {
		return nil
	}
	return []Fault{newFault(at, metric, Fault{Problem: "not the name of a metric", Allowed: "letters, digits, underscores and colons, not starting with a digit",
		Fix: setFix(c.Environment, at, "model_requests_per_second")})}
}
