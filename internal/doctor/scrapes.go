package doctor

import (
	"fmt"
	"slices"
	"strings"
)

var scrapes = Check{
	Key: "scrapes", Title: "Every scrape of Prometheus finds targets, and they answer",
	Needs:  []Need{needPools},
	Breaks: "Dashboards are empty, alerts on what is not measured never fire, and scaling by requests stands still.",
	Find:   findScrapes,
}

// Pool is a scrape of Prometheus with its targets.
type Pool struct {
	Name    string
	Targets []ScrapeTarget
}

// ScrapeTarget is a target as Prometheus tells it
// (https://prometheus.io/docs/prometheus/latest/querying/api/#targets).
type ScrapeTarget struct {
	ScrapePool, ScrapeURL, Health, LastError string
}

func findScrapes(f Facts) (all []Finding) {
	for _, p := range f.Pools {
		if len(p.Targets) == 0 {
			all = append(all, Finding{
				Severity: Warning, Object: "scrape " + p.Name, Seen: "it finds no target",
				Fix: "Compare the labels and the namespace that it selects with those of the pods, and the port's name; a model that is stopped has " +
					"no pods.",
				Command: "kubectl get servicemonitors,podmonitors,scrapeconfigs -A",
			})
			continue
		}
		down := slices.DeleteFunc(slices.Clone(p.Targets), func(t ScrapeTarget) bool { return t.Health != "down" })
		if len(down) == 0 {
			continue
		}
		found := Finding{
			Severity: Warning, Object: "scrape " + p.Name,
			Seen: fmt.Sprintf("%d of %d targets do not answer, such as %s: %s", len(down), len(p.Targets), down[0].ScrapeURL, down[0].LastError),
			Fix:  "Let the network policies of the target admit namespace monitoring, and look whether the port is that of the metrics.",
		}
		if len(down) == len(p.Targets) {
			found.Severity = Error
		}
		all = append(all, found)
	}
	slices.SortFunc(all, func(a, b Finding) int { return strings.Compare(a.Object, b.Object) })
	return all
}
