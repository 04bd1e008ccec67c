package traffic

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/modelway/modelway/internal/metrics"
)

// answer is what Prometheus says to a query (https://prometheus.io/docs/prometheus/latest/querying/api/#instant-vectors).
type answer struct {
	Status, Error string
	Data          struct {
		Result []struct {
			Metric map[string]string
			Value  [2]any // when, and what
		}
	}
}

// Ask asks a Prometheus, by its URL, all queries.
func Ask(ctx context.Context, prometheus string) ([]Model, error) {
	answers := map[Column]map[string]float64{}
	for column, query := range Queries() {
		found, err := ask(ctx, prometheus, query)
		if err != nil {
			return nil, err
		}
		values := map[string]float64{}
		for _, s := range found {
			values[s.labels[metrics.LabelModel]] = s.value
		}
		answers[column] = values
	}
	return Join(answers), nil
}

// series is one of the series that a query has.
type series struct {
	labels map[string]string
	value  float64
}

// ask returns the series of a query.
func ask(ctx context.Context, prometheus, query string) ([]series, error) {
	address := prometheus + "/api/v1/query?" + url.Values{"query": {query}}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var said answer
	if err := json.NewDecoder(response.Body).Decode(&said); err != nil {
		return nil, fmt.Errorf("%s answers %s, and no JSON: %w", prometheus, response.Status, err)
	}
	if said.Status != "success" {
		return nil, fmt.Errorf("%s refuses the query %s: %s", prometheus, query, said.Error)
	}
	var found []series
	for _, result := range said.Data.Result {
		text, _ := result.Value[1].(string)
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("%s answers %q to the query %s: %w", prometheus, text, query, err)
		}
		found = append(found, series{result.Metric, value})
	}
	return found, nil
}
