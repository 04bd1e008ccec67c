package rollout

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	noRuntime = "No ServingRuntimes or ClusterServingRuntimes with the name: "
	noRight   = `fails to reconcile predictor: deployments.apps is forbidden: User "system:serviceaccount:kserve:kserve-controller-manager" ` +
		`cannot create resource "deployments" in API group "apps" in the namespace "models"`
	notRestricted = `pods "churn-predictor-2-x" is forbidden: violates PodSecurity "restricted:latest": host namespaces (hostNetwork=true)`
)

// said are an InferenceService and what KServe said last of it.
func said(message string) (services, events []byte) {
	return list(`{"metadata": {"name": "churn", "labels": {"app.kubernetes.io/name": "churn"}}, "spec": {"predictor": {"annotations": {"modelway.dev/artifact-digest": "` + newFiles + `"}}}}`),
		list(`{"type": "Warning", "reason": "InternalError", "message": "of long ago", "lastTimestamp": "2026-11-29T10:00:00Z",
			"involvedObject": {"kind": "InferenceService", "name": "churn"}}`, `{"type": "Warning", "reason": "InternalError", "message": "`+
			strings.ReplaceAll(message, `"`, `\"`)+`", "lastTimestamp": "2026-11-29T10:05:00Z", "involvedObject": {"kind": "InferenceService", "name": "churn"}}`)
}

// failing is the Deployment of a model with files, whose ReplicaSet makes no pods.
func failing(message string) string {
	return strings.Replace(predictor(newFiles, 3, 3, 2, 2, 0, 2), `"status": {`, `"status": {"conditions": [{"type": "ReplicaFailure",
		"status": "True", "reason": "FailedCreate", "message": "`+strings.ReplaceAll(message, `"`, `\"`)+`"}], `, 1)
}

func TestRefusalsSayTheCauseAndWhatToDo(t *testing.T) {
	for name, test := range map[string]struct {
		event, deployment string
		final             bool
		says              []string
	}{
		"runtime of the platform": {noRuntime + "modelway-sample", "", true, []string{
			"InferenceService churn: " + noRuntime + "modelway-sample", "`modelway refresh` and `modelway up`"}},
		"runtime of the chart": {noRuntime + "kserve-sklearnserver", predictor(oldFiles, 3, 3, 2, 2, 2, 2), true, []string{
			noRuntime + "kserve-sklearnserver", "helm -n kserve get manifest kserve-runtime-configs | kubectl apply --server-side -f -"}},
		"role": {noRight, "", true, []string{`cannot create resource "deployments"`, "its roles lack a right",
			"chart kserve-resources"}},
		"conflict":                         {"the object has been modified", "", false, []string{"of long ago"}},
		"old words of a version that runs": {noRuntime + "modelway-sample", predictor(newFiles, 3, 3, 2, 2, 2, 2), false, nil},
		"pod security": {"", failing(notRestricted), true, []string{"no pod of Deployment churn-predictor is admitted: " +
			notRestricted, "the model's runtime"}},
		"quota": {"", failing(`pods "x" is forbidden: exceeded quota: pods`), false, []string{"exceeded quota"}},
		"webhook that does not answer": {"", failing(`failed calling webhook "inferenceservice.kserve-webhook-server.pod-mutator"`),
			false, []string{"pods start when the webhook answers again"}},
	} {
		t.Run(name, func(t *testing.T) {
			services, events := said(test.event)
			var deployments []string
			if test.deployment != "" {
				deployments = []string{test.deployment}
			}
			c, err := read(list(deployments...), []byte(sets), list(), events, services)
			require.NoError(t, err)
			got := refused(filesModel().Versions[0], c)
			require.Equal(t, test.final, got.Final, got.Text)
			require.Equal(t, test.says == nil, got.Text == "")
			for _, text := range test.says {
				require.Contains(t, got.Text, text)
			}
			models, why := Refused(c)
			require.Len(t, models, map[bool]int{true: 1}[test.final])
			if test.final {
				require.Equal(t, "churn", models[0].Name)
				require.Equal(t, got.Text, why["churn-predictor"])
			}
		})
	}
}

// A refusal that lasts ends the wait long before its time is up; one that passes does not.
func TestARefusalThatLastsEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, events := said(noRuntime + "modelway-sample")
		old, now := list(predictor(oldFiles, 3, 3, 2, 2, 2, 2)), list(predictor(newFiles, 3, 3, 2, 2, 2, 2))
		began := time.Now()
		_, err := Wait(t.Context(), source(list(), events, old), []Model{filesModel()}, time.Hour, func(string) {})
		require.ErrorContains(t, err, "model churn failed: KServe makes nothing of InferenceService churn: "+noRuntime+"modelway-sample")
		require.Equal(t, refusalTime, time.Since(began))

		notes, err := Wait(t.Context(), source(list(), events, old, old, now), []Model{filesModel()}, time.Hour, func(string) {})
		require.NoError(t, err)
		require.Contains(t, notes["churn"], "its pods run")
	})
}

// What was said before the wait began may be mended: it is shown, and ends nothing.
func TestARefusalOfBeforeDoesNotEndTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, events := said("deployments.apps is forbidden: User \"x\" cannot create resource")
		stale := []byte(strings.ReplaceAll(string(events), "2026-11-29", "1999-12-31"))
		old := list(predictor(oldFiles, 3, 3, 2, 2, 2, 2))
		var shown string
		_, err := Wait(t.Context(), source(list(), stale, old), []Model{filesModel()}, time.Minute, func(text string) { shown = text })
		require.ErrorContains(t, err, "is not good after 1m0s")
		require.Contains(t, shown, "its roles lack a right")
	})
}
