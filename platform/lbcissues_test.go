package platform

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/plan"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/serving"
)

// issues is the folder of faults that users of the AWS Load Balancer Controller had, a folder each: README.md tells what happened,
// settings.yaml and models/ would have led there, and expected.txt is what this program says instead. previous.yaml has the outputs of the
// last deployment.
const issues = "testdata/lbc-issues"

// tooMany makes the models of the issues about quotas: more than there is room for.
var tooMany = map[string]func(write func(name, rest string)){
	"3525": func(write func(name, rest string)) { numbered(101, "", write) },
	"2011": func(write func(name, rest string)) {
		numbered(51, "canary: {image: example.com/model:2, weight: 5, testers: {header: X-Canary, value: always}}", write)
	},
	"1784": func(write func(name, rest string)) { numbered(250, "route: {by: host}", write) },
	"3512": func(write func(name, rest string)) { numbered(101, "", write) },
	"3680": func(write func(name, rest string)) { numbered(101, "", write) },
	"2302": func(write func(name, rest string)) { numbered(34, "replicas: {max: 30}", write) },
	"4789": func(write func(name, rest string)) { numbered(1, "replicas: {max: 1000}", write) },
}

func numbered(n int, rest string, write func(name, rest string)) {
	for i := range n {
		write(fmt.Sprintf("model-%03d", i), rest)
	}
}

// staged copies an issue's folder, and adds the models that are made for it.
func staged(t *testing.T, issue string) string {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.CopyFS(root, os.DirFS(filepath.Join(issues, issue))))
	if fill := tooMany[issue]; fill != nil {
		require.NoError(t, os.MkdirAll(filepath.Join(root, "models"), 0o755))
		fill(func(name, rest string) {
			text := fmt.Sprintf("name: %s\nimage: example.com/model:1\n%s\n", name, rest)
			require.NoError(t, os.WriteFile(filepath.Join(root, "models", name+".yaml"), []byte(text), 0o644))
		})
	}
	return root
}

// settingsOf are the settings of an issue.
func settingsOf(t *testing.T, root string) map[string]string {
	t.Helper()
	given := map[string]any{}
	readYAML(t, filepath.Join(root, "settings.yaml"), &given)
	return flattened(t, given)
}

// flattened are settings as the engine passes them, objects as JSON, with what every environment must give.
func flattened(t *testing.T, given map[string]any) map[string]string {
	t.Helper()
	given["aws:region"] = recorder.DefaultRegion
	given["modelway:cluster"] = map[string]any{"adminRoleArns": []string{"arn:aws:iam::111122223333:role/admin"},
		"publicAccessCidrs": []string{"203.0.113.0/24"}}
	return asSettings(t, given)
}

func readYAML(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, yaml.UnmarshalStrict(text, into))
}

// previousOf are the outputs of an issue's last deployment. 3512 had all of its models but the last one.
func previousOf(t *testing.T, issue, root string) map[string]any {
	t.Helper()
	outputs := map[string]any{}
	if file := filepath.Join(root, "previous.yaml"); exists(file) {
		readYAML(t, file, &outputs)
	}
	if issue == "3512" {
		deployed := map[string]any{}
		numbered(100, "", func(name, _ string) { deployed[name] = map[string]any{"image": "example.com/model:1"} })
		outputs["models"] = deployed
		outputs["loadBalancers"] = map[string]any{"public": map[string]any{"loadBalancer": "public", "scheme": serving.SchemeInternetFacing,
			"hosts": []any{"api.company.com"}}}
	}
	return outputs
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func issueNumbers(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(issues)
	require.NoError(t, err)
	numbers := make([]string, len(entries))
	for i, entry := range entries {
		numbers[i] = entry.Name()
	}
	require.GreaterOrEqual(t, len(numbers), 23)
	return numbers
}

// deployAgain runs the program in a folder, on top of the outputs of a deployment before. The error is the program's own.
func deployAgain(stack, root string, settings map[string]string, outputs resource.PropertyMap) (recording *recorder.Recording,
	failed error) {
	recording, _ = recorder.RunErr(func(ctx *pulumi.Context) error {
		failed = Program(root)(ctx)
		return failed
	}, recorder.WithStack(stack), recorder.WithConfig(settings), withZones(),
		recorder.WithInvoke("pulumi:pulumi:readStackOutputs", func(resource.PropertyMap) (resource.PropertyMap, error) {
			return resource.PropertyMap{"outputs": resource.NewObjectProperty(outputs)}, nil
		}))
	return recording, failed
}

// TestIssuesOfTheControllerAreRefused runs the whole program on each issue, and wants it to register nothing and to say what is wrong.
func TestIssuesOfTheControllerAreRefused(t *testing.T) {
	for _, issue := range issueNumbers(t) {
		t.Run(issue, func(t *testing.T) {
			root := staged(t, issue)
			recording, err := deployAgain("test", root, settingsOf(t, root), resource.NewPropertyMapFromMap(previousOf(t, issue, root)))
			require.Error(t, err)
			require.Empty(t, recording.OfType(Token), "nothing is registered")
			recorder.Golden(t, filepath.Join(issues, issue, "expected.txt"), []byte(err.Error()+"\n"))
		})
	}
}

// TestIssuesAreTold requires each folder to say what happened, with the link, and what is different here.
func TestIssuesAreTold(t *testing.T) {
	for _, issue := range issueNumbers(t) {
		text, err := os.ReadFile(filepath.Join(issues, issue, "README.md"))
		require.NoError(t, err)
		require.Regexp(t, `^# \[.+\]\(https://github\.com/kubernetes-sigs/aws-load-balancer-controller/(issues|pull)/`+issue+
			`\)\n\n\*\*What happened\.\*\* `, string(text))
		require.Contains(t, string(text), "\n**Here.** ")
	}
}

// TestAnIssueNamesItsModels requires the name of the model at fault in the message, where there is one: the models of pains that begin in
// a model's file are called other than fraud, which is never at fault.
func TestAnIssueNamesItsModels(t *testing.T) {
	for _, issue := range issueNumbers(t) {
		expected, err := os.ReadFile(filepath.Join(issues, issue, "expected.txt"))
		require.NoError(t, err)
		files, err := filepath.Glob(filepath.Join(issues, issue, "models", "*.yaml"))
		require.NoError(t, err)
		changed := exists(filepath.Join(issues, issue, "previous.yaml"))
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".yaml")
			if name != "fraud" && !changed {
				require.Contains(t, string(expected), name, issue)
			}
			if name == "fraud" && !changed {
				require.NotContains(t, string(expected), name, issue)
			}
		}
	}
}

// TestOneInvalidModelStopsNoOther gives each issue that begins in a model's file to an environment that skips invalid models: the others
// are served, and a warning names the one that is not.
func TestOneInvalidModelStopsNoOther(t *testing.T) {
	for _, issue := range []string{"3870", "4597", "3262", "1816", "4412", "3098", "4341", "2750", "2532"} {
		t.Run(issue, func(t *testing.T) {
			root := staged(t, issue)
			given := settingsOf(t, root)
			given["modelway:models"] = `{"onInvalidModel": "skip"}`
			cfg, err := config.Load(config.Values{StackName: "test", Settings: given})
			require.NoError(t, err)
			set, err := modelspec.Read(os.DirFS(root), cfg.Models.Directory, nil)
			require.NoError(t, err)
			admitted, err := plan.Admit(cfg, set, plan.Previous{})
			require.NoError(t, err)
			require.Len(t, admitted.Models, 1)
			require.Equal(t, "fraud", admitted.Models[0].Name)
			require.Len(t, admitted.Warnings, 1)
			require.Contains(t, admitted.Warnings[0], "model churn is left out (modelway:models.onInvalidModel is skip): ")
			require.Contains(t, admitted.Plan.Capacity.Placement()["public"], "api.company.com")
		})
	}
}

// TestIssuesOfOrderAreEdges requires the edges that issues 4341, 2731 and 2750 name: each is one of those that every environment is tried
// for.
func TestIssuesOfOrderAreEdges(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(issues, "*", "rules.txt"))
	require.NoError(t, err)
	require.Len(t, files, 3)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for name := range strings.Lines(string(text)) {
			require.True(t, slices.ContainsFunc(rules, func(r rule) bool { return r.name == strings.TrimSuffix(name, "\n") }),
				"%s names the rule %q, which there is not", file, name)
		}
	}
}
