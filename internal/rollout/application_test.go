package rollout

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/labels"
)

// deliveredOutputs are those of a stack that knows an older version than Argo CD has delivered since.
const deliveredOutputs = `{"models": {"churn": {"image": "ghcr.io/company/churn:1"}}, "loadBalancers": {}, "delivery": {"models": "argocd", "shared": true},
	"modelUrls": {"churn": "https://api.company.com/v1/models/churn:predict"}}`

// newer is the Deployment of the version that Argo CD delivered.
func newer(numbers ...int) string {
	return strings.Replace(deployment("churn", image, numbers...), `"template": {`,
		`"template": {"metadata": {"labels": {"app.kubernetes.io/name": "churn", "app.kubernetes.io/component": "model"}}, `, 1)
}

func application(status string) string {
	return string(list(`{"metadata": {"namespace": "argocd", "name": "churn"}, "status": ` + status + `}`))
}

const syncedAndHealthy = `{"sync": {"status": "Synced"}, "health": {"status": "Healthy"}, "operationState": {"phase": "Succeeded"}}`

func TestWhatArgoCDDeliversIsWantedByGit(t *testing.T) {
	for _, delivery := range []string{"argocd", "handover"} {
		all, err := Models([]byte(strings.Replace(deliveredOutputs, "argocd", delivery, 1)), URLsAuto)
		require.NoError(t, err)
		require.Equal(t, []Model{{Name: "churn", Application: "churn", URL: "https://api.company.com/v1/models/churn:predict"}}, all)
	}
	for _, delivery := range []string{`"pulumi"`, `""`} {
		all, err := Models([]byte(strings.Replace(deliveredOutputs, `"argocd"`, delivery, 1)), URLsAuto)
		require.NoError(t, err)
		require.Equal(t, "ghcr.io/company/churn:1", all[0].Versions[0].Image)
		require.Empty(t, all[0].Application)
	}
	_, err := Models([]byte(strings.Replace(deliveredOutputs, `{"models": "argocd", "shared": true}`, "1", 1)), URLsAuto)
	require.ErrorContains(t, err, "reading the output delivery")
}

func TestArgoCDHasToBringIt(t *testing.T) {
	at := "Application churn "
	rolledOut, rolls := newer(3, 3, 2, 2, 2, 2), newer(3, 3, 2, 3, 1, 2)
	for name, test := range map[string]struct {
		application, deployment string
		state                   State
		text                    string
	}{
		"synced":           {application(syncedAndHealthy), rolledOut, Good, "its pods run; nobody asks"},
		"no such":          {`{"items": []}`, rolledOut, Waiting, at + "does not exist"},
		"new":              {application(`{}`), rolledOut, Waiting, at + "has not been compared with Git"},
		"another":          {application(`{"sync": {"status": "OutOfSync"}, "health": {"status": "Healthy"}}`), rolledOut, Waiting, at + "is OutOfSync"},
		"refused":          {application(`{"sync": {"status": "OutOfSync"}, "operationState": {"phase": "Failed", "message": "no"}}`), rolledOut, Waiting, at + "is OutOfSync: its last sync failed: no"},
		"no Git":           {application(`{"sync": {"status": "Unknown"}, "conditions": [{"type": "ComparisonError", "message": "no"}]}`), rolledOut, Waiting, at + "is Unknown: ComparisonError: no"},
		"no pods":          {application(`{"sync": {"status": "Synced"}, "health": {"status": "Degraded", "message": "no pods"}}`), rolledOut, Waiting, at + "is Degraded: no pods"},
		"a failure before": {application(`{"sync": {"status": "Synced"}, "health": {"status": "Healthy"}, "operationState": {"phase": "Failed"}}`), rolledOut, Good, "its pods run; nobody asks"},
		"it rolls out":     {application(syncedAndHealthy), rolls, Waiting, "Deployment churn: 1 of 2 replicas have the new version"},
		"nothing runs":     {application(syncedAndHealthy), deployment("churn", image, 3, 3, 2, 2, 2, 2), Waiting, at + "is Synced, and the model has no Deployment"},
		"stopped":          {application(strings.Replace(syncedAndHealthy, "Healthy", "Suspended", 1)), newer(3, 3, 0, 0, 0, 0), Good, "stopped: no replica is wanted, so the new version was not tried"},
	} {
		t.Run(name, func(t *testing.T) {
			c := cluster(t, list(test.deployment))
			var err error
			c.Applications, err = Source{Get: func(context.Context, string) ([]byte, error) { return []byte(test.application), nil }}.applications(t.Context())
			require.NoError(t, err)
			m := Model{Name: "churn", Application: "churn", Unasked: "nobody asks"}
			require.Equal(t, Verdict{test.state, test.text}, Decide(m, c, Answer{}))
		})
	}
	m := Model{Name: "churn", Application: "churn", URL: "https://a/v1/models/churn:predict"}
	require.Equal(t, Verdict{State: Good}, answered(m, Answer{Asked: true, Status: 200, Number: "9"}), "which version Git wants is not known")
}

func TestWaitAsksArgoCD(t *testing.T) {
	refuses := Source{
		Get: func(_ context.Context, path string) ([]byte, error) {
			if path == ApplicationsPath {
				return nil, errors.New("forbidden")
			}
			return list(), nil
		},
		Kubectl: "kubectl",
	}
	_, err := Wait(t.Context(), refuses, []Model{{Name: "churn", Application: "churn"}}, time.Millisecond, func(string) {})
	require.ErrorContains(t, err, "reading the Applications of Argo CD: forbidden")
	require.ErrorContains(t, err, "kubectl -n argocd describe application churn")
	answers := Source{Get: func(_ context.Context, path string) ([]byte, error) {
		switch path {
		case ApplicationsPath:
			return []byte(application(syncedAndHealthy)), nil
		case pathDeployments:
			return list(newer(3, 3, 2, 2, 2, 2)), nil
		}
		return list(), nil
	}}
	notes, err := Wait(t.Context(), answers, []Model{{Name: "churn", Application: "churn", Unasked: "nobody asks"}}, time.Minute, func(string) {})
	require.NoError(t, err)
	require.Equal(t, "its pods run; nobody asks", notes["churn"])
}

// TestKServeHasToBringItOn wants the files of the InferenceService, which Argo CD has changed, and not those that the Deployment still has.
func TestKServeHasToBringItOn(t *testing.T) {
	files := func(digest string) map[string]string { return map[string]string{kserve.DigestAnnotation: digest} }
	var d Deployment
	d.Spec.Template.Metadata.Labels = map[string]string{labels.Name: "churn", labels.Component: labels.Model}
	d.Spec.Template.Metadata.Annotations = files("sha256:old")
	var service InferenceService
	service.Spec.Predictor.Annotations = files("sha256:new")
	c := Cluster{Deployments: map[string]Deployment{kserve.Predictor("churn"): d}, InferenceServices: map[string]InferenceService{"churn": service}}
	require.Equal(t, []Version{{Deployment: kserve.Predictor("churn"), Digest: "sha256:new"}}, Model{Name: "churn", Application: "churn"}.delivered(c).Versions)
}
