package platform

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/recorder"
)

// TestWhatTrainsIsNamedByTheOutputs gives the addresses of what is on, as pods of the cluster use them, and nothing of what is off.
func TestWhatTrainsIsNamedByTheOutputs(t *testing.T) {
	const mlflowKey, pipelinesKey = "mlflow", "pipelines"
	for name, test := range map[string]struct {
		changes []func(*config.Config)
		keys    []string
	}{
		"none": {nil, nil}, "MLflow": {[]func(*config.Config){withMlflow}, []string{mlflowKey}},
		"both": {[]func(*config.Config){withMlflow, withPipelines(t)}, []string{mlflowKey, pipelinesKey}},
	} {
		args := stored(test.changes...)
		args.Root = root
		r, err := recorder.RunErr(program(&args), withZones())
		require.NoError(t, err, name)
		made := r.OfType(Token)[0]
		urls := made.Outputs[resourceKey(outputs.ClusterURLs)].Mappable().(map[string]any)
		files := made.Outputs[resourceKey(outputs.ArtifactURIs)].Mappable().(map[string]any)
		require.Len(t, urls, len(test.keys), name)
		require.Len(t, files, len(test.keys), name)
		for _, key := range test.keys {
			require.Equal(t, map[string]string{mlflowKey: "http://mlflow.mlflow.svc", pipelinesKey: "http://ml-pipeline.kubeflow.svc:8888"}[key],
				urls[key])
			bucket := r.Find(t, "aws:s3/bucketV2:BucketV2",
				map[string]string{mlflowKey: "modelway-artifacts-bucket", pipelinesKey: "modelway-pipelines-files-bucket"}[key])
			id := bucket.Outputs["bucket"].Mappable()
			require.Equal(t, "s3://"+id.(string)+map[string]string{mlflowKey: "/artifacts", pipelinesKey: "/v2/artifacts"}[key], files[key])
		}
	}
}
