package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/render"
	"github.com/modelway/modelway/internal/resource"
)

// checkout is a folder with the project's file, the settings of an environment as test, and models.
func checkout(t *testing.T, settings string, models map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for from, to := range map[string]string{"Pulumi.yaml": "Pulumi.yaml", settings: "Pulumi.test.yaml"} {
		data, err := os.ReadFile(filepath.Join(repository, from))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(root, to), data, 0o600))
	}
	require.NoError(t, os.Mkdir(filepath.Join(root, "models"), 0o755))
	for name, text := range models {
		require.NoError(t, os.WriteFile(filepath.Join(root, "models", name+".yaml"), []byte("name: "+name+"\n"+text), 0o600))
	}
	return root
}

const someModel = "image: ghcr.io/company/churn:1.0.0\n"

// TestRenderHasEveryObjectOfAModel renders every environment of the repository, and looks for each object that the program registers for a
// model, with what it registers.
func TestRenderHasEveryObjectOfAModel(t *testing.T) {
	for stack, found := range environments(t, recorder.WithPreview()) {
		files, err := render.Files(found.Set())
		require.NoError(t, err, stack)
		rendered := map[string]map[string]any{}
		for _, file := range files {
			documents := strings.Split(string(file.Data), "\n---\n")
			require.Len(t, documents, len(file.Objects), stack)
			for i, document := range documents {
				var object map[string]any
				require.NoError(t, yaml.Unmarshal([]byte(document), &object))
				rendered[file.Objects[i]] = object
			}
		}
		registered := 0
		for _, r := range found.Set().All() {
			kind := resource.KindOf(r.Type)
			if found.Set().Model(r) == "" || !strings.HasPrefix(r.Type, "kubernetes:") || kind == "ServiceAccount" {
				continue
			}
			registered++
			object := rendered[kind+"/"+r.At("metadata", "name").Text()]
			require.NotNil(t, object, "%s: %s", stack, r.URN)
			if kind == "Ingress" || kind == "Service" || kind == "NetworkPolicy" {
				require.EqualValues(t, r.Properties["spec"], object["spec"], "%s: %s", stack, r.URN)
			}
		}
		require.Len(t, rendered, registered, stack)
	}
}

func TestRender(t *testing.T) {
	root := checkout(t, "Pulumi.dev.yaml", map[string]string{"churn": someModel})
	code, out, errOut := run("render", "--root", root, "--stack", "test")
	require.Zero(t, code, errOut)
	require.Contains(t, out, "1 model, 2 files changed")
	folder := filepath.Join(root, "rendered", "test")
	text, err := os.ReadFile(filepath.Join(folder, "models", "churn.yaml"))
	require.NoError(t, err)
	recorder.Golden(t, filepath.Join("testdata", "render-churn.golden.yaml"), text)

	code, out, errOut = run("render", "--root", root, "--stack", "test", "--check")
	require.Zero(t, code, errOut)
	require.Contains(t, out, "1 model, 0 files changed")
	require.NotContains(t, out, "Assumptions")
}

// TestRenderLeavesHostsWhereTheyAre gives an index, or the outputs of a stack, in which a host is on the second load balancer.
func TestRenderLeavesHostsWhereTheyAre(t *testing.T) {
	root := checkout(t, "Pulumi.dev.yaml", map[string]string{"churn": someModel})
	file := filepath.Join(t.TempDir(), "outputs.json")
	outputs := `{"loadBalancers": {"public-2": {"loadBalancer": "public", "scheme": "internet-facing", "hosts": ["api.dev.company.com"], "models": 1,
		"rules": 1, "targetGroups": 1, "targets": 1}}, "models": {}}`
	require.NoError(t, os.WriteFile(file, []byte(outputs), 0o600))
	code, out, errOut := run("render", "--root", root, "--stack", "test", "--outputs", file)
	require.Zero(t, code, errOut)
	require.NotContains(t, out, "Assumptions")
	for range 2 { // then by the index
		text, err := os.ReadFile(filepath.Join(root, "rendered", "test", "models", "churn.yaml"))
		require.NoError(t, err)
		require.Contains(t, string(text), "ingressClassName: modelway-public-2\n")
		code, out, errOut = run("render", "--root", root, "--stack", "test")
		require.Zero(t, code, errOut)
		require.Contains(t, out, "0 files changed")
	}
}

// TestRenderOfAModelThatGoes removes the file of a model that is no more, and never those of all.
// TestRenderSaysWhatComesFirst wants the roles of a model that it gets rights with, and nothing where only its objects change.
func TestRenderSaysWhatComesFirst(t *testing.T) {
	root := checkout(t, "Pulumi.dev.yaml", map[string]string{"churn": someModel})
	file := filepath.Join(t.TempDir(), "outputs.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"loadBalancers": {}, "models": {}, "modelStore": "company-store-1a2b"}`), 0o600))
	again := func(text string, flags ...string) string {
		require.NoError(t, os.WriteFile(filepath.Join(root, "models", "churn.yaml"), []byte("name: churn\n"+text), 0o600))
		code, out, errOut := run(append([]string{"render", "--root", root, "--stack", "test"}, flags...)...)
		require.Zero(t, code, errOut)
		return out
	}
	require.NotContains(t, again(someModel, "--outputs", file), "pulumi up", "nothing was rendered before")
	require.NotContains(t, again("image: ghcr.io/company/churn:2.0.0\n"), "pulumi up")
	first := again(someModel + "storage: read\n")
	require.Contains(t, first, "`pulumi up` comes first")
	require.Regexp(t, `(?m)^- Role modelway-churn-role\S* \(new\)$`, first)
	require.Contains(t, first, "\n- ServiceAccount churn-account (changed)\n", "which names the role")
	require.Regexp(t, `(?m)^- \S+ modelway-churn-role\S* \(changed\)$`, again(someModel+"storage: readWrite\n"))
	require.NotContains(t, again(someModel), "- Role", "what goes is not needed")
}

func TestRenderOfAModelThatGoes(t *testing.T) {
	root := checkout(t, "Pulumi.dev.yaml", map[string]string{"churn": someModel, "spam": someModel})
	model := func(name string) string { return filepath.Join(root, "models", name+".yaml") }
	code, _, errOut := run("render", "--root", root, "--stack", "test")
	require.Zero(t, code, errOut)
	require.NoError(t, os.Remove(model("spam")))
	code, out, _ := run("render", "--root", root, "--stack", "test", "--check")
	require.Equal(t, exitFailed, code)
	require.Regexp(t, `models/spam.yaml +removed`, out)
	code, _, errOut = run("render", "--root", root, "--stack", "test")
	require.Zero(t, code, errOut)
	require.NoFileExists(t, filepath.Join(root, "rendered/test/models/spam.yaml"))

	require.NoError(t, os.Remove(model("churn")))
	code, _, errOut = run("render", "--root", root, "--stack", "test")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "none was removed")
	require.FileExists(t, filepath.Join(root, "rendered/test/models/churn.yaml"))
}

// requireKept renders with flags, and then without, and requires the same text of a model each time: the index keeps what the flags told.
func requireKept(t *testing.T, root, text string, flags ...string) {
	t.Helper()
	for _, given := range [][]string{flags, nil} {
		code, _, errOut := run(append([]string{"render", "--root", root, "--stack", "test"}, given...)...)
		require.Zero(t, code, errOut)
		rendered, err := os.ReadFile(filepath.Join(root, "rendered/test/models/churn.yaml"))
		require.NoError(t, err)
		require.Contains(t, string(rendered), text)
	}
}

// TestRenderInAVPCThatOthersMade needs the blocks of its subnets, once.
func TestRenderInAVPCThatOthersMade(t *testing.T) {
	root := checkout(t, "examples/configurations/Pulumi.existing-vpc.yaml", map[string]string{"churn": someModel})
	code, _, errOut := run("render", "--root", root, "--stack", "test")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "give --subnet ID=BLOCK for subnet-")
	_, list, _ := strings.Cut(errOut, "--subnet-ids ")
	list, _, _ = strings.Cut(list, " --query")
	var args []string
	for i, id := range strings.Fields(list) {
		args = append(args, "--subnet", id+"=10.77."+string(rune('0'+i))+".0/24")
	}
	requireKept(t, root, "cidr: 10.77.", args...)
}

// TestRenderNamesTheModelStore needs the bucket's name from a deployment, once.
func TestRenderNamesTheModelStore(t *testing.T) {
	root := checkout(t, "Pulumi.dev.yaml", map[string]string{"churn": someModel + "storage: read\n"})
	code, _, errOut := run("render", "--root", root, "--stack", "test")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "fix: deploy the stack first, and give its outputs")
	file := filepath.Join(t.TempDir(), "outputs.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"loadBalancers": {}, "models": {}, "modelStore": "company-store-1a2b"}`), 0o600))
	requireKept(t, root, "s3://company-store-1a2b/churn/", "--outputs", file)
}

func TestRenderRefuses(t *testing.T) {
	root := checkout(t, "Pulumi.dev.yaml", map[string]string{"churn": "image: x:1\nreplicas: {min: 9, max: 2}\nfoo: 1\n"})
	code, _, errOut := run("render", "--root", root, "--stack", "test")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "foo")
	require.Contains(t, errOut, "replicas")
	require.NoDirExists(t, filepath.Join(root, "rendered"))

	root = checkout(t, "Pulumi.dev.yaml", map[string]string{"churn": someModel})
	index := filepath.Join(root, "rendered", "test", render.IndexFile)
	require.NoError(t, os.MkdirAll(filepath.Dir(index), 0o755))
	require.NoError(t, os.WriteFile(index, []byte("<<<<<<< HEAD\n"), 0o600))
	code, _, errOut = run("render", "--root", root, "--stack", "test")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "restore it from Git")

	require.NoError(t, os.Remove(index))
	code, _, errOut = run("render", "--root", root, "--stack", "test", "--outputs", filepath.Join(root, "none.json"))
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "fix: pulumi stack output --json --stack test > ")
}
