package fargatelogs_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/k8s/fargatelogs"
)

const (
	namespaceType = "kubernetes:core/v1:Namespace"
	configMapType = "kubernetes:core/v1:ConfigMap"
)

func TestObjectsGolden(t *testing.T) {
	recording := run(t, args(), 0)
	component := recording.Find(t, fargatelogs.Token, "logs")
	namespace := recording.Find(t, namespaceType, "logs-namespace")
	settings := recording.Find(t, configMapType, "logs-settings")
	require.ElementsMatch(t, []*recorder.Resource{namespace, settings}, recording.Children(component.URN))
	require.Equal(t, "/aws/eks/modelway-test/fargate", component.Input("logGroup"))
	recorder.GoldenJSON(t, filepath.Join("testdata", "namespace.golden.json"), namespace.Inputs.Mappable())
	recorder.GoldenJSON(t, filepath.Join("testdata", "settings.golden.json"), settings.Inputs.Mappable())
}

func TestSettingsGoIntoTheNamespace(t *testing.T) {
	recording := run(t, args(), 0)
	namespace := recording.Find(t, namespaceType, "logs-namespace")
	settings := recording.Find(t, configMapType, "logs-settings")
	require.True(t, settings.DependsDirectly(namespace.URN))
	require.Equal(t, namespace.Input("metadata.name"), settings.Input("metadata.namespace"))
}

func TestEachObjectDependsOnEachNeedDirectly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(0, 5).Draw(t, "needs")
		recording := run(t, args(), count)
		needs := recording.OfType("test:index:Need")
		require.Len(t, needs, count)
		for _, need := range needs {
			for _, object := range append(recording.OfType(namespaceType), recording.OfType(configMapType)...) {
				require.True(t, object.DependsDirectly(need.URN), "%s does not depend on %s", object.Name, need.Name)
			}
		}
	})
}

func TestResourcesAreWhatPodsWaitFor(t *testing.T) {
	recording := recorder.Run(t, func(ctx *pulumi.Context) error {
		logs, err := fargatelogs.NewFargateLogs(ctx, "logs", args())
		if err != nil {
			return err
		}
		pod := &pulumi.CustomResourceState{}
		return ctx.RegisterResource("test:index:Pod", "pod", pulumi.Map{}, pod, pulumi.DependsOn(logs.Resources))
	})
	pod := recording.Find(t, "test:index:Pod", "pod")
	require.True(t, pod.DependsDirectly(recording.Find(t, namespaceType, "logs-namespace").URN))
	require.True(t, pod.DependsDirectly(recording.Find(t, configMapType, "logs-settings").URN))
}

func TestFaultsAreReportedTogether(t *testing.T) {
	for _, args := range []*fargatelogs.FargateLogsArgs{nil, {}, {Region: "US East"}} {
		recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
			_, err := fargatelogs.NewFargateLogs(ctx, "logs", args)
			return err
		})
		for _, want := range []string{`Fargate logs "logs"`, "Region", "LogGroup"} {
			require.ErrorContains(t, err, want)
		}
		require.Empty(t, recording.Resources, "nothing is registered")
	}
}

func TestFaultsOfTheValuesStopTheConfigMap(t *testing.T) {
	faulty := args()
	faulty.LogGroup = pulumi.String("arn:aws:logs:us-east-1:123456789012:log-group:pods")
	recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := fargatelogs.NewFargateLogs(ctx, "logs", faulty)
		return err
	})
	require.ErrorContains(t, err, `Fargate logs "logs"`)
	require.ErrorContains(t, err, `log group is "arn:aws:logs:us-east-1:123456789012:log-group:pods"`)
	require.Empty(t, recording.OfType(configMapType))
}

func TestDataFaults(t *testing.T) {
	for _, c := range []struct{ region, logGroup, want string }{
		{"", "pods", `region is ""`},
		{"US East", "pods", `region is "US East"`},
		{"us-east-1", "", `log group is ""`},
		{"us-east-1", "two words", `log group is "two words"`},
		{"us-east-1", "${GROUP}", `log group is "${GROUP}"`},
		{"us-east-1", "a\nauto_create_group true", "log group is"},
		{"us-east-1", strings.Repeat("g", 513), "1 to 512"},
		{"us-" + strings.Repeat("a", fargatelogs.MaxCharacters) + "-1", "pods", "EKS takes 5300"},
	} {
		_, err := fargatelogs.Data(c.region, c.logGroup)
		require.ErrorContains(t, err, c.want)
	}
	_, err := fargatelogs.Data("", "")
	require.ErrorContains(t, err, "region is")
	require.ErrorContains(t, err, "log group is", "both faults at once")
}

// EKS refuses sections under another key than their own, lines that are not indented alike, and variables of the environment.
func TestDataKeepsTheRulesOfEKS(t *testing.T) {
	sections := map[string]string{"filters.conf": "[FILTER]", "output.conf": "[OUTPUT]", "parsers.conf": "[PARSER]"}
	rapid.Check(t, func(t *rapid.T) {
		region := rapid.SampledFrom([]string{"us-east-1", "ap-southeast-2", "cn-northwest-1", "us-iso-east-1", "eusc-de-east-1"}).Draw(t,
			"region")
		logGroup := rapid.StringMatching(`[0-9A-Za-z_./#-]{1,512}`).Draw(t, "logGroup")
		data, err := fargatelogs.Data(region, logGroup)
		require.NoError(t, err)
		length := 0
		for key, value := range data {
			length += len(key) + len(value)
			require.NotContains(t, value, "${")
			section, ok := sections[key]
			if !ok {
				require.Equal(t, "flb_log_cw", key)
				continue
			}
			for line := range strings.Lines(value) {
				if strings.TrimSpace(line) != section {
					require.Regexp(t, `^ {4}\S+ \S`, line)
				}
			}
		}
		require.LessOrEqual(t, length, fargatelogs.MaxCharacters)
		require.Contains(t, data["output.conf"], "    region "+region+"\n")
		require.Contains(t, data["output.conf"], "    log_group_name "+logGroup+"\n")
	})
}

func args() *fargatelogs.FargateLogsArgs {
	return &fargatelogs.FargateLogsArgs{Region: "us-east-1", LogGroup: pulumi.String("/aws/eks/modelway-test/fargate")}
}

func run(t recorder.TB, args *fargatelogs.FargateLogsArgs, needs int) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		var err error
		if args.DependsOn, err = recorder.StandIns(ctx, "Need", needs); err != nil {
			return err
		}
		_, err = fargatelogs.NewFargateLogs(ctx, "logs", args)
		return err
	})
}
