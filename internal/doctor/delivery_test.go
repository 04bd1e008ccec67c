package doctor

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/rollout"
)

func TestReleasesAreDeployed(t *testing.T) {
	aged := func(age string, revision int, status string) string {
		return fmt.Sprintf("kserve sh.helm.release.v1.kserve.v%d helm.sh/release.v1 1 %s kserve %s %d\n", revision, age, status, revision)
	}
	row := func(revision int, status string) string { return aged("2d3h", revision, status) }
	given := func(rows ...string) func(t *testing.T, f *Facts) {
		return func(t *testing.T, f *Facts) {
			var err error
			f.Releases, err = readReleases([]byte(strings.Join(rows, "")))
			require.NoError(t, err)
		}
	}
	whole := func(*testing.T) Facts { return Facts{} }
	requireFound(t, releases, whole, map[string]one{
		"none":     {},
		"deployed": {given(row(1, "superseded"), row(2, "failed"), row(3, "deployed")), nil},
		"it was killed": {given(row(1, "deployed"), row(2, "pending-upgrade")), []string{"error: Helm release kserve/kserve: revision 2 is " +
			"pending-upgrade for 51h0m0s, longer than Helm waits (10m0s): a change of it was killed"}},
		"it was killed at first": {given(aged("11m", 1, "pending-install")), []string{"error: Helm release kserve/kserve: revision 1 is " +
			"pending-install for 11m0s, longer than Helm waits (10m0s): a change of it was killed"}},
		"it runs": {given(row(1, "deployed"), aged("9m59s", 2, "pending-upgrade")), []string{"warning: Helm release kserve/kserve: revision 2 is " +
			"pending-upgrade for 9m59s: a change of it runs"}},
		"it began just now": {given(aged("<invalid>", 1, "pending-install")), []string{"warning: Helm release kserve/kserve: revision 1 is " +
			"pending-install for 0s: a change of it runs"}},
		"failed":               {given(row(1, "deployed"), row(2, "failed")), []string{"error: Helm release kserve/kserve: revision 2 failed"}},
		"failed at first":      {given(row(1, "failed")), []string{"error: Helm release kserve/kserve: revision 1 failed"}},
		"its removal was left": {given(row(1, "uninstalling")), []string{"warning: Helm release kserve/kserve: revision 1 is being uninstalled, or its removal was killed"}},
	})
	f := Facts{}
	given(row(1, "deployed"), row(2, "pending-upgrade"))(t, &f)
	require.Equal(t, "helm -n kserve rollback kserve 1", findReleases(f)[0].Command)
	given(row(1, "deployed"), aged("5s", 2, "pending-upgrade"))(t, &f)
	require.Equal(t, "helm -n kserve history kserve", findReleases(f)[0].Command, "what runs is not to be rolled back")
	given(row(1, "pending-upgrade"))(t, &f)
	require.Equal(t, "kubectl -n kserve delete secret sh.helm.release.v1.kserve.v1", findReleases(f)[0].Command,
		"an uninstall would take the models with their definitions")
	for text, want := range map[string]time.Duration{"45s": 45 * time.Second, "3h20m": 200 * time.Minute, "2y30d": 760 * 24 * time.Hour} {
		age, err := readAge(text)
		require.NoError(t, err)
		require.Equal(t, want, age, text)
	}
	for text, want := range map[string]string{"a b": "has 2 columns", "a b c d e f g h\n": `"h" is not a revision`,
		"a b c d <unknown> f g 1": `"<unknown>" is not an age`, "a b c d 5 f g 1": `"5" is not an age`, "a b c d xm f g 1": `"xm" is not an age`} {
		_, err := readReleases([]byte(text))
		require.ErrorContains(t, err, want)
	}
}

// versionsOf is a model as it was deployed.
func versionsOf(v rollout.Version) []rollout.Model {
	return []rollout.Model{{Name: "churn", Versions: []rollout.Version{v}}}
}

const modelLabels = `{"app.kubernetes.io/part-of": "modelway", "app.kubernetes.io/component": "model", "app.kubernetes.io/name": "churn"}`

var digestA, digestB = "sha256:" + strings.Repeat("a", 64), "sha256:" + strings.Repeat("b", 64)

func TestPodsRunWhatWasDeployed(t *testing.T) {
	deployment := func(image, files string) string {
		return `{"metadata": {"namespace": "models", "name": "churn"}, "spec": {"selector": {"matchLabels": ` + modelLabels + `}, "template": {"metadata": {"labels": ` +
			modelLabels + `, "annotations": {"modelway.dev/artifact-digest": "` + files + `"}}, "spec": {"containers": [{"name": "model", "image": "` + image + `"}]}}}}`
	}
	pod := func(name, image, id, files string) string {
		return `{"metadata": {"namespace": "models", "name": "` + name + `", "labels": ` + modelLabels + `, "annotations": {"modelway.dev/artifact-digest": "` + files +
			`"}}, "status": {"containerStatuses": [{"name": "model", "image": "` + image + `", "imageID": "` + id + `"}]}}`
	}
	whole := func(t *testing.T) Facts {
		return Facts{Deployments: objectsOf[Deployment](t, deployment("a:1", digestA)),
			Pods:     objectsOf[Pod](t, pod("p1", "a:1", "r/a@"+digestA, digestA), pod("p2", "a:1", "r/a@"+digestA, digestA)),
			Versions: versionsOf(rollout.Version{Deployment: "churn", Image: "a:1"})}
	}
	versions := func(v rollout.Version) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) { f.Versions = versionsOf(v) }
	}
	requireFound(t, digests, whole, map[string]one{
		"the same":             {},
		"the same files":       {versions(rollout.Version{Deployment: "churn", Digest: digestA}), nil},
		"an id without digest": {func(t *testing.T, f *Facts) { f.Pods = objectsOf[Pod](t, pod("p1", "a:1", "a:1", digestA)) }, nil},
		"while it rolls out": {func(t *testing.T, f *Facts) {
			f.Deployments[0].Status.Replicas = 2
			f.Pods[0].Metadata.Annotations = nil
		}, nil},
		"Argo CD delivers another": {func(_ *testing.T, f *Facts) {
			f.Versions = []rollout.Model{{Name: "churn", Application: "churn"}}
		}, nil},
		"Argo CD delivers, and a pod runs another digest": {func(t *testing.T, f *Facts) {
			f.Deployments = objectsOf[Deployment](t, deployment("a@"+digestB, digestA))
			f.Versions, f.Pods = []rollout.Model{{Name: "churn", Application: "churn"}}, f.Pods[:1]
		}, []string{"error: Pod models/p1: container model runs " + digestA + ", and Deployment models/churn says " + digestB}},
		"another image": {versions(rollout.Version{Deployment: "churn", Image: "a:2"}), []string{"error: model churn: image a:2 was deployed, and Deployment models/churn has a:1"}},
		"another digest of files": {versions(rollout.Version{Deployment: "churn", Digest: digestB}), []string{"error: model churn: files " + digestB +
			" were deployed, and Deployment models/churn has \"" + digestA + "\" in modelway.dev/artifact-digest"}},
		"no Deployment": {versions(rollout.Version{Deployment: "gone", Image: "a:1"}), []string{"error: model churn: its Deployment gone is not in the cluster"}},
		"files of a pod": {func(t *testing.T, f *Facts) { f.Pods[0].Metadata.Annotations["modelway.dev/artifact-digest"] = digestB }, []string{
			"error: Pod models/p1: its files are " + digestB + ", and Deployment models/churn says " + digestA}},
		"a pod runs another digest": {func(t *testing.T, f *Facts) {
			f.Deployments = objectsOf[Deployment](t, deployment("a@"+digestB, digestA))
			f.Versions, f.Pods = nil, f.Pods[:1]
		}, []string{"error: Pod models/p1: container model runs " + digestA + ", and Deployment models/churn says " + digestB}},
		"a tag that moved": {func(t *testing.T, f *Facts) { f.Pods[1].Status.ContainerStatuses[0].ImageID = "r/a@" + digestB }, []string{
			"error: Deployment models/churn: its pods run different images under one tag, a:1: " + digestA + ", " + digestB}},
	})
}

func TestDigestsSayWhatTheyDidNotCompare(t *testing.T) {
	git := digests.Decide(Facts{Versions: []rollout.Model{{Name: "churn", Application: "churn"}}}, nil)
	require.Equal(t, OK, git.State)
	require.Contains(t, git.Note, "Argo CD delivers the models")
	require.Contains(t, Text([]Result{git}, 1000), digests.Title+" (not compared with the stack's outputs: ")
	blind := digests.Decide(Facts{}, map[Need]error{needVersions: errors.New("give --stack")})
	require.Equal(t, "it did without the models that the stack deployed: give --stack", blind.Note)
	require.Empty(t, digests.Decide(Facts{Versions: versionsOf(rollout.Version{})}, nil).Note)
}

func TestSchemaIsThatOfTheImage(t *testing.T) {
	job := func(name, made, image, status string) string {
		return `{"metadata": {"namespace": "mlflow", "name": "` + name + `", "creationTimestamp": "` + made + `"}, "spec": {"template": {"spec": {"containers": [{"image": "` + image +
			`"}]}}}, "status": ` + status + `}`
	}
	const done, failed = `{"succeeded": 1}`, `{"conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}]}`
	const before, after = "2026-11-29T00:00:00Z", "2026-11-30T00:00:00Z"
	whole := func(t *testing.T) Facts {
		return Facts{Jobs: objectsOf[Job](t, job("mlflow-schema-3", before, "m:3", done)),
			Deployments: objectsOf[Deployment](t, `{"metadata": {"namespace": "mlflow", "name": "mlflow"}, "spec": {"template": {"spec": {"containers": [{"image": "m:3"}]}}}}`)}
	}
	jobs := func(all ...string) func(*testing.T, *Facts) {
		return func(t *testing.T, f *Facts) { f.Jobs = objectsOf[Job](t, all...) }
	}
	requireFound(t, schema, whole, map[string]one{
		"the same":          {},
		"the newest counts": {jobs(job("mlflow-schema-2", before, "m:2", failed), job("mlflow-schema-3", after, "m:3", done)), nil},
		"another version": {jobs(job("mlflow-schema-2", before, "m:2", done)), []string{"error: Deployment mlflow/mlflow: the schema is that of m:2, and the " +
			"server runs m:3"}},
		"it failed": {jobs(job("mlflow-schema-3", after, "m:3", failed), job("mlflow-schema-2", before, "m:2", done)), []string{"error: Job " +
			"mlflow/mlflow-schema-3: it failed: BackoffLimitExceeded"}},
		"it runs": {jobs(job("mlflow-schema-3", after, "m:3", `{}`)), []string{"warning: Job mlflow/mlflow-schema-3: it has not ended: the schema is being changed"}},
		"no Job":  {jobs(), []string{"warning: Deployment mlflow/mlflow: no Job that changes the schema is there, so that nobody can tell the schema's version"}},
	})
}

func TestApplicationsAreSyncedAndHealthy(t *testing.T) {
	status := func(text string) func(*testing.T, *Facts) {
		return func(t *testing.T, f *Facts) {
			f.Applications = objectsOf[Application](t, `{"metadata": {"namespace": "argocd", "name": "models"}, "status": `+text+`}`)
		}
	}
	const at = ": Application argocd/models: "
	requireFound(t, argocd, func(*testing.T) Facts { return Facts{} }, map[string]one{
		"well":        {status(`{"sync": {"status": "Synced"}, "health": {"status": "Healthy"}}`), nil},
		"stopped":     {status(`{"sync": {"status": "Synced"}, "health": {"status": "Suspended"}, "operationState": {"phase": "Succeeded"}}`), nil},
		"out of sync": {status(`{"sync": {"status": "OutOfSync"}, "health": {"status": "Progressing"}}`), []string{"warning" + at + "what runs is not what is in Git"}},
		"degraded":    {status(`{"sync": {"status": "Synced"}, "health": {"status": "Degraded", "message": "m"}}`), []string{"error" + at + "it is Degraded: m"}},
		"refused": {status(`{"sync": {"status": "Synced"}, "health": {"status": "Healthy"}, "operationState": {"phase": "Failed", "message": "m"}}`),
			[]string{"error" + at + "its last sync failed: m"}},
		"refused, and mended by a later commit": {status(`{"sync": {"status": "Synced", "revision": "2"}, "health": {"status": "Healthy"},
			"operationState": {"phase": "Failed", "message": "m", "syncResult": {"revision": "1"}}}`), nil},
		"it delivers a model": {func(t *testing.T, f *Facts) {
			status(`{"sync": {"status": "Synced"}, "health": {"status": "Healthy"}}`)(t, f)
			f.Versions = []rollout.Model{{Name: "models", Application: "models"}, {Name: "pulumi's"}}
		}, nil},
		"none for a model": {func(t *testing.T, f *Facts) { f.Versions = []rollout.Model{{Name: "churn", Application: "churn"}} }, []string{
			"error: model churn: Argo CD is to deliver it, and Application argocd/churn is not in the cluster"}},
		"no repository": {status(`{"sync": {"status": "Unknown"}, "health": {"status": "Unknown"}, "conditions": [{"type": "ComparisonError", "message": "m"}]}`),
			[]string{"error" + at + "ComparisonError: m", "warning" + at + "its health is not known", "warning" + at +
				"nobody knows whether what runs is what is in Git"}},
	})
}

func TestScrapesFindTargets(t *testing.T) {
	whole := func(*testing.T) Facts {
		return Facts{Pools: []Pool{{"models", []ScrapeTarget{{Health: "up"}, {Health: "unknown"}}}}}
	}
	requireFound(t, scrapes, whole, map[string]one{
		"they answer": {},
		"no target":   {func(_ *testing.T, f *Facts) { f.Pools[0].Targets = nil }, []string{"warning: scrape models: it finds no target"}},
		"one is down": {func(_ *testing.T, f *Facts) {
			f.Pools[0].Targets[0] = ScrapeTarget{Health: "down", ScrapeURL: "u", LastError: "e"}
		}, []string{"warning: scrape models: 1 of 2 targets do not answer, such as u: e"}},
		"all are down": {func(_ *testing.T, f *Facts) {
			f.Pools[0].Targets = []ScrapeTarget{{Health: "down", ScrapeURL: "u", LastError: "e"}}
		},
			[]string{"error: scrape models: 1 of 1 targets do not answer, such as u: e"}},
	})
}

func TestCertificatesAreReady(t *testing.T) {
	given := func(made, status string) func(*testing.T, *Facts) {
		return func(t *testing.T, f *Facts) {
			f.Certificates = objectsOf[Certificate](t, `{"metadata": {"namespace": "kserve", "name": "serving", "creationTimestamp": "`+made+`"}, "status": `+status+`}`)
		}
	}
	const early, ready = "2026-11-29T00:00:00Z", `"conditions": [{"type": "Ready", "status": "True"}]`
	const at = ": Certificate kserve/serving: "
	requireFound(t, certificates, func(*testing.T) Facts { return Facts{} }, map[string]one{
		"ready":         {given(early, `{`+ready+`, "notAfter": "2027-02-01T00:00:00Z", "renewalTime": "2027-01-01T00:00:00Z"}`), nil},
		"not issued":    {given(early, `{"conditions": [{"type": "Ready", "status": "False", "reason": "DoesNotExist"}]}`), []string{"error" + at + "it is not ready: DoesNotExist"}},
		"not yet":       {given(now.Format(time.RFC3339), `{}`), []string{"warning" + at + "it is not ready"}},
		"it has ended":  {given(early, `{`+ready+`, "notAfter": "2026-11-30T00:00:00Z"}`), []string{"error" + at + "it has ended, and nobody renewed it"}},
		"it is overdue": {given(early, `{`+ready+`, "notAfter": "2026-12-30T00:00:00Z", "renewalTime": "2026-11-30T00:00:00Z"}`), []string{"warning" + at + "it was to be renewed on 2026-11-30, and was not"}},
	})
}
