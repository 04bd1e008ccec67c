package rollout

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	oldFiles = "sha256:" + strings.Repeat("0a", 32)
	newFiles = "sha256:" + strings.Repeat("0b", 32)
)

// filesOutputs are the outputs of a stack with a model by its files.
var filesOutputs = `{"loadBalancers": {}, "modelUrls": {"churn": "http://churn-predictor.models.svc.cluster.local/v1/models/churn:predict"}, "models": {"churn": {
	"model": {"format": "sklearn", "uri": "s3://m/churn/4/", "digest": "` + newFiles + `"}, "loadTime": "10m",
	"canary": {"model": {"uri": "s3://m/churn/5/", "digest": "` + oldFiles + `"}, "weight": 10}}}}`

// predictor is the Deployment that KServe made, with the files that its pods have, as deployment has it.
func predictor(digest string, numbers ...int) string {
	made := deployment("churn-predictor", "kserve/sklearnserver:v0.20.0", numbers...)
	return strings.Replace(made, `"template": {`, `"template": {"metadata": {"annotations": {"modelway.dev/artifact-digest": "`+digest+`"}}, `,
		1)
}

func filesModel() Model {
	return Model{Name: "churn", Unasked: "nobody asks", Versions: []Version{{Deployment: "churn-predictor", Digest: newFiles,
		Number: "0b0b0b0b0b0b"}}}
}

func TestFilesAreKnownByTheirDigest(t *testing.T) {
	all, err := Models([]byte(filesOutputs), URLsAuto)
	require.NoError(t, err)
	require.Equal(t, []Version{
		{Deployment: "churn-predictor", Digest: newFiles, Number: "0b0b0b0b0b0b", Patient: true},
		{Deployment: "churn-canary-predictor", Digest: oldFiles, Number: "0a0a0a0a0a0a", Patient: true},
	}, all[0].Versions)
	quick, err := Models([]byte(strings.Replace(filesOutputs, `, "loadTime": "10m"`, "", 1)), URLsAuto)
	require.NoError(t, err)
	require.False(t, quick[0].Versions[0].Patient, "KServe's deadline is long enough")
}

// KServe calls an InferenceService ready while pods of the version before answer; the Deployment's pods tell.
func TestFilesOfTheNewVersionAreWaitedFor(t *testing.T) {
	for name, test := range map[string]struct {
		deployment string
		state      State
		text       string
	}{
		"KServe has not seen it": {predictor(oldFiles, 3, 3, 2, 2, 2, 2), Waiting, "Deployment churn-predictor runs " + oldFiles + ", and " +
			newFiles + " was deployed"},
		"one pod is new": {predictor(newFiles, 4, 4, 2, 3, 1, 2), Waiting,
			"Deployment churn-predictor: 1 of 2 replicas have the new version"},
		"all pods are new": {predictor(newFiles, 4, 4, 2, 2, 2, 2), Good, "its pods run; nobody asks"},
		"pods without files": {deployment("churn-predictor", image, 4, 4, 2, 2, 2, 2), Waiting, "Deployment churn-predictor runs no files, and " +
			newFiles + " was deployed"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, Verdict{test.state, test.text}, Decide(filesModel(), cluster(t, list(test.deployment)), Answer{}))
		})
	}
}

// KServe says in events of the InferenceService why there are no pods, such as of a runtime that is not there.
func TestWhatKServeSaysIsShown(t *testing.T) {
	c, err := read(list(), []byte(sets), list(), list(
		`{"type": "Warning", "reason": "InternalError", "message": "no such runtime", "involvedObject": {"kind": "InferenceService", "name": "churn"}}`), nil)
	require.NoError(t, err)
	require.Contains(t, Source{Kubectl: "kubectl"}.Explain(t.Context(), filesModel(), c), "event of InferenceService churn: InternalError: "+
		"no such runtime")
}

func TestADeadlineThatIsTooShortMeansNothing(t *testing.T) {
	late := strings.Replace(predictor(newFiles, 3, 3, 1, 2, 1, 1), `"status": {`,
		`"status": {"conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "timed out"}], `,
		1)
	m := filesModel()
	require.Equal(t, Failed, Decide(m, cluster(t, list(late)), Answer{}).State)
	m.Versions[0].Patient = true
	require.Equal(t, Waiting, Decide(m, cluster(t, list(late)), Answer{}).State)
}

// What the init container wrote as its last words is the cause, and the server has no log.
func TestAFailedDownloadEndsTheWait(t *testing.T) {
	const words = "s3://m/churn/4/ has the digest sha256:1, and sha256:2 was asked for"
	failing := `{"metadata": {"name": "churn-2-x", "namespace": "models", "ownerReferences": [{"name": "churn-2"}]}, "status": {
		"initContainerStatuses": [{"name": "storage-initializer", "restartCount": 3, "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}},
			"lastState": {"terminated": {"exitCode": 1, "reason": "Error", "message": "` + words + `"}}}],
		"containerStatuses": [{"name": "kserve-container", "state": {"waiting": {"reason": "PodInitializing"}}}]}}`
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		m := filesModel()
		m.Versions[0].Deployment = "churn" // whose ReplicaSets the other tests have
		deployed := strings.Replace(predictor(newFiles, 3, 3, 1, 2, 1, 1), `"churn-predictor"`, `"churn"`, 1)
		first := strings.Replace(failing, `"restartCount": 3`, `"restartCount": 2`, 1)
		s := after(first, source(list(failing), list(), []byte(list(deployed))))
		_, err := Wait(t.Context(), s, []Model{m}, time.Hour, func(string) {})
		require.EqualError(t, err, "model churn failed: Deployment churn: the files of the new version cannot be loaded\n"+
			"  pod churn-2-x: init container storage-initializer: "+words+" (exit code 1, 3 restarts)\n"+
			"  Look closer with: kubectl -n models describe inferenceservices,deployment,pods,ingress -l app.kubernetes.io/name=churn")
		require.Equal(t, Period, time.Since(began))
		require.Equal(t, newFiles, Crashing(cluster(t, list(deployed), failing))[0].Versions[0].Digest)
	})
}
