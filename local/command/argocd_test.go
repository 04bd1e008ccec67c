package command

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/modelway/modelway/internal/argocd"

	"github.com/modelway/modelway/local/testcluster"
)

const (
	applicationsPath = "/apis/" + argocd.ApiVersion + "/namespaces/" + argocd.Namespace + "/applications"
	projectsPath     = "/apis/" + argocd.ApiVersion + "/namespaces/" + argocd.Namespace + "/appprojects"
	delivered        = "delivered"
)

// TestArgocd brings a whole local stack up with the real Argo CD, which syncs a commit of a repository, brings back what somebody changed by
// hand, is refused what is not a part of models, and follows the next commit. A second up changes nothing, and a destroy leaves nothing.
func TestArgocd(t *testing.T) {
	t.Parallel()
	needGit(t)
	testcluster.Build(t, "argocd")
	s := start(t)
	edit(t, s.c, "Pulumi.local.yaml", "config:\n", "config:\n  modelway:argocd: {enabled: true}\n")
	s.succeed("up")
	repository := s.repositoryOfManifests()
	repository.commit("first", "first commit")

	s.post(projectsPath, map[string]any{"apiVersion": argocd.ApiVersion, "kind": argocd.ProjectKind,
		"metadata": map[string]any{"name": "models"}, "spec": map[string]any{
			"sourceRepos":  []any{repository.url()},
			"destinations": []any{map[string]any{"server": "https://kubernetes.default.svc", "namespace": "models"}},
		}})
	s.post(applicationsPath, map[string]any{"apiVersion": argocd.ApiVersion, "kind": argocd.ApplicationKind,
		"metadata": map[string]any{"name": "models"}, "spec": map[string]any{
			"project":     "models",
			"source":      map[string]any{"repoURL": repository.url(), "path": "models", "targetRevision": "main"},
			"destination": map[string]any{"server": "https://kubernetes.default.svc", "namespace": "models"},
			"syncPolicy":  map[string]any{"automated": map[string]any{"selfHeal": true}},
		}})
	s.awaitDelivered("first")
	s.awaitApplication("Synced", "Healthy")

	t.Run("it brings back what somebody changed", func(t *testing.T) {
		client, err := s.status.Client()
		require.NoError(t, err)
		_, err = client.PolicyV1().PodDisruptionBudgets("models").Patch(t.Context(), delivered, types.MergePatchType,
			[]byte(`{"metadata": {"annotations": {"said": "by hand"}}}`), metav1.PatchOptions{})
		require.NoError(t, err)
		s.awaitDelivered("first")
	})
	t.Run("it follows the next commit", func(t *testing.T) {
		repository.commit("second", "second commit")
		s.awaitDelivered("second")
	})
	t.Run("it may not write what no model consists of", func(t *testing.T) {
		repository.write("secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: delivered, namespace: models}\n")
		repository.commit("third", "a Secret")
		s.awaitFailure(`secrets "delivered" is forbidden`)
	})
	s.delete(applicationsPath + "/models")
	s.delete(projectsPath + "/models")
	out, err := s.command("up").CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "No changes")
	s.succeed("down")
	s.requireGone()
}

// needGit skips a test on a machine without Git.
func needGit(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not on PATH: Argo CD reads repositories with it")
	}
}

// manifests is a Git repository of plain manifests.
type manifests struct {
	t      *testing.T
	folder string
}

// repositoryOfManifests makes one below the state of the checkout: what is below the machine's folder of temporary files is hidden from
// pods, which have one of their own.
func (s *stack) repositoryOfManifests() manifests {
	s.t.Helper()
	m := manifests{s.t, s.c.State("manifests")}
	require.NoError(s.t, os.MkdirAll(filepath.Join(m.folder, "models"), 0o755))
	m.git("init", "--quiet", "--initial-branch", "main")
	return m
}

func (m manifests) url() string { return "file://" + m.folder }

func (m manifests) write(name, text string) {
	m.t.Helper()
	require.NoError(m.t, os.WriteFile(filepath.Join(m.folder, "models", name), []byte(text), 0o644))
}

// commit says something else in the one budget, and commits whatever has changed.
func (m manifests) commit(said, message string) {
	m.t.Helper()
	m.write("budget.yaml", fmt.Sprintf("apiVersion: policy/v1\nkind: PodDisruptionBudget\n"+
		"metadata: {name: %s, namespace: models, annotations: {said: %s}}\nspec: {maxUnavailable: 1, selector: {matchLabels: {app: none}}}\n",
		delivered, said))
	m.commitAll(message)
}

// commitAll commits whatever has changed.
func (m manifests) commitAll(message string) {
	m.t.Helper()
	m.git("add", "--all")
	m.git("-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message", message)
}

func (m manifests) git(args ...string) {
	m.t.Helper()
	command := exec.Command("git", args...)
	command.Dir = m.folder
	out, err := command.CombinedOutput()
	require.NoError(m.t, err, string(out))
}

// post makes an object of Argo CD's.
func (s *stack) post(path string, object map[string]any) {
	s.t.Helper()
	client, err := s.status.Client()
	require.NoError(s.t, err)
	text, err := json.Marshal(object)
	require.NoError(s.t, err)
	require.NoError(s.t, client.CoreV1().RESTClient().Post().AbsPath(path).Body(text).SetHeader("Content-Type", "application/json").
		Do(context.Background()).Error())
}

// delete removes one, and waits until it is gone.
func (s *stack) delete(path string) {
	s.t.Helper()
	client, err := s.status.Client()
	require.NoError(s.t, err)
	rest := client.CoreV1().RESTClient()
	require.NoError(s.t, rest.Delete().AbsPath(path).Do(context.Background()).Error())
	require.Eventually(s.t, func() bool { return apierrors.IsNotFound(rest.Get().AbsPath(path).Do(context.Background()).Error()) }, minutes, tick)
}

// awaitDelivered waits until the budget of the repository says something.
func (s *stack) awaitDelivered(said string) {
	s.t.Helper()
	client, err := s.status.Client()
	require.NoError(s.t, err)
	require.EventuallyWithT(s.t, func(c *assert.CollectT) {
		found, err := client.PolicyV1().PodDisruptionBudgets("models").Get(context.Background(), delivered, metav1.GetOptions{})
		if assert.NoError(c, err, s.application().message()) {
			assert.Equal(c, said, found.Annotations["said"], s.application().message())
		}
	}, minutes, tick)
}

// application is what Argo CD says of the one application.
type application struct {
	Status struct {
		Sync           struct{ Status, Revision string }
		Health         struct{ Status string }
		Conditions     []struct{ Type, Message string }
		OperationState struct{ Phase, Message string }
	}
}

func (s *stack) application() application { return s.applicationOf("models") }

func (s *stack) applicationOf(name string) (a application) {
	client, err := s.status.Client()
	if err == nil {
		var text []byte
		if text, err = client.CoreV1().RESTClient().Get().AbsPath(applicationsPath + "/" + name).Do(context.Background()).Raw(); err == nil {
			err = json.Unmarshal(text, &a)
		}
	}
	if err != nil {
		a.Status.OperationState.Message = err.Error()
	}
	return a
}

func (a application) message() string { return fmt.Sprintf("%+v", a.Status) }

func (s *stack) awaitApplication(sync, health string) {
	s.t.Helper()
	require.EventuallyWithT(s.t, func(c *assert.CollectT) {
		a := s.application()
		assert.Equal(c, []string{sync, health}, []string{a.Status.Sync.Status, a.Status.Health.Status}, a.message())
	}, minutes, tick)
}

// awaitFailure waits until a sync has failed for a reason.
func (s *stack) awaitFailure(reason string) {
	s.t.Helper()
	require.EventuallyWithT(s.t, func(c *assert.CollectT) { assert.Contains(c, s.application().message(), reason) }, minutes, tick)
}
