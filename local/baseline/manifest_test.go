package baseline

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/modelway/modelway/internal/resource"

	"github.com/modelway/modelway/k8s/release"
)

// Object is a Kubernetes object as it would be sent to the API server.
type Object struct {
	*unstructured.Unstructured
	// Environment is the name of the stack.
	Environment string
	// Source is what to change for a change of the object: the component type and logical name of a resource, or a chart.
	Source string
}

// String is the kind, namespace and name, such as Deployment models/churn or Namespace models.
func (o Object) String() string { return name(o.GetKind(), o.GetNamespace(), o.GetName()) }

func name(kind, namespace, name string) string {
	if namespace == "" {
		return kind + " " + name
	}
	return kind + " " + namespace + "/" + name
}

func (o Object) finding(check, fault, fix string) Finding {
	return Finding{Environment: o.Environment, Object: o.String(), Check: check, Fault: fault, Fix: fix + " (" + o.Source + ")"}
}

// patch ends the type tokens of what lays fields over an object that something else makes.
const patch = "Patch"

// Objects are the Kubernetes objects that a stack registers, without those that Helm makes, and without patches. It fails where a value is
// unknown: record the program as an update, not as a preview.
func Objects(environment string, set resource.Set) ([]Object, error) {
	var objects []Object
	var faults []error
	for _, r := range set.All() {
		if !r.Custom || !strings.HasPrefix(r.Type, "kubernetes:") || r.Type == release.Token || strings.HasSuffix(r.Type, patch) {
			continue
		}
		if resource.Of(r.Properties).HasUnknown() {
			faults = append(faults, fmt.Errorf("%s: %s has a value that is unknown", environment, r.URN))
			continue
		}
		o, err := newObject(environment, r.ComponentType()+" "+r.Name, plain(r.Properties))
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %s: %w", environment, r.URN, err))
			continue
		}
		objects = append(objects, o)
	}
	return objects, errors.Join(faults...)
}

// newObject takes what JSON makes of the content, whose numbers are whole where they can be.
func newObject(environment, source string, content any) (Object, error) {
	text, err := json.Marshal(content)
	if err != nil {
		return Object{}, err
	}
	o := Object{Unstructured: &unstructured.Unstructured{}, Environment: environment, Source: source}
	return o, o.UnmarshalJSON(text)
}

// plain is a property without secrets.
func plain(property any) any {
	return resource.Rewrite(property, func(v any) (any, bool) {
		if secret, is := v.(resource.Secret); is {
			return plain(secret.Value), true
		}
		return nil, false
	})
}
