package modelspec

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/modelway/modelway/internal/strict"
)

// Compact returns what a model's file has to say besides its name to give the same model: its keys without those that are at their
// defaults. The model must be valid.
func (m Model) Compact() map[string]any {
	standard := &entry{File: &strict.File{}, model: Default()}
	standard.model.Name, standard.model.Port, standard.model.Compute = m.Name, m.Port, m.Compute
	standard.model.Replicas.Min, standard.model.Scaling.Metric = m.Replicas.Min, m.Scaling.Metric
	standard.model.P99Latency, standard.model.Files.Format = m.P99Latency, m.Files.Format
	standard.model.Train.Pipeline = m.Train.Pipeline
	standard.derive()
	base := standard.model
	base.P99Latency, base.Files.Format, base.Train.Pipeline = Default().P99Latency, "", ""
	base.Port, base.Compute, base.Replicas.Min, base.Scaling.Metric = DefaultPort, Default().Compute, DefaultMinReplicas, MetricCPU
	return without(document(m), document(base))
}

// without returns the entries of given that base lacks or has with another value.
func without(given, base map[string]any) map[string]any {
	rest := map[string]any{}
	for key, value := range given {
		inner, isMap := value.(map[string]any)
		standard, hasMap := base[key].(map[string]any)
		switch {
		case isMap && hasMap:
			if inner = without(inner, standard); len(inner) > 0 {
				rest[key] = inner
			}
		case !reflect.DeepEqual(value, base[key]):
			rest[key] = value
		}
	}
	return rest
}

func document(m Model) map[string]any {
	text, err := json.Marshal(m)
	if err != nil {
		panic(fmt.Sprintf("modelspec: a model is always valid JSON: %v", err))
	}
	var values map[string]any
	if err := json.Unmarshal(text, &values); err != nil {
		panic(fmt.Sprintf("modelspec: JSON of a model: %v", err))
	}
	return values
}

// Restore returns the model of a name from what Compact gave. The error joins the faults of what no longer is a valid model, each a
// strict.Fault.
func Restore(name string, compact map[string]any) (Model, error) {
	content := map[string]any{"name": name}
	for key, value := range compact {
		content[key] = value
	}
	text, err := json.Marshal(content)
	if err != nil {
		return Model{}, fmt.Errorf("model %s: writing what was deployed: %w", name, err)
	}
	e := read("the deployed model "+name, name, "", text, Override{})
	if len(e.Faults) > 0 {
		return Model{}, strict.Join(e.Faults)
	}
	return e.model, nil
}
