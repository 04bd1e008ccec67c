package render

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/resource"
)

const (
	// kubernetes begins the type tokens of the provider's resources, pulumi the annotations that only the provider reads
	// (https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/#resource-annotations).
	kubernetes = "kubernetes:"
	pulumi     = "pulumi.com/"
)

// object is one object of Kubernetes.
type object struct {
	kind, name string
	content    map[string]any
}

func (o object) String() string { return o.kind + "/" + o.name }

// objectOf is what the program registers, without what is said to the provider alone, and without what it leaves to others, such as the
// replicas of a Deployment that an autoscaler sets.
func objectOf(r resource.Resource) (object, error) {
	kind := resource.KindOf(r.Type)
	if place(kind) < 0 {
		return object{}, fmt.Errorf("%s has no place in what is rendered: there are %v", kind, Kinds)
	}
	content, unknown := plain(r.Declared(), "")
	if len(unknown) > 0 {
		return object{}, fmt.Errorf("%s %s: only a deployment can tell %s", kind, r.Name, strings.Join(unknown, ", "))
	}
	o := object{kind: kind, content: content.(map[string]any)}
	metadata, _ := o.content["metadata"].(map[string]any)
	o.name, _ = metadata["name"].(string)
	if annotations, given := metadata["annotations"].(map[string]any); given {
		maps.DeleteFunc(annotations, func(key string, _ any) bool { return strings.HasPrefix(key, pulumi) })
		if len(annotations) == 0 {
			delete(metadata, "annotations")
		}
	}
	annotate(metadata, kind)
	return o, nil
}

// What Argo CD reads on an object (https://argo-cd.readthedocs.io/en/release-3.5/user-guide/sync-options/ and .../sync-waves/).
const (
	SyncOptions = "argocd.argoproj.io/sync-options"
	SyncWave    = "argocd.argoproj.io/sync-wave"
)

// share is a weight above zero in an action of the load balancer controller.
var share = regexp.MustCompile(`"weight":\s*"?[1-9]`)

// divides reports whether an Ingress gives more than one version requests.
func divides(annotations map[string]any) bool {
	for _, value := range annotations {
		if text, _ := value.(string); len(share.FindAllString(text, -1)) > 1 {
			return true
		}
	}
	return false
}

// annotate says how an object is delivered. An Ingress that divides requests comes after what it leads to is healthy, so that none goes to
// a canary that does not run yet. One that takes them from a canary waits for nothing, least of all for the canary's health. What a stable
// version has is removed only once somebody confirms it; a canary that ends goes by itself.
func annotate(metadata map[string]any, kind string) {
	labelled, _ := metadata["labels"].(map[string]any)
	added := map[string]any{}
	if labelled[labels.Component] != labels.Canary {
		added[SyncOptions] = "Prune=confirm,Delete=confirm"
	}
	annotations, given := metadata["annotations"].(map[string]any)
	if kind == ingress && divides(annotations) {
		added[SyncWave] = "1"
	}
	if !given && len(added) > 0 {
		annotations = map[string]any{}
		metadata["annotations"] = annotations
	}
	maps.Copy(annotations, added)
}

// plain is a value as YAML has it, and the paths below it whose value is unknown. A secret is a fault, too: Git is no place for it.
func plain(value any, path string) (any, []string) {
	switch v := value.(type) {
	case resource.Unknown:
		return nil, []string{path}
	case resource.Secret:
		return nil, []string{path + " (a secret)"}
	case map[string]any:
		made := make(map[string]any, len(v))
		var unknown []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			item, missing := plain(v[key], strings.TrimPrefix(path+"."+key, "."))
			made[key], unknown = item, append(unknown, missing...)
		}
		return made, unknown
	case []any:
		made := make([]any, len(v))
		var unknown []string
		for i, entry := range v {
			item, missing := plain(entry, fmt.Sprintf("%s[%d]", path, i))
			made[i], unknown = item, append(unknown, missing...)
		}
		return made, unknown
	}
	return value, nil
}
