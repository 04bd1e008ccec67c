package config

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/keda"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/rule"
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
	fault := Fault{Allowed: rule.LabelNames + "; not default and not kube-*"}
	switch {
	case !aws.DnsLabel.MatchString(namespace):
		fault.Problem, fault.Fix = "not a valid name", setFix(c.Environment, at, rule.Slug(namespace))
	case namespace == "default" || strings.HasPrefix(namespace, "kube-"):
		fault.Problem, fault.Fix = "a namespace of Kubernetes itself", setFix(c.Environment, at, "models")
	default:
		return checkAddonNamespaces(c)
	}
	return []Fault{newFault(at, namespace, fault)}
}

// checkAddonNamespaces wants no models where an add-on runs, whose namespace the platform makes.
func checkAddonNamespaces(c Config) []Fault {
	at, namespace := path{"models", "namespace"}, c.Models.Namespace
	taken := map[string]string{}
	for _, row := range addons.Installed(c.Facts()) {
		if row.OwnNamespace() && len(row.Workloads) > 0 {
			taken[row.Chart.Namespace] = row.Title
		}
	}
	if taken[namespace] == "" {
		return nil
	}
	return []Fault{newFault(at, namespace, Fault{
		Problem: "the namespace of " + taken[namespace], Allowed: rule.LabelNames + "; not " + strings.Join(sortedKeys(taken), " and not "),
		Fix: setFix(c.Environment, at, "models"),
	})}
}

// checkOverrideNames wants names that a model can have. Whether there is such a model is found out when the files are read.
func checkOverrideNames(c Config) []Fault {
	var faults []Fault
	for _, name := range sortedKeys(c.Models.Overrides) {
		if modelspec.IsName(name) {
			continue
		}
		faults = append(faults, newFault(path{"models", "overrides", name}, absent{}, Fault{
			Problem: "not the name of a model",
			Allowed: "the name of a file in the models directory, without .yaml",
			Fix:     editFix(c.Environment, "rename it to "+rule.Slug(name)),
		}))
	}
	return faults
}

// metricName is what Prometheus and the API of custom metrics allow.
var metricName = regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*$`)

func checkRequestMetric(c Config) []Fault {
	at, metric := path{"models", "requestMetric"}, c.Models.RequestMetric
	if metric == "" {
		return nil
	}
	if c.Monitoring.ByRequests() {
		return []Fault{newFault(at, metric, Fault{Problem: "has no effect: KEDA scales models by requests, and needs no adapter",
			Allowed: "empty, or any metric where modelway:" + keda.Setting + " is false", Fix: removeFix(c.Environment, at)}).
			AlsoReads(path{"monitoring", "enabled"}, path{"monitoring", "scaling"})}
	}
	if metricName.MatchString(metric) {
		return nil
	}
	return []Fault{newFault(at, metric, Fault{Problem: "not the name of a metric", Allowed: "letters, digits, underscores and colons, not " +
		"starting with a digit",
		Fix: setFix(c.Environment, at, "model_requests_per_second")})}
}
