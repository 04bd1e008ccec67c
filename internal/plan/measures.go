package plan

import (
	"github.com/modelway/modelway/internal/alerts"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/promrule"
	"github.com/modelway/modelway/internal/slo"
)

// Rules are the specs of the environment's PrometheusRules by the object's name: what is recorded of objectives, the objectives of each
// model, the alerts, and what there is room for.
func Rules(cfg config.Config, p Plan, models []modelspec.Model) map[string]map[string]any {
	rules := map[string]map[string]any{
		"modelway-objectives": promrule.Spec(slo.Rules()),
		"modelway-alerts":     promrule.Spec([]promrule.Group{alerts.Rules(alerts.Options{Grafana: grafana(cfg)})}),
	}
	for _, group := range append(slo.Inventory(models, cfg.Models.Namespace), alerts.Room(Limits(Headroom(cfg, p, models)))) {
		if len(group.Rules) > 0 {
			rules[group.Name] = promrule.Spec([]promrule.Group{group})
		}
	}
	return rules
}

// grafana is the address of Grafana behind the load balancer of tools; "" where it is behind none.
func grafana(cfg config.Config) string {
	tools := toolsOf(cfg)
	for _, tool := range tools.all {
		if tool.Page.Host == monitoring.GrafanaAccount {
			scheme, _ := entry(cfg.LoadBalancers[tools.key])
			return scheme + "://" + tool.Host
		}
	}
	return ""
}
