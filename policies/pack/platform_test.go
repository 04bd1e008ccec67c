package pack_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/platform"
	"github.com/modelway/modelway/policies/rules"
)

const root = "../.."

// today is the day on which the tests judge.
var today = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

// environments are the files of settings of this repository, by the name of their stack.
func environments(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, pattern := range []string{"Pulumi.*.yaml", "examples/configurations/Pulumi.*.yaml"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		for _, file := range found {
			files[strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml")] = file
		}
	}
	require.GreaterOrEqual(t, len(files), 11)
	return files
}

// settings reads a stack's settings as the engine passes them: objects as JSON.
func settings(t *testing.T, file string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var stack struct{ Config map[string]any }
	require.NoError(t, yaml.Unmarshal(text, &stack))
	flat := map[string]string{}
	for key, value := range stack.Config {
		plain, is := value.(string)
		if !is {
			encoded, err := json.Marshal(value)
			require.NoError(t, err)
			plain = string(encoded)
		}
		flat[key] = plain
	}
	return flat
}

// record runs the program of an environment without an engine.
func record(t *testing.T, stack, file string, options ...recorder.Option) rules.Stack {
	t.Helper()
	zones := []any{"us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"}
	answer := func(of func(id string) map[string]any) recorder.Invoke {
		return func(args resource.PropertyMap) (resource.PropertyMap, error) {
			id := ""
			if args["id"].IsString() {
				id = args["id"].StringValue()
			}
			return resource.NewPropertyMapFromMap(of(id)), nil
		}
	}
	options = append(options, recorder.WithStack(stack), recorder.WithConfig(settings(t, file)),
		recorder.WithInvoke("aws:index/getAvailabilityZones:getAvailabilityZones", answer(func(string) map[string]any { return map[string]any{"names": zones} })),
		recorder.WithInvoke("aws:ec2/getVpc:getVpc", answer(func(id string) map[string]any {
			return map[string]any{"id": id, "enableDnsSupport": true, "enableDnsHostnames": true, "cidrBlock": "10.0.0.0/16", "state": "available"}
		})),
		recorder.WithInvoke("aws:ec2/getSubnet:getSubnet", answer(func(id string) map[string]any {
			role := "kubernetes.io/role/internal-elb"
			if id[len(id)-2] == '1' {
				role = "kubernetes.io/role/elb"
			}
			return map[string]any{
				"id": id, "vpcId": "vpc-0a1b2c3d4e5f60718", "availabilityZone": zones[int(id[len(id)-1]-'1')], "cidrBlock": "10.0.0.0/20", "state": "available",
				"availableIpAddressCount": 4000, "tags": map[string]any{role: "1"},
			}
		})))
	recording := recorder.Run(t, platform.Program(root), options...)
	needs := map[string][]string{}
	for _, r := range recording.Resources {
		for _, urn := range r.DependsOn {
			needs[string(r.URN)] = append(needs[string(r.URN)], string(urn))
		}
	}
	return rules.NewStack(recording.Set(), needs)
}

// TestEnvironmentsBreakNoMandatoryRule judges every environment as a preview sees it, and as up does, with all values.
func TestEnvironmentsBreakNoMandatoryRule(t *testing.T) {
	for stack, file := range environments(t) {
		t.Run(stack, func(t *testing.T) {
			policies, err := config.LoadPolicies(config.Values{StackName: stack, Settings: settings(t, file)})
			require.NoError(t, err)
			require.Empty(t, policies.Exceptions, "an exception in this repository would fail the tests on its last day")
			pack, err := rules.New(policies, today)
			require.NoError(t, err)
			for _, options := range [][]recorder.Option{{recorder.WithPreview()}, nil} {
				report := pack.Stack(record(t, stack, file, options...))
				for _, finding := range report.Broken {
					assert.NotEqual(t, config.PolicyMandatory, pack.Level(finding.Rule), "%+v", finding)
					t.Logf("preview=%v %s: %s %s is %s", options != nil, finding.Rule, finding.Name, finding.Property, finding.Given)
				}
				for _, message := range report.Waiting() {
					t.Logf("preview=%v waiting: %s", options != nil, message)
				}
			}
		})
	}
}
