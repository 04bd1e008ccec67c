package platform

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/mlflowserver"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/recorder"
)

// recordTraining runs a platform whose model on the compute is trained by the cluster.
func recordTraining(t *testing.T, kind string, changes ...func(*PlatformArgs)) *recorder.Recording {
	t.Helper()
	t.Cleanup(tryKServe())
	args := filesArgs(modelspec.ComputeFargate, modelspec.StorageNone)
	if kind == modelspec.ComputeNodes {
		args.Config.Compute.FargateProfiles, args.Models[0].Compute = nil, kind
	}
	args.Models[0].Train = modelspec.Train{
		Pipeline: "fraud-detection", Schedule: "0 3 * * 1", TimeZone: "Etc/UTC", Image: "ghcr.io/acme/train:1.0.0",
		Registry: "https://mlflow.company.com", Artifacts: "s3://acme-mlflow/artifacts/",
		Resources: modelspec.TrainResources{CPU: modelspec.DefaultTrainCPU, Memory: modelspec.DefaultTrainMemory},
	}
	for _, change := range changes {
		change(args)
	}
	return recorder.Run(t, program(args), withZones())
}

// TestTrainingHasARoleOfItsOwn wants pods that may write their artifacts where the model's own pods may not.
func TestTrainingHasARoleOfItsOwn(t *testing.T) {
	for _, kind := range []string{modelspec.ComputeFargate, modelspec.ComputeNodes} {
		recording := recordTraining(t, kind)
		role := recording.Find(t, "modelway:identity:ServiceAccountRole", "modelway-filed.train-role")
		policies := 0
		for _, policy := range recording.OfType("aws:iam/policy:Policy") {
			if policy.Parent == role.URN {
				policies++
				require.Contains(t, policy.Input("policy"), `"arn:aws:s3:::acme-mlflow/artifacts/*"`)
				require.Contains(t, policy.Input("policy"), "s3:PutObject")
			}
		}
		require.Equal(t, 1, policies, kind)
		account := recording.Find(t, "kubernetes:core/v1:ServiceAccount", "filed.train-account")
		annotations := account.Input("metadata.annotations")
		require.Equal(t, kind == modelspec.ComputeNodes, annotations == nil, "%s: %v", kind, annotations)
		job := recording.Find(t, "kubernetes:batch/v1:CronJob", "filed.train")
		require.Equal(t, kind, job.Input("spec.jobTemplate.spec.template.metadata.labels").(map[string]any)["modelway.dev/compute"])
		attached := 0
		for _, child := range recording.Children(role.URN) {
			if child.Type == "aws:iam/rolePolicyAttachment:RolePolicyAttachment" {
				attached++
				require.True(t, job.DependsDirectly(child.URN), "%s has no credentials before %s", kind, child.Name)
			}
		}
		require.Equal(t, 1, attached, kind)
	}
}

// TestTrainingTellsTheOwnServer where its file names none, and writes to the bucket of that server.
func TestTrainingTellsTheOwnServer(t *testing.T) {
	recording := recordTraining(t, modelspec.ComputeFargate, func(args *PlatformArgs) {
		withMlflow(&args.Config)
		args.Models[0].Train.Registry, args.Models[0].Train.Artifacts = "", ""
	})
	job := recording.Find(t, "kubernetes:batch/v1:CronJob", "filed.train")
	require.Contains(t, job.Input("spec.jobTemplate.spec.template.spec.containers[0].env"),
		map[string]any{"name": "MLFLOW_TRACKING_URI", "value": mlflowserver.Address})
	policy := recording.Find(t, "aws:iam/policy:Policy", "modelway-filed.train-role-policy").Input("policy")
	bucket := recording.Find(t, "aws:s3/bucketV2:BucketV2", "modelway-artifacts-bucket")
	require.Contains(t, policy, bucket.Outputs["arn"].StringValue()+"/artifacts/*")
	require.NotContains(t, policy, "DeleteObject")
}
