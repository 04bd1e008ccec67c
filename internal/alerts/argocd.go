package alerts

import (
	"fmt"

	"github.com/modelway/modelway/internal/argocd"
	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/monitoring"
)

// ofApplications are those of a state, one each, by project and name: the labels of the controller's pod are left out, lest a new one end
// and begin every alert.
func ofApplications(state string) string {
	return fmt.Sprintf("max by (project, name) (%s{%s}) == 1", metrics.Application, state)
}

// failedSyncs are those of the last 15 minutes. A series that was not there before has risen from nothing.
const failedSyncs = `sum by (project, name) (increase(%[1]s{phase=~"Failed|Error"}[15m])) > 0` + "\nor " +
	`sum by (project, name) (%[1]s{phase=~"Failed|Error"} unless %[1]s offset 15m) > 0`

// deliveries are the alerts on what Argo CD delivers. What is delivered already runs on while one of them is on.
func deliveries() []Alert {
	const application = "application {{ $labels.name }} of Argo CD "
	return []Alert{
		{
			Name: "ArgocdOutOfSync", Severity: monitoring.SeverityWarning, For: "15m",
			Expr:    ofApplications(`sync_status!="Synced"`),
			Summary: application + "has not been what its repository says for 15 minutes",
			When:    "the cluster is not what the repository of an application says, or the repository cannot be read",
		},
		{
			Name: "ArgocdDegraded", Severity: monitoring.SeverityWarning, For: "10m",
			Expr:    ofApplications(`health_status=~"Degraded|Missing|Unknown"`),
			Summary: application + "has objects that have failed, are missing or cannot be judged",
			When:    "an object of an application has failed, is missing or cannot be judged",
		},
		{
			Name: "ArgocdStuck", Severity: monitoring.SeverityWarning, For: "15m",
			Expr:    ofApplications(`health_status="Progressing"`),
			Summary: application + "has waited 15 minutes for objects that are neither ready nor failed",
			When:    "an object of an application has been neither ready nor failed for long",
		},
		{
			Name: "ArgocdSyncFailed", Severity: monitoring.SeverityWarning,
			Expr:    fmt.Sprintf(failedSyncs, metrics.ApplicationSyncs),
			Summary: application + "could not be brought to what its repository says",
			When:    "in the last 15 minutes a change of the repository was refused, by the API server or by the project",
		},
		{
			Name: "ArgocdDown", Severity: monitoring.SeverityWarning, For: "10m",
			Expr: fmt.Sprintf(`label_replace(max by (namespace, statefulset) (%s{namespace=%q}) == 0, "part", "$1", "statefulset", "(.+)")`+
				"\nor "+`label_replace(max by (namespace, deployment) (%s{namespace=%q,deployment=~"%s|%s|%s"}) == 0, `+
				`"part", "$1", "deployment", "(.+)")`, metrics.SetReady, argocd.Namespace, metrics.PodsAvailable, argocd.Namespace,
				argocd.RepoServer, argocd.Server, argocd.Redis),
			Summary: "{{ $labels.part }} of Argo CD has no ready pod: commits are not delivered; what runs stays",
			When:    "the controller, the repo server, the server or the cache of Argo CD has no ready pod",
		},
	}
}
