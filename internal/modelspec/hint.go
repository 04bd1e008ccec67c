package modelspec

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/lifecycle"
	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/strict"
)

// hints say what to write in place of a value of the wrong kind where quotes would not help.
var hints = map[string]strict.Hint{
	"replicas": replicasHint,
	"p99Latency": timeHint(shortest(lifecycle.MinP99Latency), shortest(lifecycle.MaxP99Latency), "ms",
		shortest(lifecycle.DefaultP99Latency)),
	"loadTime":      timeHint(shortest(lifecycle.MinLoadTime), shortest(lifecycle.MaxLoadTime), "s", shortest(lifecycle.DefaultLoadTime)),
	"compute":       choiceHint(ComputeKinds, ComputeFargate),
	"resources.cpu": func(string) (string, string) { return cpuAllowed, "write it as in " + strconv.Quote(DefaultCPU) },
	"resources.memory": func(string) (string, string) {
		return memoryAllowed, "write it as in " + strconv.Quote(DefaultMemory)
	},
	"scaling": scalingHint,
	"slo":     sloHint,
	"slo.availability": func(string) (string, string) {
		return availabilityAllowed, "write a percentage, " + DefaultAvailability
	},
	"slo.latency": timeHint(shortest(metrics.Objectives("")[0]), shortest(lifecycle.MaxP99Latency), "ms",
		shortest(lifecycle.DefaultP99Latency)),
	"train": trainHint,
	"train.resources.cpu": func(string) (string, string) {
		return cpuAllowed, "write it as in " + strconv.Quote(DefaultTrainCPU)
	},
	"train.resources.memory": func(string) (string, string) {
		return memoryAllowed, "write it as in " + strconv.Quote(DefaultTrainMemory)
	},
	"storage":        choiceHint(StorageKinds, StorageNone),
	"scaling.metric": choiceHint(Metrics, MetricCPU),
	"route.exposure": choiceHint(Exposures, ExposureShared),
	"route.by":       choiceHint(Bys, ByPath),
	"route.paths":    choiceHint(PathSets, PathsContract),
	"model":          filesHint("format, uri and digest"),
	"canary.model":   filesHint("uri and digest"),
}

// filesHint takes a text for the address alone.
func filesHint(keys string) strict.Hint {
	return func(string) (allowed, fix string) {
		return "a mapping of keys to values", "write " + keys + " below it"
	}
}

func replicasHint(written string) (allowed, fix string) {
	number, err := strconv.Atoi(written)
	if err != nil || number < 1 || number > MaxReplicas {
		number = DefaultMinReplicas
	}
	return "a mapping of keys to values", fmt.Sprintf("write replicas: {min: %d, max: %d}", number, max(number, DefaultMaxReplicas))
}

// scalingHint takes a text for the metric, and a number for the target of the default one.
func scalingHint(written string) (allowed, fix string) {
	metric, target := MetricCPU, DefaultCPUTarget
	if slices.Contains(Metrics, written) {
		metric = written
	}
	if metric == MetricRequests {
		target = exampleRequests
	}
	if number, err := strconv.Atoi(written); err == nil && number >= 1 && number <= 100 {
		target = number
	}
	return "a mapping of keys to values", fmt.Sprintf("write scaling: {metric: %s, target: %d}", metric, target)
}

// exampleRequests is a number of requests a second that one replica may take.
const exampleRequests = 50

// sloHint takes a number or text for the availability, and a time for the latency.
func sloHint(written string) (allowed, fix string) {
	objective := "availability: " + DefaultAvailability
	if availability, err := ParseAvailability(written); err == nil && inAvailability(availability) {
		objective = "availability: " + written
	} else if _, err := time.ParseDuration(written); err == nil {
		objective = "latency: " + written
	}
	return "a mapping of keys to values", fmt.Sprintf("write slo: {%s}", objective)
}

// trainHint takes a text for the pipeline.
func trainHint(written string) (allowed, fix string) {
	pipeline := trainExample
	if isLabel(written, MaxNameLength) {
		pipeline = written
	}
	return "a mapping of keys to values", fmt.Sprintf("write train: {pipeline: %s}", pipeline)
}

// timeHint takes a number for one that lacks its unit.
func timeHint(low, high, unit, standard string) strict.Hint {
	return func(written string) (allowed, fix string) {
		proposed := standard
		if _, err := strconv.ParseUint(written, 10, 16); err == nil && written != "0" {
			proposed = written + unit
		}
		return low + " to " + high, fmt.Sprintf("write a number and a unit, %q", proposed)
	}
}

func choiceHint(allowed []string, standard string) strict.Hint {
	return func(string) (string, string) { return strings.Join(allowed, ", "), choiceFix(standard) }
}

func choiceFix(standard string) string { return "write one of them, or remove the key for " + standard }

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// labelled makes a DNS label of a text that has letters, digits and hyphens: one that does not start with a letter gets a word before it.
func labelled(text, word string, longest int) string {
	if text = strings.Trim(text, "-"); text == "" || text[0] < 'a' {
		text = strings.TrimSuffix(word+"-"+text, "-")
	}
	return strings.TrimRight(text[:min(len(text), longest)], "-")
}

// teamName makes the name of a team of a text.
func teamName(text string) string {
	return labelled(notInNames.ReplaceAllString(strings.ToLower(text), "-"), "team", maxLabelLength)
}

// renameFix proposes a name for a model, and for its file.
func renameFix(name string) string {
	proposed := notInNames.ReplaceAllString(strings.ToLower(name), "-")
	for _, suffix := range []string{CanarySuffix, HostSuffix} {
		if rest, ends := strings.CutSuffix(proposed, suffix); ends {
			proposed = rest + suffix[1:]
		}
	}
	proposed = labelled(proposed, "model", MaxNameLength)
	return fmt.Sprintf("write name: %s, and rename the file to %[1]s%s", proposed, Extension)
}
