package monitoring_test

import (
	"fmt"
	"slices"
)

// condition is a condition of a Deployment, 1 or 0 for each status, over time.
func condition(deployment, kind, status, values string) series {
	return series{fmt.Sprintf(`kube_deployment_status_condition{instance="10.0.0.1:8080",namespace="models",deployment=%q,condition=%q,status=%q}`, deployment, kind, status),
		values}
}

// ready are the conditions of all Deployments of models but one.
func ready(but string) []series {
	var all []series
	for _, deployment := range []string{"churn", "churn-canary", "fraud-predictor", "ranker"} {
		if deployment != but {
			all = append(all, condition(deployment, "Available", "true", "1x900"))
		}
	}
	return all
}

func notReady(model, owner, track, deployment, compute, severity string) []fired {
	return []fired{{map[string]string{"model": model, "owner": owner, "track": track, "namespace": "models", "deployment": deployment,
		"compute": compute, "severity": severity},
		model + ": the Deployment models/" + deployment + " of its " + track + " version has not been ready for 15 minutes"}}
}

func unready() []situation {
	const pending, waiting = "kube_pod_status_phase", "kube_pod_container_status_waiting_reason"
	pod := func(metric, namespace, name, more, values string) []series {
		return []series{{fmt.Sprintf(`%s{namespace=%q,pod=%q,instance="10.0.0.1:8080",job="kube-state-metrics",%s}`, metric, namespace, name, more), values}}
	}
	const looping = `container="kserve-container",reason="CrashLoopBackOff"`
	return []situation{
		{name: "the Deployment that KServe makes for fraud is not there", alert: "ModelNotReady", at: "20m", input: ready("fraud-predictor"),
			on: notReady("fraud", "fraud", "stable", "fraud-predictor", "nodes", "critical")},
		{name: "the canary is not ready", alert: "ModelNotReady", at: "20m", input: append(ready("churn-canary"),
			condition("churn-canary", "Available", "true", "0x900"), condition("churn-canary", "Available", "false", "1x900")),
			on: notReady("churn", "risk", "canary", "churn-canary", "fargate", "warning")},
		{name: "fraud is not ready for ten minutes", alert: "ModelNotReady", at: "30m", input: append(ready("fraud-predictor"),
			condition("fraud-predictor", "Available", "true", "1x10 0x10 1x100"))},
		{name: "nobody says what is ready", alert: "ModelNotReady", at: "30m"},

		{name: "a rollout of churn is stuck", alert: "ModelRolloutStuck", at: "10m",
			input: []series{condition("churn", "Progressing", "false", "1x900")}, on: []fired{{
				map[string]string{"model": "churn", "owner": "risk", "track": "stable", "namespace": "models", "deployment": "churn",
					"severity": "warning"},
				"churn: the rollout of models/churn has made no progress within its deadline; the version before it serves on"}}},
		{name: "a rollout of churn goes on", alert: "ModelRolloutStuck", at: "10m",
			input: []series{condition("churn", "Progressing", "false", "0x900"), condition("churn", "Progressing", "true", "1x900")}},

		{name: "a pod of fraud ends and starts again and again", alert: "ModelCrashLooping", at: "30m",
			input: pod(waiting, "models", "fraud-predictor-6d4b75cb6d-hbx2k", looping, "0 1 1 0 1 1 1 0 1 1 1 1 1 1 1 0 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"),
			on: []fired{{map[string]string{"model": "fraud", "owner": "fraud", "track": "stable", "compute": "nodes", "namespace": "models",
				"deployment": "fraud-predictor", "pod": "fraud-predictor-6d4b75cb6d-hbx2k", "container": "kserve-container",
				"severity": "warning"},
				"fraud: pod models/fraud-predictor-6d4b75cb6d-hbx2k (kserve-container) starts, ends and is started again"}}},
		{name: "a pod of fraud waits while the former owner of churn is still there", alert: "ModelPodPending", at: "20m",
			input: append(pod(pending, "models", "fraud-predictor-6d4b75cb6d-hbx2k", `phase="Pending"`, "1x60"), series{
				`model:workload:info{model="churn",owner="before",track="stable",compute="fargate",namespace="models",deployment="churn"}`, "1x900"}),
			on: []fired{{map[string]string{"model": "fraud", "owner": "fraud", "track": "stable", "compute": "nodes", "namespace": "models",
				"deployment": "fraud-predictor", "pod": "fraud-predictor-6d4b75cb6d-hbx2k", "severity": "warning"},
				"fraud: pod models/fraud-predictor-6d4b75cb6d-hbx2k has waited 15 minutes for a place on nodes"}}},
		{name: "a pod of fraud ended once", alert: "ModelCrashLooping", at: "30m",
			input: pod(waiting, "models", "fraud-predictor-6d4b75cb6d-hbx2k", looping, "0x5 1x2 0x60")},

		{name: "a pod of churn waits for Fargate", alert: "ModelPodPending", at: "20m",
			input: pod(pending, "models", "churn-6d4b75cb6d-hbx2k", `phase="Pending"`, "1x60"), on: []fired{{
				map[string]string{"model": "churn", "owner": "risk", "track": "stable", "compute": "fargate", "namespace": "models",
					"deployment": "churn", "pod": "churn-6d4b75cb6d-hbx2k", "severity": "warning"},
				"churn: pod models/churn-6d4b75cb6d-hbx2k has waited 15 minutes for a place on fargate"}}},
		{name: "a pod of churn starts", alert: "ModelPodPending", at: "20m",
			input: pod(pending, "models", "churn-6d4b75cb6d-hbx2k", `phase="Pending"`, "1x3 0x60")},
		{name: "a pod of CoreDNS waits", alert: "SystemPodPending", at: "20m",
			input: pod(pending, "kube-system", "coredns-6d4b75cb6d-hbx2k", `phase="Pending"`, "1x60"), on: []fired{{
				map[string]string{"namespace": "kube-system", "pod": "coredns-6d4b75cb6d-hbx2k", "severity": "warning"},
				"pod kube-system/coredns-6d4b75cb6d-hbx2k has waited 15 minutes for a place"}}},
		{name: "pods of models are not the system's", alert: "SystemPodPending", at: "20m", input: slices.Concat(
			pod(pending, "models", "churn-6d4b75cb6d-hbx2k", `phase="Pending"`, "1x60"),
			pod(pending, "kube-system", "coredns-6d4b75cb6d-hbx2k", `phase="Pending"`, "0x60"))},
	}
}
