package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
)

// UnknownTeams says which teams of receivers own no model, so that nothing is ever sent for them: a slip in a name looks so, as does a team
// whose models come later.
func UnknownTeams(cfg config.Config, models []modelspec.Model) []string {
	owners := map[string]bool{}
	for _, m := range models {
		owners[m.Owner] = true
	}
	var all []string
	for _, r := range cfg.Monitoring.Alerts.Receivers {
		strangers := slices.DeleteFunc(slices.Clone(r.Teams), func(team string) bool { return owners[team] })
		if len(strangers) == 0 || !cfg.Monitoring.Enabled {
			continue
		}
		all = append(all, fmt.Sprintf("receiver %s gets the alerts of %s, and no model has such an owner: set owner in the file of a model, or "+
			"change teams in modelway:monitoring.alerts.receivers", r.Name, strings.Join(strangers, ", ")))
	}
	return all
}
