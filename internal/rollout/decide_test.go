package rollout

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const image = "ghcr.io/company/churn:2"

func churn() Model {
	return Model{Name: "churn", URL: "https://api.company.com/v1/models/churn:predict", Versions: []Version{{Deployment: "churn", Image: image,
		Number: "2"}}}
}

// deployment as the API server has it: generation, the one observed, wanted, all, updated and available replicas.
func deployment(name, image string, numbers ...int) string {
	return fmt.Sprintf(
		`{"metadata": {"name": %q, "namespace": "models", "generation": %d, "annotations": {"deployment.kubernetes.io/revision": "2"}},
		"spec": {"replicas": %d, "template": {"spec": {"containers": [{"image": %q}]}}},
		"status": {"observedGeneration": %d, "replicas": %d, "updatedReplicas": %d, "availableReplicas": %d}}`,
		name, numbers[0], numbers[2], image, numbers[1], numbers[3], numbers[4], numbers[5])
}

// pod of a revision of churn, whose container waits for a reason.
func pod(revision int, reason string, restarts int) string {
	return fmt.Sprintf(
		`{"metadata": {"name": "churn-%d-x", "namespace": "models", "ownerReferences": [{"name": "churn-%d"}]}, "status": {"containerStatuses":
		[{"name": "model", "restartCount": %d, "state": {"waiting": {"reason": %q, "message": "exited with code 1"}}}]}}`, revision, revision, restarts, reason)
}

func list(items ...string) []byte { return []byte(`{"items": [` + strings.Join(items, ",") + `]}`) }

const sets = `{"items": [
	{"metadata": {"name": "churn-1", "ownerReferences": [{"name": "churn"}], "annotations": {"deployment.kubernetes.io/revision": "1"}}},
	{"metadata": {"name": "churn-2", "ownerReferences": [{"name": "churn"}], "annotations": {"deployment.kubernetes.io/revision": "2"}}}]}`

func cluster(t *testing.T, deployments []byte, pods ...string) Cluster {
	t.Helper()
	c, err := read(deployments, []byte(sets), list(pods...), list(), nil)
	require.NoError(t, err)
	return c
}

func TestPodsAreTheNewRevisions(t *testing.T) {
	late := strings.Replace(deployment("churn", image, 3, 3, 2, 3, 1, 2), `"status": {`,
		`"status": {"conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "timed out"}], `,
		1)
	for name, test := range map[string]struct {
		deployment string
		pods       []string
		state      State
		text       string
	}{
		"all new":                     {deployment("churn", image, 3, 3, 2, 2, 2, 2), nil, Good, "its pods run; nobody asks"},
		"observed later than written": {deployment("churn", image, 3, 4, 2, 2, 2, 2), nil, Good, "its pods run; nobody asks"},
		"the generation is not seen": {deployment("churn", image, 4, 3, 2, 2, 2, 2), nil, Waiting,
			"Deployment churn is at generation 4, of which its controller has seen 3"},
		"the provider wrote something else": {deployment("churn", "x:1", 3, 3, 2, 2, 2, 2), nil, Waiting, "Deployment churn runs x:1, and " +
			image + " was deployed"},
		"none is new": {deployment("churn", image, 3, 3, 2, 2, 0, 2), nil, Waiting, "Deployment churn: 0 of 2 replicas have the new version"},
		"old and available ones do not count": {deployment("churn", image, 3, 3, 1, 2, 1, 1), nil, Waiting,
			"Deployment churn: 1 replicas of the old version are still there"},
		"new ones are not available": {deployment("churn", image, 3, 3, 2, 2, 2, 1), nil, Waiting, "Deployment churn: 1 of 2 replicas of the " +
			"new version are available"},
		"past its deadline": {late, nil, Failed, "Deployment churn made no progress within its deadline: timed out"},
		"a crash loop": {deployment("churn", image, 3, 3, 1, 2, 1, 1), []string{pod(2, "CrashLoopBackOff", 3)}, Failed,
			"Deployment churn: the new version ends again and again (crash loop)"},
		"two crashes are no loop": {deployment("churn", image, 3, 3, 1, 1, 1, 0), []string{pod(2, "CrashLoopBackOff", 2)}, Waiting,
			"Deployment churn: 0 of 1 replicas of the new version are available"},
		"the old version crashes": {deployment("churn", image, 3, 3, 1, 1, 1, 1), []string{pod(1, "CrashLoopBackOff", 9)}, Good,
			"its pods run; nobody asks"},
		"the crashes are of before": {deployment("churn", image, 4, 3, 1, 1, 1, 0), []string{pod(2, "CrashLoopBackOff", 9)}, Waiting,
			"Deployment churn is at generation 4, of which its controller has seen 3"},
		"an image that is not there": {deployment("churn", image, 3, 3, 1, 1, 1, 0), []string{pod(2, "ImagePullBackOff", 0)}, Waiting,
			"Deployment churn: 0 of 1 replicas of the new version are available"},
		"stopped": {deployment("churn", image, 3, 3, 0, 0, 0, 0), nil, Good,
			"stopped: no replica is wanted, so the new version was not tried"},
		"stopping": {deployment("churn", image, 3, 3, 0, 1, 0, 1), nil, Waiting, "Deployment churn: 1 replicas of the old version " +
			"are still there"},
		"another Deployment": {deployment("other", image, 3, 3, 1, 1, 1, 1), nil, Waiting, "Deployment churn does not exist"},
	} {
		t.Run(name, func(t *testing.T) {
			m := churn()
			m.Unasked = "nobody asks"
			require.Equal(t, Verdict{test.state, test.text}, Decide(m, cluster(t, list(test.deployment), test.pods...), Answer{}))
		})
	}
}

func TestURLAnswersWithTheVersion(t *testing.T) {
	const url = "https://api.company.com/v1/models/churn"
	settled := cluster(t, list(deployment("churn", image, 3, 3, 1, 1, 1, 1)))
	for name, test := range map[string]struct {
		answer Answer
		state  State
		text   string
	}{
		"not asked":       {Answer{}, Waiting, "its URL has not been asked"},
		"no answer":       {Answer{Asked: true, Err: errors.New("refused")}, Waiting, url + " does not answer: refused"},
		"the version":     {Answer{Asked: true, Status: 200, Number: "2"}, Good, ""},
		"the old version": {Answer{Asked: true, Status: 200, Number: "1"}, Waiting, url + " is answered by version 1, and 2 was deployed"},
		"no version": {Answer{Asked: true, Status: 200}, Good, "answers; its server sends no X-Model-Version, so that its version is " +
			"known from its pods only"},
		"loading":    {Answer{Asked: true, Status: 503, Number: "2"}, Waiting, url + " answers 503 Service Unavailable"},
		"no rule":    {Answer{Asked: true, Status: 404}, Waiting, url + " answers 404 Not Found"},
		"redirected": {Answer{Asked: true, Status: 301}, Waiting, url + " answers 301 Moved Permanently"},
		"guarded": {Answer{Asked: true, Status: 401}, Good, "its pods run; " + url + " answers 401 without credentials, so its version " +
			"was not looked at"},
		"refused by it": {Answer{Asked: true, Status: 403, Number: "2"}, Waiting, url + " answers 403 Forbidden"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, Verdict{test.state, test.text}, Decide(churn(), settled, test.answer))
		})
	}
	stopped := cluster(t, list(deployment("churn", image, 3, 3, 0, 0, 0, 0)))
	require.Equal(t, Good, Decide(churn(), stopped, Answer{}).State, "nobody answers for a stopped model")
}

func TestBothVersionsOfACanaryCount(t *testing.T) {
	m := churn()
	m.Versions = append(m.Versions, Version{Deployment: "churn-canary", Image: "ghcr.io/company/churn:3", Number: "3"})
	stable, ready := deployment("churn", image, 3, 3, 1, 1, 1, 1), deployment("churn-canary", "ghcr.io/company/churn:3", 1, 1, 1, 1, 1, 1)
	starting := deployment("churn-canary", "ghcr.io/company/churn:3", 1, 1, 1, 1, 1, 0)
	for _, number := range []string{"2", "3"} {
		answer := Answer{Asked: true, Status: 200, Number: number}
		require.Equal(t, Verdict{State: Good}, Decide(m, cluster(t, list(stable, ready)), answer))
		require.Equal(t, Waiting, Decide(m, cluster(t, list(stable, starting)), answer).State)
	}
	require.Contains(t, Decide(m, cluster(t, list(stable, ready)), Answer{Asked: true, Status: 200, Number: "1"}).Text,
		"by version 1, and 2 or 3 was deployed")
}
