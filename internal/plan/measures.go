package plan

import (
	"fmt"
	"math"
	"time"

	"github.com/modelway/modelway/internal/alerts"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/drift"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/promrule"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/internal/slo"
)

// Rules are the specs of the environment's PrometheusRules by the object's name: what is recorded of objectives and of drift, the
// objectives of each model, the alerts, and what there is room for.
func Rules(cfg config.Config, p Plan, models []modelspec.Model) map[string]map[string]any {
	rules := map[string]map[string]any{
		"modelway-objectives": promrule.Spec(append(slo.Rules(), drift.Rules())),
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

// Measuring says where the models need more memory or disk of Prometheus than the settings give, with as many pods as they may have.
func Measuring(cfg config.Config, models []modelspec.Model) []string {
	m := cfg.Facts().Monitoring
	if !m.Enabled {
		return nil
	}
	load, interval := loadOf(models), time.Duration(m.ScrapeSeconds)*time.Second
	of := fmt.Sprintf("%d models with up to %d pods", load.Models, load.Pods)
	var texts []string
	if need := load.MemoryGiB(); need > float64(m.PodMiB())/1024 {
		texts = append(texts, fmt.Sprintf("Prometheus may run out of memory: %s have an estimated %d series, which need %.1f GiB, and "+
			"modelway:monitoring.memoryGiB is %d; set it to %d", of, load.Series(), need, m.MemoryGiB, monitoring.MemoryFor(need)))
	}
	if need, held := load.DiskGiB(m.RetentionDays, interval), float64(m.SizeGiB)*monitoring.Filled; m.OnDisk() && need > held {
		texts = append(texts, fmt.Sprintf("Prometheus may not keep series for modelway:monitoring.retentionDays, %d: those of %s need an "+
			"estimated %.0f GiB, and it fills %.0f GiB of modelway:monitoring.sizeGiB, %d; set that to %.0f, or keep them for fewer days, or "+
			"raise modelway:monitoring.scrapeSeconds", m.RetentionDays, of, need, held, m.SizeGiB, math.Ceil(need/monitoring.Filled/10)*10))
	}
	return texts
}

// loadOf is what models have measured, with as many pods as they may have.
func loadOf(models []modelspec.Model) monitoring.Load {
	load := monitoring.Load{Models: len(models)}
	for _, m := range models {
		versions := serving.Versions(m)
		load.Versions += len(versions)
		load.Canaries += len(versions) - 1
		load.Pods += m.Replicas.Max + m.CanaryReplicas().Max
	}
	return load
}
