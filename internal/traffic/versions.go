package traffic

import (
	"context"
	"fmt"

	"github.com/modelway/modelway/internal/metrics"
)

// VersionsQuery is how many predictions each version of a model has answered since its pods started.
func VersionsQuery(model string) string {
	return fmt.Sprintf("sum by (version) (%s{%s=%q})", metrics.Requests, metrics.LabelModel, model)
}

// Versions asks a Prometheus, by its URL, how many predictions each version of a model has answered, by the name that the version answers as.
func Versions(ctx context.Context, prometheus, model string) (map[string]float64, error) {
	found, err := ask(ctx, prometheus, VersionsQuery(model))
	counts := map[string]float64{}
	for _, s := range found {
		counts[s.labels["version"]] = s.value
	}
	return counts, err
}
