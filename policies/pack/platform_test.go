package pack_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/stackfile"
	"github.com/modelway/modelway/platform/ahead"
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
			files[stackfile.StackOf(file)] = file
		}
	}
	require.GreaterOrEqual(t, len(files), 11)
	return files
}

// settings reads a stack's settings as the engine passes them.
func settings(t *testing.T, file string) map[string]string {
	t.Helper()
	read, err := stackfile.Read(filepath.Join(root, "Pulumi.yaml"), file)
	require.NoError(t, err)
	return read.Config
}

// record runs the program of an environment without an engine.
func record(t *testing.T, file string, options ...recorder.Option) rules.Stack {
	t.Helper()
	recording, err := ahead.LookAt(root, file, options...)
	require.NoError(t, err)
	needs := map[string][]string{}
	for _, r := range recording.Resources {
		for _, urn := range r.DependsOn {
			needs[string(r.URN)] = append(needs[string(r.URN)], string(urn))
		}
	}
	return rules.NewStack(imported(recording), needs)
}

// imported is what was recorded as the engine hands it over: an import of a log group that EKS made finds neither retention nor tags, and
// leaves it so where changes are ignored.
func imported(recording ahead.Stack) resource.Set {
	var all []resource.Resource
	for _, r := range recording.Set().All() {
		if r.Type == "aws:cloudwatch/logGroup:LogGroup" {
			for _, property := range r.IgnoreChanges {
				delete(r.Properties, property)
			}
		}
		all = append(all, r)
	}
	return resource.NewSet(all)
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
				report := pack.Stack(record(t, file, options...))
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
