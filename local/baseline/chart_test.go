package baseline

import (
	"context"
	"fmt"
	"path/filepath"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/resource"

	"github.com/modelway/modelway/k8s/release"
	"github.com/modelway/modelway/local/helm"
)

// definitionKind is the kind of definitions, which some charts bring among their other objects.
const definitionKind = "CustomResourceDefinition"

// Definitions are those that the chart of a row brings among its other objects.
func Definitions(ctx context.Context, h *helm.Helm, row addons.Helm, charts string) ([]*unstructured.Unstructured, error) {
	rendered, err := h.Render(ctx, helm.Release{
		Chart: filepath.Join(charts, row.Chart.Name), Name: row.Chart.Name, Namespace: row.Chart.Namespace,
		Values: row.ValuesOf(addons.Install{}),
	})
	if err != nil {
		return nil, fmt.Errorf("rendering the chart %s: %w", row.Chart.Name, err)
	}
	var all []*unstructured.Unstructured
	for _, content := range rendered {
		o, err := newObject("", row.Chart.Name, content)
		if err != nil {
			return nil, err
		}
		if o.GetKind() == definitionKind {
			all = append(all, o.Unstructured)
		}
	}
	return all, nil
}

// Charts are the objects that the Helm releases of a stack would install, by the charts of the same names in a folder, without definitions.
func Charts(ctx context.Context, h *helm.Helm, environment string, set resource.Set, charts string) ([]Object, error) {
	var objects []Object
	for _, r := range set.OfType(release.Token) {
		if resource.Of(r.Properties).HasUnknown() {
			return nil, fmt.Errorf("%s: %s has a value that is unknown", environment, r.URN)
		}
		name := r.At("name").Text()
		rendered, err := h.Render(ctx, helm.Release{
			Chart: filepath.Join(charts, name), Name: name, Namespace: r.At("namespace").Text(), Values: plain(r.Properties["values"]),
		})
		if err != nil {
			return nil, fmt.Errorf("%s: rendering the chart of %s: %w", environment, r.URN, err)
		}
		for _, content := range rendered {
			if described, _ := content.(map[string]any); described["kind"] == definitionKind {
				continue
			}
			o, err := newObject(environment, "values of the chart "+r.At("name").Text(), content)
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", environment, r.URN, err)
			}
			objects = append(objects, o)
		}
	}
	return objects, nil
}
