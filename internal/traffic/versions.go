package traffic

import (
	"context"
	"fmt"

	"github.com/modelway/modelway/internal/metrics"
)

// VersionsQuery is how many predictions each version of a model has answered in the last hour, also by pods that have ended.
func VersionsQuery(model string) string {
	return fmt.Sprintf("sum by (version) (max_over_time(%s{%s=%q}[1h]))", metrics.Requests, metrics.LabelModel, model)
}

// Versions asks a Prometheus, by its URL, how many predictions each version of a model has answered, by what the version is called in
// the header X-Model-Version.
func Versions(ctx context.Context, prometheus, model string) (map[string]float64, error) {
	found, err := ask(ctx, prometheus, VersionsQuery(model))
	counts := map[string]float64{}
	for _, s := range found {
		counts[s.labels["version"]] = s.value
	}
	return counts, err
}
