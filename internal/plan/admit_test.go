package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/serving"
)

// TestAdmitReportsEverythingTogether requires the faults of files, of models, between models and of the environment in one error.
func TestAdmitReportsEverythingTogether(t *testing.T) {
	set := folder(t, map[string]string{
		"broken": "replicas: {min: 0}",
		"gpu":    "compute: gpu",
		"a":      "route: {subdomain: x}",
		"b":      "route: {subdomain: x}",
		"stored": "storage: read\nroute: {loadBalancer: partners}",
		"good":   "replicas: {max: 900}",
		"inner":  "replicas: {max: 900}\nroute: {loadBalancer: internal}",
		"safe":   "replicas: {max: 900}\nroute: {loadBalancer: secure}",
	})
	cfg := environmentWith(func(cfg *config.Config) {
		cfg.Network.Cidr = "10.0.0.0/20"
	})
	previous := Previous{LoadBalancers: map[string]PreviousLoadBalancer{"gone": {LoadBalancer: "gone", Scheme: serving.SchemeInternal}}}
	_, err := Admit(cfg, set, previous)
	require.Error(t, err)
	for _, want := range []string{
		"models/broken.yaml:3: replicas.min: 0 is out of range",
		`model b: route asks for host x.company.com, but all paths of it lead to model a`,
		`or remove it to use the shared host (models/b.yaml:3, models/a.yaml:3)`,
		`model gpu: compute is "gpu", but no node group`,
		`or use "nodes" (models/gpu.yaml:3)`,
		`model stored: route.loadBalancer is "partners"`,
		`model stored: storage is "read", but environment test has no model store`,
		`modelway:network.cidr is 10.0.0.0/20`,
		"load balancer gone: modelway:loadBalancers.gone is no longer there",
	} {
		require.Contains(t, err.Error(), want)
	}
	require.NotContains(t, err.Error(), "good")
}

// TestSkipLeavesOutNewModels requires a warning that names each model, and the others served.
func TestSkipLeavesOutNewModels(t *testing.T) {
	set := folder(t, map[string]string{"broken": "replicas: {min: 0}", "gpu": "compute: gpu", "good": "", "a": "route: {subdomain: x}",
		"b": "route: {subdomain: x}"})
	admitted, err := Admit(environmentWith(skipping), set, Previous{})
	require.NoError(t, err)
	require.Equal(t, []string{"a", "good"}, names(admitted.Models), "of two that want one host, the later one is left out")
	require.Equal(t, []string{"api.company.com", "x.company.com"}, hosts(admitted.Plan)["public"])
	require.Len(t, admitted.Warnings, 3)
	for i, want := range []string{
		"model broken is left out (modelway:models.onInvalidModel is skip): models/broken.yaml:3: replicas.min: 0 is out of range",
		"model b is left out (modelway:models.onInvalidModel is skip): model b: route asks for host x.company.com",
		"model gpu is left out (modelway:models.onInvalidModel is skip): model gpu: compute is ",
	} {
		require.Contains(t, admitted.Warnings[i], want)
	}
}

// TestSkipKeepsDeployedModels requires an invalid model to run on as it was, whatever is wrong with it: its file, what it asks of the
// environment, or a host that another has.
func TestSkipKeepsDeployedModels(t *testing.T) {
	cfg := environmentWith(skipping)
	was := []modelspec.Model{made(t, "churn", "replicas: {max: 7}"), made(t, "fraud", "route: {by: host}")}
	previous := deployed(t, cfg, Previous{}, was...)
	for name, files := range map[string]map[string]string{
		"file":        {"churn": "replicas: {max: 0}", "fraud": "route: {by: host}"},
		"not YAML":    {"churn": "replicas: {", "fraud": "route: {by: host}"},
		"environment": {"churn": "compute: gpu", "fraud": "route: {by: host}"},
		"host":        {"churn": "route: {subdomain: fraud}", "fraud": "route: {by: host}"},
	} {
		admitted, err := Admit(cfg, folder(t, files), previous)
		require.NoError(t, err, name)
		require.Equal(t, was, admitted.Models, name)
		require.Len(t, admitted.Warnings, 1, name)
		require.Contains(t, admitted.Warnings[0], "model churn runs on as it was last deployed (modelway:models.onInvalidModel is skip): ", name)
	}
}

// TestSkipDeletesNoModel requires an error where leaving a model out would take it away from its clients, beside the error of every other
// such model.
func TestSkipDeletesNoModel(t *testing.T) {
	cfg := environmentWith(skipping)
	set := folder(t, map[string]string{"unreadable": "replicas: {max: 0}", "gpu": "compute: gpu", "good": "", "new": "compute: gpu"})
	previous := Previous{Models: map[string]modelspec.Model{
		"unreadable": {},                             // an older version deployed what is no model any more
		"gpu":        made(t, "gpu", "compute: gpu"), // the environment had GPUs
	}}
	_, err := Admit(cfg, set, previous)
	require.ErrorContains(t, err, "model unreadable is deployed and cannot run on as it was, so leaving it out would delete it: "+
		"models/unreadable.yaml:3: replicas.max: 0 is out of range")
	require.ErrorContains(t, err, `model gpu is deployed and cannot run on as it was, so leaving it out would delete it: model gpu: compute is "gpu"`)
	require.Equal(t, 1, strings.Count(err.Error(), "model gpu is deployed"))
	require.NotContains(t, err.Error(), "new")
}

// TestSkipTakesNoGoodModelForAStrayFile requires a model served from its own file when there is another one of its name, too; the folder of a
// team that is named like the model is no fault.
func TestSkipTakesNoGoodModelForAStrayFile(t *testing.T) {
	fsys := fstest.MapFS{
		"models/churn.yaml":          {Data: []byte("name: churn\nimage: example.com/model:1\n")},
		"models/churn/training.json": {Data: []byte("{}")},
		"models/churn.yml":           {Data: []byte("name: churn\nimage: example.com/model:2\n")},
	}
	set, err := modelspec.Read(fsys, "models", nil)
	require.NoError(t, err)
	require.Len(t, set.Invalid, 1)
	churn := made(t, "churn", "")
	for name, previous := range map[string]Previous{"new": {}, "deployed": deployed(t, environmentWith(), Previous{}, churn),
		"deployed otherwise": deployed(t, environmentWith(), Previous{}, made(t, "churn", "route: {by: host}"))} {
		admitted, err := Admit(environmentWith(skipping), set, previous)
		require.NoError(t, err, name)
		require.Equal(t, []modelspec.Model{churn}, admitted.Models, name)
		require.Len(t, admitted.Warnings, 1, name)
		require.Contains(t, admitted.Warnings[0], "model churn is served all the same (modelway:models.onInvalidModel is skip): models/churn.yml: "+
			`ends in ".yml"`, name)
	}
	_, err = Admit(environmentWith(), set, Previous{})
	require.ErrorContains(t, err, `models/churn.yml: ends in ".yml"`)
}

// TestSkipKeepsAModelWhoseNameAnotherHas requires a deployed model to run on while another team has a file of its name, or while its team's
// folder has no name of a team.
func TestSkipKeepsAModelWhoseNameAnotherHas(t *testing.T) {
	text := &fstest.MapFile{Data: []byte("name: churn\nimage: example.com/model:2\n")}
	for want, fsys := range map[string]fstest.MapFS{
		`models/risk/churn.yaml: "churn" is the name of the model in models/growth/churn.yaml, too`: {
			"models/growth/churn.yaml": text, "models/risk/churn.yaml": text},
		`models/Risk/churn.yaml: is in "Risk", which is not the name of a team`: {"models/Risk/churn.yaml": text},
	} {
		set, err := modelspec.Read(fsys, "models", nil)
		require.NoError(t, err)
		churn := made(t, "churn", "")
		admitted, err := Admit(environmentWith(skipping), set, deployed(t, environmentWith(), Previous{}, churn))
		require.NoError(t, err)
		require.Equal(t, []modelspec.Model{churn}, admitted.Models)
		require.Len(t, admitted.Warnings, 1)
		require.Contains(t, admitted.Warnings[0], "runs on as it was last deployed")
		require.Contains(t, admitted.Warnings[0], want)
	}
}

// TestSkipLeavesFiftyModelsAsTheyWere adds a broken model, new or deployed, to fifty that are deployed: nothing about the fifty changes.
func TestSkipLeavesFiftyModelsAsTheyWere(t *testing.T) {
	cfg := environmentWith(skipping)
	files := map[string]string{}
	for i := range 50 {
		files[fmt.Sprintf("model-%02d", i)] = []string{"", "route: {by: host}", "canary: {image: 'example.com/model:2', weight: 5}",
			"route: {loadBalancer: secure, by: both}"}[i%4]
	}
	first, err := Admit(cfg, folder(t, files), Previous{})
	require.NoError(t, err)
	require.Empty(t, first.Warnings)
	require.Len(t, first.Models, 50)
	previous := outputsOf(t, first.Plan, first.Models)
	for _, broken := range []string{"compute: gpu", "image: latest", "route: {subdomain: model-01}", "route: {by: both, subdomain: model-05}",
		"annotations: {}", "::"} {
		for _, name := range []string{"aaa", "zzz"} {
			with := maps.Clone(files)
			with[name] = broken
			second, err := Admit(cfg, folder(t, with), previous)
			require.NoError(t, err, broken)
			require.Equal(t, first.Models, second.Models, broken)
			require.Equal(t, first.Plan.Summary(), second.Plan.Summary(), broken)
			require.Len(t, second.Warnings, 1)
			require.Contains(t, second.Warnings[0], "model "+name+" is left out")
		}
		changed := maps.Clone(files)
		changed["model-00"] = broken
		second, err := Admit(cfg, folder(t, changed), previous)
		require.NoError(t, err, broken)
		require.Equal(t, first.Models, second.Models, broken)
		require.Equal(t, first.Plan.Summary(), second.Plan.Summary(), broken)
		require.Len(t, second.Warnings, 1)
	}
	require.True(t, slices.IsSortedFunc(first.Models, func(a, b modelspec.Model) int { return strings.Compare(a.Name, b.Name) }))
}
