package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/pricing"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/room"
	"github.com/modelway/modelway/internal/terminal"
	"github.com/modelway/modelway/platform/ahead"
)

const repository = "../.."

// day is one on which all versions that the environments use are in standard support.
var day = time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)

func run(args ...string) (code int, out, errOut string) {
	var o, e bytes.Buffer
	code = execute(newRoot(), args, &o, &e)
	return code, o.String(), e.String()
}

func TestExitCodes(t *testing.T) {
	for _, test := range []struct {
		args string
		code int
		says string
	}{
		{"cost --stack prod --root " + repository, 0, ""},
		{"plan --stack dev --root " + repository, 0, ""},
		{"", 0, ""},
		{"cost --help", 0, ""},
		{"cost", exitUsage, "--stack is missing; allowed: dev, local, prod; fix: add --stack dev\nSee modelway cost --help.\n"},
		{"plan --stack", exitUsage, "flag needs an argument"},
		{"cost --stack prod --format xml", exitUsage, `invalid argument "xml" for "--format" flag: allowed are table, markdown, json`},
		{"cost --stack prod more", exitUsage, `"more": too much for modelway cost; allowed: modelway cost --stack NAME`},
		{"store", 0, ""},
		{"store put ./churn", exitUsage, "s3://bucket/prefix/ is missing; fix: write modelway store put DIR s3://bucket/prefix/"},
		{"store ls s3://models", exitFailed, "write s3://models/"},
		{"cost dev", exitUsage, `"dev" is no flag, and modelway cost takes nothing else; fix: write --stack dev`},
		{"cost --stak dev", exitUsage, "unknown flag: --stak; allowed: --format, --help, --root, --stack; fix: write --stack"},
		{"store list", exitUsage, `"list" is not a command of modelway store; allowed: put, ls, digest`},
		{"completion ksh", exitUsage, `"ksh" is not a command of modelway completion; allowed: bash, zsh, fish, powershell`},
		{"bench --models x", exitUsage, `--models is "x"; allowed: whole numbers`},
		{"train churn --job --pipelines x --param a=b", exitUsage, "--job and --pipelines exclude one another; allowed: one of --job, --pipelines"},
		{"load a b", exitUsage, `"b": too much for modelway load`},
		{"preview dev", exitUsage, `fix: write --stack dev`},
		{"prize", exitUsage, `unknown command "prize"`},
		{"cost --stack none --root " + repository, exitFailed, "there are dev, local, prod"},
		{"plan --stack prod --root nowhere", exitFailed, "or make one with `modelway new <folder>`"},
	} {
		code, _, errOut := run(strings.Fields(test.args)...)
		require.Equal(t, test.code, code, "%s: %s", test.args, errOut)
		require.Contains(t, errOut, test.says, test.args)
	}
}

func TestEveryCommandShowsExamples(t *testing.T) {
	for _, command := range newRoot().Commands() {
		_, out, _ := run(command.Name(), "--help")
		_, examples, found := strings.Cut(out, "Examples:\n")
		require.True(t, found, command.Name())
		require.Regexp(t, `(^|\n)  modelway `+command.Name()+`[ \n]`, examples, command.Name())
	}
}

// TestFaultsAreToldTogether requires each fault of the settings named, and nothing around them.
func TestFaultsAreToldTogether(t *testing.T) {
	root := t.TempDir()
	settings := "config:\n  aws:region: us-east-1\n  modelway:network: {availabilityZones: 9, natGateway: foo}\n"
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.x.yaml"), []byte(settings), 0o600))
	code, out, errOut := run("cost", "--stack", "x", "--root", root)
	require.Equal(t, exitFailed, code)
	require.Empty(t, out)
	require.True(t, strings.HasPrefix(errOut, `Error: configuration of stack "x" has `), errOut)
	for _, key := range []string{"network.availabilityZones: out of range", "network.natGateway: unknown key",
		"cluster.adminRoleArns: required"} {
		require.Contains(t, errOut, "modelway:"+key)
	}
}

func TestCost(t *testing.T) {
	for file, f := range map[string]format{"txt": formatTable, "md": formatMarkdown, "json": formatJSON} {
		for _, stack := range []string{"dev", "prod"} {
			var out bytes.Buffer
			require.NoError(t, runCost(&out, repository, stack, f, day))
			recorder.Golden(t, filepath.Join("testdata", "cost-"+stack+".golden."+file), out.Bytes())
		}
	}
}

// TestCostElsewhere is the dev environment at the prices of another region.
func TestCostElsewhere(t *testing.T) {
	settings, err := os.ReadFile(filepath.Join(repository, "Pulumi.dev.yaml"))
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
	require.NoError(t, os.WriteFile(file, bytes.ReplaceAll(settings, []byte("us-east-1"), []byte("eu-central-1")), 0o600))
	found, err := ahead.LookAt(repository, file)
	require.NoError(t, err)
	recorder.Golden(t, filepath.Join("testdata", "cost-eu-central-1.golden.txt"),
		[]byte(cost.Of(found.Set(), found.Region, day).Table(terminal.Terminal{})))
}

// environments are all settings of the repository, each with the folder of its models.
func environments(t *testing.T, options ...recorder.Option) map[string]ahead.Stack {
	t.Helper()
	if len(options) == 0 && settled != nil {
		return settled
	}
	all := map[string]ahead.Stack{}
	for _, pattern := range []string{"Pulumi.*.yaml", "examples/configurations/Pulumi.*.yaml"} {
		files, err := filepath.Glob(filepath.Join(repository, pattern))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			found, err := ahead.LookAt(repository, file, options...)
			require.NoError(t, err, file)
			all[found.Name] = found
		}
	}
	if len(options) == 0 {
		settled = all
	}
	return all
}

// settled are the environments as they are looked at without options, once for all tests.
var settled map[string]ahead.Stack

// TestEveryEnvironmentHasABill requires every environment of the repository priced, but for what an image or the use decides.
func TestEveryEnvironmentHasABill(t *testing.T) {
	for stack, found := range environments(t) {
		bill := cost.Of(found.Set(), found.Region, day)
		require.Greater(t, bill.Least(), 100*pricing.Dollar, stack)
		require.GreaterOrEqual(t, bill.Most(), bill.Least(), stack)
		require.Len(t, bill.ByModel(), 3, stack)
		for _, remark := range bill.NotCounted {
			require.NotContains(t, remark, "has no price", stack)
			require.NotContains(t, remark, "not known", stack)
		}
	}
}

// TestAPreviewHasTheSameBill runs the program as a preview, in which ids and what providers compute are unknown, as are references to
// namespaces that do not exist yet.
func TestAPreviewHasTheSameBill(t *testing.T) {
	previews := environments(t, recorder.WithPreview())
	for stack, found := range environments(t) {
		known, preview := cost.Of(found.Set(), found.Region, day), previews[stack].Recording
		require.True(t, hasUnknown(preview), stack)
		all := preview.Set().All()
		for i, r := range all {
			if metadata, is := r.Properties["metadata"].(map[string]any); is && metadata["namespace"] != nil {
				metadata["namespace"] = resource.Unknown{}
			}
			if r.Type == resource.ModelType {
				all[i].Properties["namespace"] = resource.Unknown{}
			}
		}
		require.Equal(t, known, cost.Of(resource.NewSet(all), found.Region, day), stack)
	}
}

func hasUnknown(r *recorder.Recording) bool {
	for _, res := range r.Set().All() {
		for key := range res.Properties {
			if res.At(key).HasUnknown() {
				return true
			}
		}
	}
	return false
}

func TestPlan(t *testing.T) {
	code, out, errOut := run("plan", "--stack", "prod", "--root", repository, "--format", "json")
	require.Zero(t, code, errOut)
	var p plan
	require.NoError(t, json.Unmarshal([]byte(out), &p))
	require.Equal(t, []room.Balancer{{
		Name: "public", Scheme: "internet-facing", Hosts: []string{"api.company.com", "recommender.company.com"}, Models: 3,
		Rules: room.Use{Used: 3, Quota: 100}, TargetGroups: room.Use{Used: 3, Quota: 100}, Targets: room.Use{Used: 12, Quota: 1000},
	}}, p.LoadBalancers)
	require.Contains(t, p.Room, room.Room{What: "Fargate profiles of the cluster", Use: room.Use{Used: 2, Quota: 10}})
	require.Contains(t, p.Room, room.Room{What: "load balancers of the region", Use: room.Use{Used: 1, Quota: 50}})
	require.Equal(t, room.Size{
		Model: "churn", Least: 2, Most: 3, CPU: "250m", Memory: "512Mi", Size: "0.25 vCPU, 1 GB", Unused: "memory up to 768Mi costs the same",
	}, p.Fargate[0])
	require.Len(t, p.Fargate, 2, "recommender runs on nodes")
	require.Contains(t, p.Assumptions, "the program is run by arn:aws:iam::111122223333:role/platform-admin")

	for f, want := range map[string]string{"table": "Load balancers\n\nLOAD BALANCER  ",
		"markdown": "### Load balancers\n\n| Load balancer |"} {
		_, out, _ = run("plan", "--stack", "prod", "--root", repository, "--format", f)
		require.Contains(t, out, want)
		require.Contains(t, out, "3 of 100")
		require.NotContains(t, out, " \n")
	}
}

// TestAnExistingNetworkIsMadeUp requires the look-ups of somebody else's VPC answered, and that said.
func TestAnExistingNetworkIsMadeUp(t *testing.T) {
	found := environments(t)["existing-vpc"]
	require.Contains(t, strings.Join(found.Assumptions, "\n"), "the subnets of vpc-0a1b2c3d4e5f60718 are in a zone each")
	require.Contains(t, found.Invokes, "aws:ec2/getSubnet:getSubnet")
	require.Empty(t, found.Warnings)
}

func TestManyHostsAreCutShort(t *testing.T) {
	p := plan{room.Plan{LoadBalancers: []room.Balancer{{Name: "public", Hosts: []string{"a", "b", "c", "d", "e"}}}}}
	require.Contains(t, p.balancerTable().Text(), "a, b, c and 2 more")
}

// TestHelpIsGrouped requires every command under a heading.
func TestHelpIsGrouped(t *testing.T) {
	_, out, _ := run("--help")
	for _, g := range groups() {
		require.Contains(t, out, "\n"+g.title+"\n")
	}
	for _, command := range newRoot().Commands() {
		require.NotEmpty(t, command.GroupID, command.Name())
	}
}

// TestCompletion requires the names of stacks and models completed, from the project around the folder.
func TestCompletion(t *testing.T) {
	below := filepath.Join(repository, "models")
	for args, names := range map[string]string{
		"preview --stack": "dev\nlocal\nprod\n", "cost --root ../examples/configurations --stack": "argocd\nchain\n",
		"load": "churn\nfraud-detection\nrecommender\n", "promote --model": "churn\n",
	} {
		code, out, errOut := program(t, below, append([]string{"__complete"}, append(strings.Fields(args), "")...)...)
		require.Zero(t, code, errOut)
		require.True(t, strings.HasPrefix(out, names), "%s: %s", args, out)
	}
	_, out, _ := run("completion", "bash")
	require.Contains(t, out, "bash completion")
}
