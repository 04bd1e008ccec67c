package metricstore_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/infra/metricstore"
	"github.com/modelway/modelway/internal/recorder"
)

const workspaceType = "aws:amp/workspace:Workspace"

func run(t recorder.TB, args *metricstore.MetricStoreArgs) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		_, err := metricstore.NewMetricStore(ctx, "metrics", args)
		return err
	})
}

func TestMetricStoreGolden(t *testing.T) {
	recording := run(t, &metricstore.MetricStoreArgs{Alias: "modelway-prod", Tags: map[string]string{"modelway:cluster": "modelway-prod"}})
	made, component := recording.Find(t, workspaceType, "metrics-workspace"), recording.Find(t, metricstore.Token, "metrics")
	require.Equal(t, component.URN, made.Parent)
	require.False(t, made.Protect)
	recorder.GoldenJSON(t, filepath.Join("testdata", "workspace.golden.json"), made.Inputs.Mappable())
	require.Regexp(t, `^https://aps-workspaces\.us-east-1\.amazonaws\.com/workspaces/ws-[0-9a-f-]{36}/$`,
		component.Outputs["endpoint"].StringValue())
	require.Regexp(t, `^arn:aws:aps:us-east-1:\d{12}:workspace/ws-[0-9a-f-]{36}$`, component.Outputs["arn"].StringValue())
}

func TestProtectKeepsTheWorkspace(t *testing.T) {
	require.True(t, run(t, &metricstore.MetricStoreArgs{Alias: "a", Protect: true}).Find(t, workspaceType, "metrics-workspace").Protect)
}

func TestAliasIsChecked(t *testing.T) {
	for want, args := range map[string]*metricstore.MetricStoreArgs{
		"Alias is empty": nil, "has 101 characters: AWS takes 100": {Alias: strings.Repeat("a", 101)},
	} {
		recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
			_, err := metricstore.NewMetricStore(ctx, "metrics", args)
			return err
		})
		require.ErrorContains(t, err, want)
		require.Empty(t, recording.Resources, "nothing is registered")
	}
}
