package command

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

	"github.com/modelway/modelway/internal/gitops"
)

// delivering is a local stack with the real Argo CD and a repository for its models, while one of them is asked all the time.
type delivering struct {
	t *testing.T
	*stack
	manifests
	models []string
	asked  *load
}

// newDelivering brings the stack up. The program makes the objects of models.
func newDelivering(t *testing.T) delivering {
	s := start(t)
	d := delivering{t: t, stack: s, manifests: s.repositoryOfManifests(), models: []string{"churn", "fraud-detection", "recommender"}}
	edit(t, s.c, "Pulumi.local.yaml", "config:\n", "config:\n  modelway:argocd: {enabled: true}\n"+d.setting(gitops.Pulumi))
	edit(t, s.c, "Pulumi.local.yaml", "port: 8080\n", fmt.Sprintf("port: %d\n", s.port)) // what is rendered has the port of the settings
	s.succeed("up")
	d.asked = startLoad(t, fmt.Sprintf("http://api.localhost:%d/v1/models/churn:predict", s.port))
	d.render("models as they are")
	return d
}

// step is the same stack in a test of its own, at whose end no request has failed.
func (d delivering) step(name string, do func(delivering)) {
	d.t.Helper()
	require.True(d.t, d.t.Run(name, func(t *testing.T) {
		own, s := d, *d.stack
		s.t, own.stack, own.manifests.t, own.t = t, &s, t, t
		do(own)
		require.Empty(t, d.asked.failed())
	}), "what follows begins where this ends")
}

func (d delivering) setting(delivery string) string {
	git := ""
	if gitops.ByArgoCD(delivery) {
		git = fmt.Sprintf(", git: {repository: %q}", d.url())
	}
	return fmt.Sprintf("  modelway:models: {delivery: %s%s}\n", delivery, git)
}

// deliver changes who makes the objects of models.
func (d delivering) deliver(before, after string) {
	d.t.Helper()
	edit(d.t, d.c, "Pulumi.local.yaml", d.setting(before), d.setting(after))
	d.succeed("up")
}

// refused is what up says to a change of who makes the objects, which is taken back.
func (d delivering) refused(before, after string) string {
	d.t.Helper()
	edit(d.t, d.c, "Pulumi.local.yaml", d.setting(before), d.setting(after))
	text, err := d.command("up").CombinedOutput()
	require.Error(d.t, err)
	edit(d.t, d.c, "Pulumi.local.yaml", d.setting(after), d.setting(before))
	return string(text)
}

func (d delivering) client() kubernetes.Interface {
	d.t.Helper()
	client, err := d.status.Client()
	require.NoError(d.t, err)
	return client
}

// churn writes the model that is asked: its version, and more lines of its file.
func (d delivering) churn(version, more string) {
	d.writeModel("churn", "name: churn\nimage: ghcr.io/modelway/model-server:"+version+"\n"+more)
}

// rendered is a path below the folder that is delivered.
func (d delivering) rendered(path ...string) string {
	return filepath.Join(append([]string{d.folder, "rendered", "local"}, path...)...)
}

func (d delivering) fileOf(model string) string { return d.rendered("models", model+".yaml") }

// render writes the models into the repository, and commits what changes.
func (d delivering) render(message string) {
	d.t.Helper()
	d.modelway("render", "--stack", "local", "--out", d.rendered())
	d.push(message)
}

// push commits what has changed, and has Argo CD look.
func (d delivering) push(message string) {
	d.t.Helper()
	d.commitAll(message)
	d.refresh()
}

// refresh has Argo CD compare the models now, as a push does by its webhook.
func (d delivering) refresh() {
	d.t.Helper()
	for _, model := range d.models {
		err := d.client().CoreV1().RESTClient().Patch(types.MergePatchType).AbsPath(applicationsPath + "/" + model).
			Body([]byte(`{"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}}`)).Do(context.Background()).Error()
		require.True(d.t, err == nil || apierrors.IsNotFound(err), err)
	}
}

// pods are the pods of all models, by their unique ids, and how often their containers have been started again.
func (d delivering) pods() (all []string) {
	d.t.Helper()
	found, err := d.client().CoreV1().Pods("models").List(context.Background(), metav1.ListOptions{})
	require.NoError(d.t, err)
	for _, pod := range found.Items {
		if pod.DeletionTimestamp != nil {
			continue
		}
		for _, container := range pod.Status.ContainerStatuses {
			all = append(all, fmt.Sprintf("%s %s %s %d", pod.Name, pod.UID, container.Name, container.RestartCount))
		}
	}
	slices.Sort(all)
	return all
}

// same requires that something leaves every pod what it is.
func (d delivering) same(what string, do func()) {
	d.t.Helper()
	before := d.pods()
	do()
	require.Equal(d.t, before, d.pods(), what)
}

// await waits until something holds of what Argo CD says of models.
func (d delivering) await(check func(c *assert.CollectT, a application), models ...string) {
	d.t.Helper()
	require.EventuallyWithT(d.t, func(c *assert.CollectT) {
		for _, model := range models {
			check(c, d.applicationOf(model))
		}
	}, minutes, tick)
}

// awaitDelivery waits until the newest commit is delivered, everything is well, and no sync is tried again.
func (d delivering) awaitDelivery() {
	d.t.Helper()
	head := d.head()
	d.await(func(c *assert.CollectT, a application) {
		assert.Equal(c, []string{head, "Synced", "Healthy", "Succeeded"},
			[]string{a.Status.Sync.Revision, a.Status.Sync.Status, a.Status.Health.Status, a.Status.OperationState.Phase}, a.message())
	}, d.models...)
}

// awaitWord waits until Argo CD says something of a model.
func (d delivering) awaitWord(model, word string) {
	d.t.Helper()
	d.await(func(c *assert.CollectT, a application) { assert.Contains(c, a.message(), word) }, model)
}

// awaitEnd waits until a canary is gone.
func (d delivering) awaitEnd(canary string) {
	d.t.Helper()
	require.Eventually(d.t, func() bool {
		_, err := d.client().AppsV1().Deployments("models").Get(context.Background(), canary, metav1.GetOptions{})
		return apierrors.IsNotFound(err)
	}, minutes, tick, "the Deployment goes by itself")
}

// head is the newest commit.
func (d delivering) head() string {
	d.t.Helper()
	command := exec.Command("git", "rev-parse", "HEAD")
	command.Dir = d.folder
	out, err := command.Output()
	require.NoError(d.t, err)
	return strings.TrimSpace(string(out))
}

// documented runs the one command in docs/argocd.md that has a word in it, for the model that is asked.
func (d delivering) documented(word string) {
	d.t.Helper()
	page, err := os.ReadFile(filepath.Join(repository(d.t).Root, "docs", "argocd.md"))
	require.NoError(d.t, err)
	found := regexp.MustCompile("`(kubectl [^`]*"+regexp.QuoteMeta(word)+"[^`]*)`").FindAllSubmatch(page, -1)
	require.Len(d.t, found, 1, word)
	command := exec.Command("bash", "-c", string(bytes.ReplaceAll(found[0][1], []byte("MODEL"), []byte("churn"))))
	command.Env = append(os.Environ(), "PATH="+d.c.Bin()+":"+os.Getenv("PATH"), "KUBECONFIG="+d.status.Kubeconfig)
	out, err := command.CombinedOutput()
	require.NoError(d.t, err, string(out))
}

// failed are the requests without an answer so far.
func (l *load) failed() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.failures)
}
