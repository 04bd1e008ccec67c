package monitoring_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	names "github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/k8s/monitoring"
)

func args() *monitoring.MonitoringArgs {
	f := addons.Facts{On: map[string]bool{"kserve.enabled": true}, Monitoring: names.Plan{Spec: names.Default(), Fargate: true}}
	return &monitoring.MonitoringArgs{Facts: f, Models: "models", Rules: map[string]map[string]any{
		"objectives": {"groups": []any{map[string]any{"name": "fraud", "rules": []any{map[string]any{"record": "a", "expr": "b"}}}}},
	}, Dashboards: map[string]string{"modelway-model": `{"uid": "modelway-model"}`}}
}

func run(t *testing.T, args *monitoring.MonitoringArgs) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		var err error
		if args.DependsOn, err = recorder.StandIns(ctx, "Need", 2); err != nil {
			return err
		}
		_, err = monitoring.NewMonitoring(ctx, "m", args)
		return err
	})
}

func TestObjectGoldens(t *testing.T) {
	recording := run(t, args())
	children := recording.Children(recording.Find(t, monitoring.Token, "m").URN)
	require.Len(t, children, 9)
	for _, child := range children {
		recorder.GoldenJSON(t, filepath.Join("testdata", child.Name+".golden.json"), child.Inputs.Mappable())
		for _, need := range recording.OfType("test:index:Need") {
			require.True(t, child.DependsDirectly(need.URN), "%s outlives its definition", child.Name)
		}
	}
}

func TestFaultsAreReportedTogether(t *testing.T) {
	for _, c := range []struct {
		args *monitoring.MonitoringArgs
		want []string
	}{
		{nil, []string{"MonitoringArgs are required"}},
		{&monitoring.MonitoringArgs{Rules: map[string]map[string]any{"x": {}}, Dashboards: map[string]string{
			"empty": "", "huge": strings.Repeat("x", 1<<20), "good": "{}"}},
			[]string{`Dashboards["empty"] has 0 bytes`, `Dashboards["huge"] has 1048576 bytes: give a page of 1 to 1024000 bytes`,
				"Models is empty", "DependsOn is empty", `Rules["x"] has no list of groups`}},
	} {
		recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
			_, err := monitoring.NewMonitoring(ctx, "m", c.args)
			return err
		})
		for _, want := range c.want {
			require.ErrorContains(t, err, want)
		}
		require.Empty(t, recording.Resources, "nothing is registered")
	}
}
