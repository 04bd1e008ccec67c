package command

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/modelway/modelway/internal/gitops"
	"github.com/modelway/modelway/local/testcluster"
)

// delivering is a local stack whose models the real Argo CD delivers from a repository.
type delivering struct {
	*stack
	manifests
	models []string
}

// TestDeliveryIsHandedOver takes the models of a stack from the program to Argo CD and back while one of them is asked all the time: no
// request fails, and no pod is replaced. Meanwhile Argo CD brings a canary that gets no request before it runs, and ends it; an empty
// rendering and a repository that is away end nothing.
func TestDeliveryIsHandedOver(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not on PATH: Argo CD reads repositories with it")
	}
	testcluster.Build(t, "argocd")
	s := start(t)
	d := delivering{s, s.repositoryOfManifests(), []string{"churn", "fraud-detection", "recommender"}}
	const installed = "  modelway:argocd: {enabled: true}\n"
	delivery := func(by string) string {
		return installed + fmt.Sprintf("  modelway:models: {delivery: %s, git: {repository: %q}}\n", by, d.url())
	}
	edit(t, s.c, "Pulumi.local.yaml", "config:\n", "config:\n"+installed)
	s.succeed("up")
	l := startLoad(t, fmt.Sprintf("http://api.localhost:%d/v1/models/churn:predict", s.port))
	d.render("models as they are")
	pods := d.pods()

	refused, _ := s.refuse("up", installed, delivery(gitops.ArgoCD))
	require.Contains(t, refused, "set it to handover, run `pulumi up`, and set it to argocd then")
	edit(t, s.c, "Pulumi.local.yaml", delivery(gitops.ArgoCD), delivery(gitops.HandOver))
	s.succeed("up")
	d.awaitModels("Synced", "Healthy")
	edit(t, s.c, "Pulumi.local.yaml", delivery(gitops.HandOver), delivery(gitops.ArgoCD))
	s.succeed("up")
	d.awaitModels("Synced", "Healthy")
	require.Equal(t, pods, d.pods(), "a hand-over replaces no pod")

	t.Run("what somebody changed is put back", func(t *testing.T) { d.heals(t) })
	t.Run("a canary comes and goes by commits", func(t *testing.T) { d.canary(t, l) })
	pods = d.pods()
	t.Run("an empty rendering and a repository that is away end nothing", func(t *testing.T) { d.nothing(t) })

	edit(t, s.c, "Pulumi.local.yaml", delivery(gitops.ArgoCD), delivery(gitops.HandOver))
	s.succeed("up")
	edit(t, s.c, "Pulumi.local.yaml", delivery(gitops.HandOver), installed)
	s.succeed("up")
	require.Equal(t, pods, d.pods(), "the way back replaces no pod")
	s.writeModel("churn", "name: churn\nimage: ghcr.io/modelway/model-server:0.3.0\n")
	s.succeed("up") // fields that Argo CD wrote last are the program's again
	l.stop()
	require.Empty(t, l.failures)
	require.Positive(t, l.answers["0.3.0"])
	s.succeed("down")
	s.requireGone()
}

// refuse is an up that has to fail, after a change of the settings, and what it said.
func (s *stack) refuse(verb, before, after string) (out string, err error) {
	s.t.Helper()
	edit(s.t, s.c, "Pulumi.local.yaml", before, after)
	text, err := s.command(verb).CombinedOutput()
	require.Error(s.t, err)
	return string(text), err
}

// render writes the models into the repository, and commits what changes.
func (d delivering) render(message string) {
	d.manifests.t.Helper()
	d.modelway("render", "--stack", "local", "--out", filepath.Join(d.folder, "rendered", "local"))
	d.commitAll(message)
	d.refresh()
}

// refresh has Argo CD compare the models now, as a push does by its webhook.
func (d delivering) refresh() {
	client, err := d.status.Client()
	require.NoError(d.manifests.t, err)
	for _, model := range d.models {
		err := client.CoreV1().RESTClient().Patch(types.MergePatchType).AbsPath(applicationsPath + "/" + model).
			Body([]byte(`{"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}}`)).Do(context.Background()).Error()
		require.True(d.manifests.t, err == nil || apierrors.IsNotFound(err), err)
	}
}

// pods are the pods of all models, by their unique ids.
func (d delivering) pods() (all []string) {
	client, err := d.status.Client()
	require.NoError(d.manifests.t, err)
	found, err := client.CoreV1().Pods("models").List(context.Background(), metav1.ListOptions{})
	require.NoError(d.manifests.t, err)
	for _, pod := range found.Items {
		if pod.DeletionTimestamp == nil {
			all = append(all, pod.Name+" "+string(pod.UID))
		}
	}
	slices.Sort(all)
	return all
}

// awaitModels waits until Argo CD says the same of every model.
func (d delivering) awaitModels(sync, health string) {
	d.manifests.t.Helper()
	require.EventuallyWithT(d.manifests.t, func(c *assert.CollectT) {
		for _, model := range d.models {
			a := d.applicationOf(model)
			assert.Equal(c, []string{sync, health}, []string{a.Status.Sync.Status, a.Status.Health.Status}, model+": "+a.message())
		}
	}, minutes, tick)
}

// heals changes by hand how many pods there may be.
func (d delivering) heals(t *testing.T) {
	client, err := d.status.Client()
	require.NoError(t, err)
	autoscalers := client.AutoscalingV2().HorizontalPodAutoscalers("models")
	before, err := autoscalers.Get(t.Context(), "churn", metav1.GetOptions{})
	require.NoError(t, err)
	_, err = autoscalers.Patch(t.Context(), "churn", types.MergePatchType, []byte(`{"spec": {"maxReplicas": 9}}`), metav1.PatchOptions{})
	require.NoError(t, err)
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		now, err := autoscalers.Get(context.Background(), "churn", metav1.GetOptions{})
		if assert.NoError(c, err) {
			assert.Equal(c, before.Spec.MaxReplicas, now.Spec.MaxReplicas)
		}
	}, minutes, tick)
}

// canary brings a version beside the stable one, makes it the stable one, and ends it, by commits alone.
func (d delivering) canary(t *testing.T, l *load) {
	d.writeModel("churn", "name: churn\nimage: ghcr.io/modelway/model-server:0.1.0\ncanary: {image: 'ghcr.io/modelway/model-server:0.2.0', weight: 50}\n")
	d.render("a canary")
	require.Eventually(t, func() bool { return l.count(canaryVersion) > 20 }, minutes, tick, "the canary answers")
	require.Positive(t, l.count(stableVersion))
	d.writeModel("churn", "name: churn\nimage: ghcr.io/modelway/model-server:0.2.0\n")
	d.render("the canary is the version")
	client, err := d.status.Client()
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		_, err := client.AppsV1().Deployments("models").Get(context.Background(), "churn-canary", metav1.GetOptions{})
		return apierrors.IsNotFound(err)
	}, minutes, tick, "the canary's Deployment goes by itself")
	d.awaitModels("Synced", "Healthy")
}

// nothing commits a rendering without models, and takes the repository away.
func (d delivering) nothing(t *testing.T) {
	before := d.pods()
	rendered := filepath.Join(d.folder, "rendered", "local", "models")
	require.NoError(t, os.RemoveAll(rendered))
	d.commitAll("no models")
	d.refresh()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		for _, model := range d.models {
			a := d.applicationOf(model)
			assert.NotEqual(c, "Synced", a.Status.Sync.Status, model+": "+a.message())
		}
	}, minutes, tick)
	require.NoError(t, os.Rename(d.folder, d.folder+".away"))
	d.refresh()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		assert.NotEmpty(c, d.applicationOf("churn").Status.Conditions)
	}, minutes, tick)
	require.Equal(t, before, d.pods())
	require.NoError(t, os.Rename(d.folder+".away", d.folder))
	d.render("models again")
	d.awaitModels("Synced", "Healthy")
	require.Equal(t, before, d.pods())
	answer, err := http.Get(fmt.Sprintf("http://api.localhost:%d/v1/models/recommender", d.port))
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
}
