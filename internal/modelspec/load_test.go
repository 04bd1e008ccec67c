package modelspec_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/strict"
)

var update = flag.Bool("update", false, "write the expected messages and the schema instead of comparing them")

// folder makes a models folder from file names and contents.
func folder(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{"models": {Mode: os.ModeDir | 0o755}}
	for name, content := range files {
		fsys["models/"+name] = &fstest.MapFile{Data: []byte(content)}
	}
	return fsys
}

func pointer[T any](value T) *T { return &value }

func TestLoadSamples(t *testing.T) {
	models, err := modelspec.Load(os.DirFS("../.."), "models", nil)
	require.NoError(t, err)
	byName := map[string]modelspec.Model{}
	for _, m := range models {
		byName[m.Name] = m
	}
	require.Equal(t, "http://api.localhost:8080/v1/models/fraud-detection:predict", byName["fraud-detection"].URL("http",
		byName["fraud-detection"].Entrances("localhost")[0].Host, 8080))
	require.Equal(t, "http://api.localhost:8080/v1/models/churn:predict", byName["churn"].URL("http",
		byName["churn"].Entrances("localhost")[0].Host, 8080))
	require.Equal(t, "http://recommender.localhost:8080/v1/models/recommender:predict", byName["recommender"].URL("http",
		byName["recommender"].Entrances("localhost")[0].Host, 8080))
	require.Equal(t, modelspec.ComputeFargate, byName["fraud-detection"].Compute)
	require.Equal(t, modelspec.ComputeNodes, byName["recommender"].Compute)
}

func TestLoadFillsInDefaults(t *testing.T) {
	models, err := modelspec.Load(folder(map[string]string{
		"churn.yaml":  "name: churn\nimage: ghcr.io/acme/churn:1.0.0\n",
		"schema.json": "{}", "README.md": "", ".hidden.yml": "",
	}), "models", nil)
	require.NoError(t, err)
	require.Equal(t, []modelspec.Model{{
		Name:       "churn",
		Image:      "ghcr.io/acme/churn:1.0.0",
		Replicas:   modelspec.Replicas{Min: 1, Max: 3},
		Resources:  modelspec.Resources{CPU: "250m", Memory: "512Mi"},
		Scaling:    modelspec.Scaling{Metric: "cpu", Target: 70},
		Route:      modelspec.Route{LoadBalancer: "public", Exposure: "shared"},
		Compute:    "fargate",
		Storage:    "none",
		Port:       8080,
		P99Latency: "1s", LoadTime: "1m",
		SLO: modelspec.SLO{Availability: "99.9", Latency: "1s"},
		Env: map[string]string{"MODEL_NAME": "churn", "PORT": "8080"},
	}}, models)
}

func TestLoadReadsEveryKey(t *testing.T) {
	models, err := modelspec.Load(folder(map[string]string{"churn.yaml": `
name: churn
image: registry.acme.com:5000/ml/churn:1.0.0@sha256:` + strings.Repeat("0a", 32) + `
replicas: {min: 5}
scaling: {metric: requests, target: 40}
resources: {cpu: "2", memory: 4Gi, gpu: 2}
route: {loadBalancer: internal, exposure: shared, by: both, subdomain: churn, namespaces: [checkout]}
canary: {image: acme/churn:2, weight: 10, testers: {header: X-Canary, value: "yes"}, env: {A: b}}
compute: gpu
storage: readWrite
port: 9000
p99Latency: 250ms
loadTime: 30s
owner: risk
slo: {availability: 99.50, latency: 500ms}
env: &env
  MODEL_VERSION: v2
  WORKERS: "4"
secrets: {TOKEN: churn/token}
egress: [10.0.0.0/16:6379]
serviceAccountToken: true
`}), "models", nil)
	require.NoError(t, err)
	require.Equal(t, []modelspec.Model{{
		Name:      "churn",
		Image:     "registry.acme.com:5000/ml/churn:1.0.0@sha256:" + strings.Repeat("0a", 32),
		Replicas:  modelspec.Replicas{Min: 5, Max: 5},
		Scaling:   modelspec.Scaling{Metric: "requests", Target: 40},
		Resources: modelspec.Resources{CPU: "2", Memory: "4Gi", GPU: 2},
		Route: modelspec.Route{LoadBalancer: "internal", Exposure: "shared", By: "both", Subdomain: "churn",
			Namespaces: []string{"checkout"}},
		Canary: modelspec.Canary{Image: "acme/churn:2", Weight: 10, Testers: modelspec.Testers{Header: "X-Canary", Value: "yes"},
			Env: map[string]string{"A": "b"}},
		Compute:    "gpu",
		Storage:    "readWrite",
		Port:       9000,
		P99Latency: "250ms", LoadTime: "30s", Owner: "risk", SLO: modelspec.SLO{Availability: "99.5", Latency: "500ms"},
		Env:     map[string]string{"MODEL_NAME": "churn", "MODEL_VERSION": "v2", "PORT": "9000", "WORKERS": "4"},
		Secrets: map[string]string{"TOKEN": "churn/token"}, Egress: []string{"10.0.0.0/16:6379"}, ServiceAccountToken: true,
	}}, models)
}

func TestLoadSortsByName(t *testing.T) {
	models, err := modelspec.Load(folder(map[string]string{
		"b.yaml":  "name: b\nimage: acme/b:1",
		"a2.yaml": "name: a2\nimage: acme/a2:1",
		"a.yaml":  "name: a\nimage: acme/a:1",
	}), "models", nil)
	require.NoError(t, err)
	var names []string
	for _, m := range models {
		names = append(names, m.Name)
	}
	require.Equal(t, []string{"a", "a2", "b"}, names)
}

// Each testdata/broken/<name>.yaml is loaded as the only model file; <name>.txt holds the whole message.
func TestLoadBrokenFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/broken/*.yaml")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 15)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			models, err := modelspec.Load(folder(map[string]string{name + ".yaml": string(content)}), "models", nil)
			require.Error(t, err)
			require.Nil(t, models)
			golden := strings.TrimSuffix(file, ".yaml") + ".txt"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(err.Error()+"\n"), 0o644))
			}
			want, readErr := os.ReadFile(golden)
			require.NoError(t, readErr)
			require.Equal(t, strings.TrimSuffix(string(want), "\n"), err.Error())
		})
	}
}

func TestLoadReportsAllFilesTogether(t *testing.T) {
	const image = "image: ghcr.io/acme/churn:1.0.0\n"
	_, err := modelspec.Load(folder(map[string]string{
		"a.yaml":         "name: b\n" + image,
		"b.yaml":         "name: b\n" + image + "route: {subdomain: shop}\n",
		"c.yaml":         "name: c\n" + image + "port: 1\nroute: {subdomain: shop}\n",
		"d.yml":          "name: d\n" + image,
		"e.YAML":         "name: e\n" + image,
		"team/c.yaml":    "name: c\n" + image,
		"team/eu/f.yaml": "name: f\n" + image,
		"Team 2/g.yaml":  "name: g\n" + image,
		"team/notes.md":  "no model",
	}), "models", map[string]modelspec.Override{
		"bb": {Image: pointer("ghcr.io/acme/churn:1.0.1")},
		"b":  {Image: pointer("ghcr.io/acme/churn:latest")},
	})
	require.EqualError(t, err, strings.Join([]string{
		`models/d.yml: ends in ".yml"; allowed: .yaml; fix: rename it to d.yaml`,
		`models/e.YAML: ends in ".YAML"; allowed: .yaml; fix: rename it to e.yaml`,
		`models/a.yaml:1: name: "b" differs from the file name; allowed: a; fix: write name: a, or rename the file to b.yaml`,
		`modelway:models.overrides.b.image: "ghcr.io/acme/churn:latest" has the tag latest, which moves: replicas would run different images; ` +
			`allowed: repository:tag with a tag other than latest, or repository@sha256:<64 hexadecimal digits>; fix: name the version, such as ghcr.io/acme/churn:1.0.0`,
		`models/c.yaml:3: port: 1 is out of range; allowed: 1024 to 65535; fix: let the server listen on another port, such as 8080`,
		`models/team/c.yaml: "c" is the name of the model in models/c.yaml, too; allowed: names that no model of another folder has; ` +
			`fix: remove one of the two files, or rename one and its model`,
		`models/Team 2/g.yaml: is in "Team 2", which is not the name of a team; allowed: lower case letters, digits and hyphens, starting with ` +
			`a letter and ending with a letter or digit, at most 63 characters; fix: rename the folder to models/team-2`,
		`models/team/eu/f.yaml: is in a folder of a folder; allowed: models/f.yaml or models/<team>/f.yaml; fix: move it to models/team/f.yaml`,
		`modelway:models.overrides.bb: no model has this name; allowed: a, b, c, g, f; fix: did you mean "b"?`,
	}, "\n"))
	var fault strict.Fault
	require.ErrorAs(t, err, &fault)
	require.Equal(t, "models/d.yml", fault.File)
}

// One broken file costs that model only.
func TestReadKeepsValidModels(t *testing.T) {
	set, err := modelspec.Read(folder(map[string]string{
		"a.yaml": "name: a\nimage: acme/a:1\n",
		"b.yaml": "name: b\nimage: acme/b:latest\nport: 1\n",
		"c.yaml": "name: c\nimage: acme/c:1\n",
		"d.yml":  "name: d\nimage: acme/d:1\n",
	}), "models", nil)
	require.NoError(t, err)
	require.Len(t, set.Models, 2)
	require.Equal(t, "a", set.Models[0].Name)
	require.Equal(t, "c", set.Models[1].Name)
	require.Len(t, set.Invalid, 2)
	require.Equal(t, "d", set.Invalid[0].Name)
	require.Equal(t, "b", set.Invalid[1].Name)
	require.ErrorContains(t, set.Invalid[1].Faults, "models/b.yaml:2: image:")
	require.ErrorContains(t, set.Invalid[1].Faults, "models/b.yaml:3: port:")
}

func TestLoadWithoutFolder(t *testing.T) {
	_, err := modelspec.Load(folder(nil), "elsewhere", nil)
	require.ErrorContains(t, err, `reading the models folder "elsewhere"`)
	require.ErrorContains(t, err, "modelway:models.directory")
}

func TestLoadWithoutModels(t *testing.T) {
	models, err := modelspec.Load(folder(nil), "models", nil)
	require.NoError(t, err)
	require.Empty(t, models)
}

// A model file may be anything at all: the outcome is models or faults that name it.
func FuzzLoad(f *testing.F) {
	files, err := filepath.Glob("testdata/broken/*.yaml")
	require.NoError(f, err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(content)
	}
	f.Add([]byte("name: a\nimage: &i acme/a:1\nenv: {A: *i}\n? [x]\n: y\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		models, err := modelspec.Load(folder(map[string]string{"a.yaml": string(content)}), "models", nil)
		if err == nil {
			require.Len(t, models, 1)
			require.Equal(t, "a", models[0].Name)
			return
		}
		for _, line := range strings.SplitAfter(err.Error(), "\nmodels/") {
			require.Contains(t, line, "a.yaml:")
		}
	})
}
