package platform

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/recorder"
)

// recordTraining runs a platform whose model on the compute is trained by the cluster.
func recordTraining(t *testing.T, kind string) *recorder.Recording {
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
