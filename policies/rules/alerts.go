package rules

import (
	urlpath "path"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/resource"
)

var alertRules = []Rule{
	{
		ID: "alerts-reach-nobody", Topic: Reliability, Level: config.PolicyMandatory,
		Title:  "The alerts of a production environment reach somebody",
		Why:    "An alert that only a dashboard shows wakes nobody: a model can fail for a weekend.",
		Fix:    "add a receiver to modelway:monitoring.alerts.receivers",
		Source: "https://prometheus.io/docs/alerting/latest/configuration/#receiver",
		Types:  []string{resource.ReleaseType},
		Each: wantsReceiver("one or more in production that send alerts on", func(name string) bool {
			return name != monitoring.Nobody && name != monitoring.DeadMan
		}),
	},
	{
		ID: "alerts-dead-mans-switch", Topic: Reliability, Level: config.PolicyAdvisory,
		Title:  "Somebody notices when alerts stop working",
		Why:    "A Prometheus that does not run raises no alert. Only who expects a call and does not get it can tell.",
		Fix:    "set modelway:monitoring.alerts.deadMansSwitch to the Secret with the address of a service that expects calls",
		Source: "https://prometheus.io/docs/practices/alerting/#metamonitoring",
		Types:  []string{resource.ReleaseType},
		Each:   wantsReceiver("one named "+monitoring.DeadMan+" in production", func(name string) bool { return name == monitoring.DeadMan }),
	},
}

// receiversAt is where the values of Alertmanager's chart have the receivers.
var receiversAt = path{"values", "alertmanager", "config", "receivers"}

// wantsReceiver wants a receiver whose name fits of each installed Alertmanager in production.
func wantsReceiver(allowed string, fits func(name string) bool) func(*Case, resource.Resource) {
	return func(c *Case, r resource.Resource) {
		chart, receivers := r.At("chart"), r.At(receiversAt...)
		switch {
		case !c.Policies.Production || !chart.Unknown() && urlpath.Base(chart.Text()) != monitoring.Release:
		case chart.Unknown():
			c.unknown(r, path{"chart"})
		default:
			c.decides(hasReceiver(receivers, fits), r, receiversAt, receivers, allowed)
		}
	}
}

func hasReceiver(receivers resource.Value, fits func(name string) bool) truth {
	if receivers.Unknown() {
		return maybe
	}
	has := no
	list, _ := receivers.Raw().([]any)
	for i := range list {
		name := receivers.At(i, "name")
		switch {
		case name.Unknown():
			has = any3(has, maybe)
		case fits(name.Text()):
			has = yes
		}
	}
	return has
}
