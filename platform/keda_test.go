package platform

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/keda"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/recorder"
)

// recordByRequests runs a platform with the monitoring, and a model that is scaled by requests.
func recordByRequests(t *testing.T, changes ...func(*config.Config)) *recorder.Recording {
	t.Helper()
	args := stored(measured(changes...))
	args.Models[0].Scaling = modelspec.Scaling{Metric: modelspec.MetricRequests, Target: 50}
	return recorder.Run(t, program(&args), withZones())
}

// TestKedaComesWithTheMonitoring wants nothing but the monitoring and the model's file, on Fargate and on nodes: a place for KEDA's pods,
// their price, no role in AWS, and its images from the mirror.
func TestKedaComesWithTheMonitoring(t *testing.T) {
	const mirror = "111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror"
	for name, change := range map[string]func(*config.Config){"Fargate": func(*config.Config) {}, "nodes": onOpenNodes} {
		r := recordByRequests(t, change, func(c *config.Config) { c.Images.Mirror = mirror })
		require.Equal(t, "stored", r.Find(t, keda.Type, "stored-scaled-object").Input("spec.scaleTargetRef.name"), name)
		release := r.Find(t, "kubernetes:helm.sh/v3:Release", "modelway-keda-release")
		require.Equal(t, []any{"keda", keda.Version, "keda"}, []any{release.Input("chart"), release.Input("version"), release.Input("namespace")})
		for _, image := range []string{"keda", "metricsApiServer", "webhooks"} {
			require.Equal(t, mirror, release.Input("values.image."+image+".registry"))
		}
		require.Equal(t, "restricted", r.Find(t, "kubernetes:core/v1:Namespace", "modelway-keda-namespace").Input(
			`metadata.labels["pod-security.kubernetes.io/enforce"]`))
		for _, role := range r.OfType("aws:iam/role:Role") {
			require.NotContains(t, role.Name, "-keda-", "it asks Prometheus in the cluster, and nothing in AWS")
		}
		if name == "nodes" {
			continue
		}
		require.Equal(t, []any{map[string]any{"namespace": "keda"}},
			r.Find(t, "aws:eks/fargateProfile:FargateProfile", "modelway-compute-keda").Input("selectors"))
		var billed []string
		for _, item := range cost.Of(r.Set(), recorder.DefaultRegion, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)).Items {
			if item.Component == "keda" {
				arithmetic, _, _ := strings.Cut(item.Arithmetic, " x ")
				billed = append(billed, item.What+": "+arithmetic)
			}
		}
		require.ElementsMatch(t, []string{"Fargate pod, 0.25 vCPU, 1 GB: 1", "Fargate pod, 0.25 vCPU, 0.5 GB: 1"}, billed)
	}
}

// TestWithoutKedaNothingOfItIsThere keeps environments without the monitoring, and those that switch it off, as they are.
func TestWithoutKedaNothingOfItIsThere(t *testing.T) {
	for _, r := range []*recorder.Recording{recordStored(t),
		recordStored(t, measured(func(c *config.Config) { c.Monitoring.Scaling = false }))} {
		for _, resource := range r.Resources {
			require.NotRegexp(t, "keda", resource.Name+resource.Type)
		}
	}
}

// TestScheduleKnowsOfKeda wants models that KEDA scales held at zero while they are stopped.
func TestScheduleKnowsOfKeda(t *testing.T) {
	r := recordByRequests(t, func(c *config.Config) {
		c.Models.Schedule = config.Schedule{Stop: "0 20 * * *", Start: "0 7 * * *", TimeZone: "Etc/UTC"}
	})
	stop := r.Find(t, "kubernetes:batch/v1:CronJob", "modelway-schedule-stop")
	require.Len(t, stop.Input("spec.jobTemplate.spec.template.spec.initContainers"), 1)
	require.True(t, stop.DependsDirectly(r.Find(t, "kubernetes:helm.sh/v3:Release", "modelway-keda-release").URN),
		"without the definition the job fails")
}
