package command

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/kserve"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/engine"
	"github.com/modelway/modelway/local/testcluster"
)

// filesStore is a bucket of the account's own, so that files are there before an environment is.
const filesStore = "company-models"

// withForms writes the settings of dev and prod with KServe, each on Fargate only and on nodes only, and returns their names.
func withForms(t *testing.T, c checkout.Checkout) (names []string) {
	t.Helper()
	for _, environment := range []string{"dev", "prod"} {
		for form, of := range map[string]struct {
			kind    string
			compute map[string]any
		}{
			"fargate": {"fargate", nil},
			"nodes": {"nodes", map[string]any{"fargateProfiles": []any{}, "nodeGroups": []any{
				map[string]any{"name": "general", "instanceTypes": []any{"m6i.xlarge"}, "minSize": 3, "desiredSize": 3, "maxSize": 9},
			}}},
		} {
			text, err := os.ReadFile(filepath.Join(c.Root, "Pulumi."+environment+".yaml"))
			require.NoError(t, err)
			var document map[string]any
			require.NoError(t, yaml.Unmarshal(text, &document))
			settings := document["config"].(map[string]any)
			delete(settings, "modelway:compute")
			if of.compute != nil {
				settings["modelway:compute"] = of.compute
			}
			settings["modelway:kserve"] = map[string]any{"enabled": true}
			settings["modelway:modelStore"] = map[string]any{"enabled": true, "existingBucket": filesStore}
			overrides := below(below(settings, "modelway:models"), "overrides")
			for _, model := range []string{"churn", "fraud-detection", "recommender", "filed"} {
				below(overrides, model)["compute"] = of.kind
			}
			changed, err := yaml.Marshal(document)
			require.NoError(t, err)
			name := environment + "-" + form
			require.NoError(t, os.WriteFile(filepath.Join(c.Root, "Pulumi."+name+".yaml"), changed, 0o644))
			names = append(names, name)
		}
	}
	return names
}

// TestPreviewKServe previews dev and prod with KServe, on Fargate only and on nodes only, with a model by files.
func TestPreviewKServe(t *testing.T) {
	t.Parallel()
	c := newCheckout(t)
	s := &stack{t: t, c: c}
	s.writeModel("filed", "name: filed\nmodel: {format: sklearn, uri: s3://"+filesStore+"/filed/1/, digest: 'sha256:"+strings.Repeat("0a", 32)+"'}\n")
	for _, name := range withForms(t, c) {
		t.Run(name, func(t *testing.T) {
			progress := &engine.Progress{Out: writer(func(line string) { t.Log(line) })}
			project := environment(c, name)
			require.NoError(t, seed(project))
			require.NoError(t, engine.Preview(context.Background(), project, progress))
			counts := map[string]int{}
			for _, change := range progress.Changes {
				counts[change.Type]++
				if change.Name() == "filed-inference-service" {
					require.Equal(t, kserve.Type, change.Type)
				}
			}
			require.Equal(t, 1, counts[kserve.Type], maps.Keys(counts))
			onFargate := strings.HasSuffix(name, "-fargate")
			require.Equal(t, onFargate, counts["aws:eks/nodeGroup:NodeGroup"] == 0)
			require.Equal(t, onFargate, counts["aws:eks/fargateProfile:FargateProfile"] > 0)
			require.Equal(t, onFargate, counts["aws:eks/podIdentityAssociation:PodIdentityAssociation"] == 0, "which does not work on Fargate")
		})
	}
}

// TestKServeForms brings dev up on Fargate only and prod on nodes only, with the published charts and KServe's own controller: a model by
// files is downloaded by either kind of identity and ready. A second up changes nothing, and a destroy leaves nothing.
func TestKServeForms(t *testing.T) {
	t.Parallel()
	testcluster.Build(t, "kserve-controller", "storage-initializer")
	c := withKServe(t, newCheckout(t))
	withForms(t, c)
	main := startIn(t, c)
	for _, name := range []string{"dev-fargate", "prod-nodes"} {
		t.Run(name, func(t *testing.T) {
			s := &stack{t: t, c: c, status: main.status, port: main.port}
			project := s.configuration(name)
			require.NoError(t, seed(project))
			address := "s3://" + filesStore + "/filed/" + name + "/"
			s.writeModel("filed", "name: filed\nmodel: {format: modelway, "+s.putNamed(address, "filed", "-1.6")+"}\n")
			s.comeAndGo(project)
		})
	}
}
