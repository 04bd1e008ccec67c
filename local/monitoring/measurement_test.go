package monitoring_test

import "slices"

// available is what kube-state-metrics says of the Deployments of all models.
func available(churn, canary, fraud, ranker string) []series {
	of := func(deployment, pods string) series {
		return series{`kube_deployment_status_replicas_available{instance="10.0.0.1:8080",namespace="models",deployment="` + deployment + `"}`, pods + "x900"}
	}
	return []series{of("churn", churn), of("churn-canary", canary), of("fraud-predictor", fraud), of("ranker", ranker)}
}

// target is what a scrape of a pod says.
func target(model, track, up string) series {
	return series{`up{job="models",namespace="models",pod="` + model + `-1",model="` + model + `",track="` + track + `"}`, up + "x900"}
}

func unmeasured() []situation {
	scraped := []series{target("churn", "stable", "1"), target("churn", "canary", "1"), target("fraud", "stable", "1"),
		target("ranker", "stable", "1")}
	churn := map[string]string{"model": "churn", "owner": "risk", "slo": "availability", "objective": "99.9%", "severity": "warning"}
	return []situation{
		{name: "churn is scraped and says nothing of its requests", alert: "ModelMetricsAbsent", at: "30m",
			input: []series{target("churn", "stable", "1")}, on: []fired{{churn,
				"churn: its pods are scraped, and there is no count of its requests: its objectives are not watched"}}},
		{name: "churn counts", alert: "ModelMetricsAbsent", at: "30m", input: counts("stable", "1", 1, 0, 900)},
		{name: "fraud's server counts no failures, the load balancer does", alert: "ModelMetricsAbsent", at: "30m", input: slices.Concat(
			[]series{target("fraud", "stable", "1")}, loadBalancer(60, 0))},
		{name: "churn is stopped for the night", alert: "ModelMetricsAbsent", at: "30m", input: available("0", "0", "0", "0")},

		{name: "the canary's pods are ready and not scraped", alert: "ModelNotScraped", at: "20m", input: slices.Concat(
			available("2", "1", "1", "1"), []series{scraped[0], target("churn", "canary", "0"), scraped[2], scraped[3]}),
			on: []fired{{map[string]string{"namespace": "models", "deployment": "churn-canary", "model": "churn", "track": "canary",
				"owner": "risk", "severity": "warning"},
				"churn: 1 pods of its canary version are ready, and Prometheus scrapes none of them"}}},
		{name: "everything is scraped", alert: "ModelNotScraped", at: "20m", input: slices.Concat(available("2", "1", "1", "1"), scraped)},
		{name: "no model runs", alert: "ModelNotScraped", at: "20m", input: available("0", "0", "0", "0")},

		{name: "the scrape finds no target", alert: "ModelScrapeFindsNothing", at: "20m", input: available("2", "1", "1", "0"), on: []fired{{
			map[string]string{"severity": "warning"}, "3 versions of models have ready pods, and the scrape of models finds no target at all"}}},
		{name: "the scrape finds one target", alert: "ModelScrapeFindsNothing", at: "20m", input: append(available("2", "1", "1", "0"),
			scraped[0])},
		{name: "there is nothing to find", alert: "ModelScrapeFindsNothing", at: "20m", input: available("0", "0", "0", "0")},

		{name: "kube-state-metrics is gone", alert: "KubeStateMetricsAbsent", at: "20m", on: []fired{{
			map[string]string{"severity": "warning"}, "kube-state-metrics says nothing: whether models are ready is not watched"}}},
		{name: "kube-state-metrics is there", alert: "KubeStateMetricsAbsent", at: "20m", input: available("1", "1", "1", "1")},

		{name: "always", alert: "Watchdog", at: "1m", on: []fired{{map[string]string{"severity": "none"},
			"This alert is always on. Whoever receives it raises the alarm when it stops coming"}}},
	}
}
