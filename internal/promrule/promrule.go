// Package promrule has recording rules and alerts as Prometheus reads them
// (https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/), which is also the spec of a PrometheusRule of its operator
// (https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRuleSpec). It is pure data.
package promrule

import (
	"fmt"

	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/strict"
)

// Group is a list of rules that are evaluated one after the other, so that one may read what those before it have recorded.
type Group struct {
	Name     string `json:"name"`
	Interval string `json:"interval,omitempty"`
	Rules    []Rule `json:"rules"`
}

// Rule records a series or raises an alert, one of the two.
type Rule struct {
	Record      string            `json:"record,omitempty"`
	Alert       string            `json:"alert,omitempty"`
	Expr        string            `json:"expr"`
	For         string            `json:"for,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// YAML writes groups as a rule file.
func YAML(groups []Group) ([]byte, error) {
	text, err := yaml.Marshal(file{groups})
	if err != nil {
		return nil, fmt.Errorf("writing rules: %w", err)
	}
	return text, nil
}

// Spec is the spec of a PrometheusRule with the groups, as plain values.
func Spec(groups []Group) map[string]any { return strict.ToDocument(file{groups}) }

type file struct {
	Groups []Group `json:"groups"`
}
