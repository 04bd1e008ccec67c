package monitoring_test

import "fmt"

// delivered are states of what Argo CD delivers, from two pods of its controller, of which one has followed the other.
func delivered() []situation {
	application := func(name, sync, health, values string) []series {
		return []series{{fmt.Sprintf(`argocd_app_info{namespace="argocd",pod="argocd-application-controller-0",project="models",name=%q,`+
			`sync_status=%q,health_status=%q,autosync_enabled="true"}`, name, sync, health), values}}
	}
	syncs := func(phase, values string) series {
		return series{fmt.Sprintf(`argocd_app_sync_total{namespace="argocd",pod="argocd-application-controller-0",project="models",name="prod",`+
			`phase=%q,dest_server="https://kubernetes.default.svc"}`, phase), values}
	}
	on := func(text string) []fired {
		return []fired{{map[string]string{"project": "models", "name": "prod", "severity": "warning"}, "application prod of Argo CD " + text}}
	}
	set := func(values string) []series {
		return []series{{`kube_statefulset_status_replicas_ready{namespace="argocd",statefulset="argocd-application-controller",pod="ksm"}`, values}}
	}
	deployment := func(name, values string) []series {
		return []series{{fmt.Sprintf(`kube_deployment_status_replicas_available{namespace="argocd",deployment=%q,pod="ksm"}`, name), values}}
	}
	down := func(kind, name string) []fired {
		return []fired{{map[string]string{"namespace": "argocd", kind: name, "part": name, "severity": "warning"},
			name + " of Argo CD has no ready pod: commits are not delivered; what runs stays"}}
	}
	return []situation{
		{name: "a change waits", alert: "ArgocdOutOfSync", at: "20m", input: application("prod", "OutOfSync", "Healthy", "1x60"),
			on: on("has not been what its repository says for 15 minutes")},
		{name: "the repository is away", alert: "ArgocdOutOfSync", at: "20m", input: application("prod", "Unknown", "Healthy", "1x60"),
			on: on("has not been what its repository says for 15 minutes")},
		{name: "a change takes five minutes", alert: "ArgocdOutOfSync", at: "30m",
			input: append(application("prod", "OutOfSync", "Healthy", "1x5 _x60"), application("prod", "Synced", "Healthy", "_x6 1x60")...)},
		{name: "an object has failed", alert: "ArgocdDegraded", at: "15m", input: application("prod", "Synced", "Degraded", "1x60"),
			on: on("has objects that have failed, are missing or cannot be judged")},
		{name: "a model is stopped", alert: "ArgocdDegraded", at: "30m", input: application("prod", "Synced", "Suspended", "1x60")},
		{name: "a model loads for ever", alert: "ArgocdStuck", at: "20m", input: application("prod", "Synced", "Progressing", "1x60"),
			on: on("has waited 15 minutes for objects that are neither ready nor failed")},
		{name: "a model is ready", alert: "ArgocdStuck", at: "20m", input: application("prod", "Synced", "Healthy", "1x60")},
		{name: "a sync fails, the first of all", alert: "ArgocdSyncFailed", at: "20m", input: []series{syncs("Failed", "_x18 1x60")},
			on: on("could not be brought to what its repository says")},
		{name: "a sync fails again", alert: "ArgocdSyncFailed", at: "40m", input: []series{syncs("Error", "3x30 4x60")},
			on: on("could not be brought to what its repository says")},
		{name: "a sync failed an hour ago", alert: "ArgocdSyncFailed", at: "90m", input: []series{syncs("Failed", "3x20 4x90")}},
		{name: "syncs succeed", alert: "ArgocdSyncFailed", at: "40m", input: []series{syncs("Succeeded", "3x30 4x60")}},
		{name: "the controller is away", alert: "ArgocdDown", at: "15m", input: set("0x60"),
			on: down("statefulset", "argocd-application-controller")},
		{name: "the repo server is away", alert: "ArgocdDown", at: "15m", input: append(set("1x60"), deployment("argocd-repo-server", "0x60")...),
			on: down("deployment", "argocd-repo-server")},
		{name: "the controller is replaced", alert: "ArgocdDown", at: "30m", input: set("1x5 0x3 1x60")},
		{name: "nobody asked for ApplicationSets", alert: "ArgocdDown", at: "30m",
			input: deployment("argocd-applicationset-controller", "0x60")},
	}
}
