// Package render writes the objects of models as plain YAML, one file a model, from what the program registers for them: what Git holds is
// what the program would have made.
package render

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/keda"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/resource"
)

// File is the objects of one model.
type File struct {
	// Model is the model's name.
	Model string
	// Data is YAML: objects in the order in which people read them, keys in order, without times.
	Data []byte
	// Objects names what is in it, such as Deployment/churn, in the file's order.
	Objects []string
}

// Kind is a kind of the objects of models, with the name of its API group and its name in the addresses of the API.
type Kind struct{ Group, Kind, Plural string }

// Kinds are those of a model's objects, in the order of a file: what runs, what leads to it, what scales and guards it.
var Kinds = []Kind{
	{kserve.Group, kserve.Kind, "inferenceservices"},
	{"apps", "Deployment", "deployments"},
	{"", "Service", "services"},
	{"networking.k8s.io", ingress, "ingresses"},
	{"autoscaling", "HorizontalPodAutoscaler", "horizontalpodautoscalers"},
	{keda.Group, keda.Kind, keda.Plural},
	{"policy", "PodDisruptionBudget", "poddisruptionbudgets"},
	{"batch", "CronJob", "cronjobs"},
	{"networking.k8s.io", "NetworkPolicy", "networkpolicies"},
}

const ingress = "Ingress"

// place is where a kind stands among them; negative for another.
func place(kind string) int {
	return slices.IndexFunc(Kinds, func(k Kind) bool { return k.Kind == kind })
}

// kept are the kinds of a model's objects that stay with the program: they carry what AWS names, such as the ARN of a role.
var kept = []string{"ServiceAccount"}

// Files are those of all models of a stack, in order of their names. What is registered for a model and is no object of Kubernetes, such
// as its IAM role, stays with the program. The error has each value that only a deployment can tell, and each kind that has no place here.
func Files(stack resource.Set) ([]File, error) {
	objects := map[string][]object{}
	var faults []error
	for _, r := range stack.All() {
		model := stack.Model(r)
		if model == "" || !r.Custom || !strings.HasPrefix(r.Type, kubernetes) || slices.Contains(kept, resource.KindOf(r.Type)) {
			continue
		}
		made, err := objectOf(r)
		if err != nil {
			faults = append(faults, fmt.Errorf("model %q: %w", model, err))
			continue
		}
		objects[model] = append(objects[model], made)
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	files := make([]File, 0, len(objects))
	for model, list := range objects {
		file, err := fileOf(model, list)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Model, b.Model) })
	return files, nil
}

func fileOf(model string, objects []object) (File, error) {
	slices.SortFunc(objects, func(a, b object) int {
		return cmp.Or(cmp.Compare(place(a.kind), place(b.kind)), strings.Compare(a.name, b.name))
	})
	file := File{Model: model}
	var text bytes.Buffer
	for i, o := range objects {
		if i > 0 {
			text.WriteString("---\n")
		}
		data, err := yaml.Marshal(o.content)
		if err != nil {
			return File{}, fmt.Errorf("writing %s of model %q: %w", o, model, err)
		}
		text.Write(data)
		file.Objects = append(file.Objects, o.String())
	}
	file.Data = text.Bytes()
	return file, nil
}
