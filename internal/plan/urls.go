package plan

import (
	"fmt"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/serving"
)

// ModelUrls are the addresses that take predictions: on the model's last host, which is its own where it has one.
func ModelUrls(cfg config.Config, models []modelspec.Model) map[string]string {
	urls := make(map[string]string, len(models))
	for _, m := range models {
		lb := cfg.LoadBalancers[m.Route.LoadBalancer]
		entrances := m.Entrances(lb.Domain)
		if len(entrances) == 0 {
			urls[m.Name] = m.URL("http", fmt.Sprintf("%s.%s.svc.cluster.local", serving.StableVersion(m).ServiceName(), cfg.Models.Namespace), 0)
			continue
		}
		scheme, port := entry(lb)
		urls[m.Name] = m.URL(scheme, entrances[len(entrances)-1].Host, port)
	}
	return urls
}

// Compact is what the models' files say, by name, without what is at its default.
func Compact(models []modelspec.Model) map[string]any {
	all := make(map[string]any, len(models))
	for _, m := range models {
		all[m.Name] = m.Compact()
	}
	return all
}
