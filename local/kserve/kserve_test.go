package kserve_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/local/helm"
	"github.com/modelway/modelway/local/testcluster"
)

func TestRender(t *testing.T) {
	plane, _ := testcluster.Start(t, func(string) string { return "" })
	h, err := helm.Start(t.Context(), filepath.Join(testcluster.Bin(t), "pulumi-resource-kubernetes"), plane.Kubeconfig)
	require.NoError(t, err)
	t.Cleanup(h.Stop)
	for _, c := range []string{"/root/go/pkg/mod/github.com/kserve/kserve@v0.20.0/charts/kserve-crd-minimal", "/root/go/pkg/mod/github.com/kserve/kserve@v0.20.0/charts/kserve-resources", "/root/go/pkg/mod/github.com/kserve/kserve@v0.20.0/charts/kserve-runtime-configs", "/root/go/pkg/mod/github.com/cert-manager/cert-manager@v1.21.2/deploy/charts/cert-manager"} {
		values := map[string]any{"kserve": map[string]any{"servingruntime": map[string]any{"enabled": true}}}
		if filepath.Base(c) == "cert-manager" {
			values = map[string]any{"crds": map[string]any{"enabled": false}}
		}
		objects, err := h.Render(t.Context(), helm.Release{Chart: c, Name: filepath.Base(c), Namespace: "kserve", Values: values})
		fmt.Println(c, len(objects), err)
		for _, o := range objects {
			text, _ := yaml.Marshal(o)
			fmt.Println("---\n" + string(text))
		}
	}
}
