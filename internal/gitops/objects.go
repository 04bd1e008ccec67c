package gitops

import (
	"cmp"
	"path"
	"strings"

	"github.com/modelway/modelway/internal/render"
)

// The objects of Argo CD (https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/).
const (
	// Project is the name of the project of the models.
	Project = "models"
	// cluster is the one that Argo CD runs in.
	cluster = "https://kubernetes.default.svc"
)

// DefaultRevision is the branch that is delivered where nothing else is said.
const DefaultRevision = "main"

// Force is the annotation that has Pulumi's provider take fields that Argo CD has written
// (https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/).
const Force = "pulumi.com/patchForce"

// OnObjects are the annotations that delivery puts on the objects of models, none of which is for their pods
// (https://argo-cd.readthedocs.io/en/release-3.5/user-guide/resource_tracking/).
var OnObjects = []string{"argocd.argoproj.io/tracking-id", render.SyncOptions, render.SyncWave, Force}

// Source is where the objects of an environment's models come from, and where they go.
type Source struct {
	Spec
	// Delivery is HandOver or ArgoCD.
	Delivery string
	// Environment is the name of the stack, which the folder is called after where the spec names none.
	Environment string
	// Namespace is that of the models.
	Namespace string
}

// FolderOf is the folder of a stack, relative to the root of the repository.
func (s Spec) FolderOf(stack string) string { return cmp.Or(s.Folder, path.Join(render.Root, stack)) }

// folder is the one with a file for each model.
func (s Source) folder() string { return path.Join(s.FolderOf(s.Environment), render.ModelsFolder) }

func (s Source) destination() map[string]any {
	return map[string]any{"server": cluster, "namespace": s.Namespace}
}

// ProjectSpec is the spec of the AppProject: one repository, one namespace, the kinds that a model has, and nothing of the whole cluster.
func (s Source) ProjectSpec() map[string]any {
	kinds := make([]any, len(render.Kinds))
	for i, kind := range render.Kinds {
		kinds[i] = map[string]any{"group": kind.Group, "kind": kind.Kind}
	}
	spec := map[string]any{
		"description":                "Models that modelway render has written into Git",
		"sourceRepos":                []any{s.Repository},
		"destinations":               []any{s.destination()},
		"clusterResourceWhitelist":   []any{},
		"namespaceResourceWhitelist": kinds,
	}
	if len(s.SignedBy) > 0 {
		keys := make([]any, len(s.SignedBy))
		for i, id := range s.SignedBy {
			keys[i] = map[string]any{"keyID": strings.ToUpper(id)} // as gpg writes it: Argo CD compares letters as they are
		}
		spec["signatureKeys"] = keys
	}
	return spec
}

// ApplicationSpec is the spec of the Application of a model. One that drifts is put right, but not while the program makes the same
// objects. What is no longer rendered goes last, when everything else is healthy, and not at all without a confirmation where its
// annotation asks for one. A rendering without objects ends nothing. The Application has no finalizer: without it the objects stay.
//
// It has no annotation manifest-generate-paths either, by which Argo CD 3.5 takes a commit that it saw while an operation went on for one
// without changes, and does not deliver it when that operation is terminated.
func (s Source) ApplicationSpec(model string) map[string]any {
	alone := s.Delivery == ArgoCD
	return map[string]any{
		"project": Project,
		"source": map[string]any{
			"repoURL":        s.Repository,
			"targetRevision": cmp.Or(s.Revision, DefaultRevision),
			"path":           s.folder(),
			"directory":      map[string]any{"include": model + ".yaml"},
		},
		"destination": s.destination(),
		"syncPolicy": map[string]any{
			"automated":   map[string]any{"prune": alone, "selfHeal": alone, "allowEmpty": false},
			"syncOptions": []any{"PruneLast=true", "FailOnSharedResource=true"},
			"retry": map[string]any{
				"limit": retries, "refresh": true,
				"backoff": map[string]any{"duration": "10s", "factor": 2, "maxDuration": "3m"},
			},
		},
		"revisionHistoryLimit": kept,
	}
}

const (
	// retries follow a sync that failed, as when a webhook of the cluster does not answer; each reads the newest commit.
	retries = 10
	// kept is how many syncs can be looked at.
	kept = 10
)

// InOneStep reports whether an environment with a number of models can go from one delivery to another at once. Between the program alone
// and Argo CD alone is HandOver. An environment without models goes anywhere.
func InOneStep(was, is string, models int) bool {
	return models == 0 || was == is || was == HandOver || is == HandOver
}
