package model_test

import (
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/keda"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/k8s/model"
)

// runWithKeda registers churn in a cluster with KEDA and KServe.
func runWithKeda(t recorder.TB, spec modelspec.Model, scaling modelspec.Scaling) *recorder.Recording {
	spec.Scaling = scaling
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		described := args(spec)
		if err := standIn(ctx, described, 1, 1, 0); err != nil {
			return err
		}
		var err error
		if described.Keda, err = recorder.StandIns(ctx, "Keda", 2); err != nil {
			return err
		}
		if described.KServe, err = recorder.StandIns(ctx, "KServe", 1); err != nil {
			return err
		}
		_, err = model.NewModel(ctx, "churn", described)
		return err
	})
}

// TestKedaScalesByRequests wants one object of KEDA for each version, by the version's own series, and no autoscaler beside it.
func TestKedaScalesByRequests(t *testing.T) {
	for what, spec := range map[string]modelspec.Model{"image": withCanary(51), "files": filesWithCanary(51)} {
		recording := runWithKeda(t, spec, modelspec.Scaling{Metric: modelspec.MetricRequests, Target: 50})
		require.Empty(t, recording.OfType(autoscalerType), what)
		require.Len(t, recording.OfType(keda.Type), 2, what)
		for _, name := range []string{"churn", "churn-canary"} {
			object, target := recording.Find(t, keda.Type, name+"-scaled-object"), name
			if what == "files" {
				target = kserve.Predictor(name)
			}
			require.Equal(t, target, object.Input("spec.scaleTargetRef.name"))
			for _, need := range recording.OfType("test:index:Keda") {
				require.True(t, object.DependsDirectly(need.URN), "%s: without %s its finalizer stays", name, need.Name)
			}
			recorder.GoldenJSON(t, filepath.Join("testdata", "keda-"+what+"-"+name+".golden.json"), object.Inputs.Mappable())
		}
		for _, made := range recording.OfType(kserve.Type) {
			require.Equal(t, kserve.External, made.Input(`metadata.annotations["`+kserve.AutoscalerClass+`"]`), "KServe would scale it too")
		}
	}
}

// TestKedaScalesByRequestsOnly leaves other metrics to Kubernetes's own autoscaler.
func TestKedaScalesByRequestsOnly(t *testing.T) {
	recording := runWithKeda(t, churn(), modelspec.Scaling{Metric: modelspec.MetricCPU, Target: 70})
	require.Empty(t, recording.OfType(keda.Type))
	require.Len(t, recording.OfType(autoscalerType), 1)
}
