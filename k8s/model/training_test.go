package model_test

import (
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/k8s/model"
)

const cronJobType = "kubernetes:batch/v1:CronJob"

// trained is churn, which the cluster trains on Mondays.
func trained() modelspec.Model {
	spec := churn()
	spec.Train = modelspec.Train{
		Pipeline: "fraud-detection", Schedule: "0 3 * * 1", TimeZone: "Europe/Berlin", Image: "ghcr.io/acme/train:1.0.0",
		Resources: modelspec.TrainResources{CPU: "2", Memory: "4Gi"},
	}
	return spec
}

func runTraining(t recorder.TB, spec modelspec.Model, training model.TrainingArgs) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) (err error) {
		described := args(spec)
		if err := standIn(ctx, described, 1, 1, 0); err != nil {
			return err
		}
		if training.RoleReady, err = recorder.StandIns(ctx, "TrainingRole", 2); err != nil {
			return err
		}
		described.Training = &training
		_, err = model.NewModel(ctx, "churn", described)
		return err
	})
}

func TestTrainingGolden(t *testing.T) {
	recording := runTraining(t, trained(), model.TrainingArgs{
		Compute: modelspec.ComputeFargate, Registry: "http://mlflow.mlflow.svc:5000",
		RoleArn: pulumi.String("arn:aws:iam::123456789012:role/churn.train"),
	})
	for name, typ := range map[string]string{
		"churn.train": cronJobType, "churn.train-account": accountType, "churn.train-network-policy": policyType,
	} {
		recorder.GoldenJSON(t, filepath.Join("testdata", "training-"+name+".golden.json"), recording.Find(t, typ, name).Inputs.Mappable())
	}
	job := recording.Find(t, cronJobType, "churn.train")
	needs := append(recording.OfType("test:index:TrainingRole"), recording.OfType("test:index:Capacity")...)
	require.Len(t, needs, 3)
	for _, need := range needs {
		require.True(t, job.DependsDirectly(need.URN), need.Name)
	}
}

// TestTrainingByHand wants a CronJob that never runs by itself, as the template of jobs.
func TestTrainingByHand(t *testing.T) {
	spec := trained()
	spec.Train.Schedule = ""
	recording := runTraining(t, spec, model.TrainingArgs{Compute: modelspec.ComputeNodes, Registry: "https://mlflow.company.com"})
	job := recording.Find(t, cronJobType, "churn.train")
	require.Equal(t, true, job.Input("spec.suspend"))
	require.Nil(t, recording.Find(t, accountType, "churn.train-account").Input("metadata.annotations"))
	egress := recording.Find(t, policyType, "churn.train-network-policy").Input("spec.egress")
	require.Len(t, egress, 3, "DNS, HTTPS and the Pod Identity agent")

	spec.Train.Image = ""
	require.Empty(t, runTraining(t, spec, model.TrainingArgs{}).OfType(cronJobType))
}

func TestTrainingNeedsItsArguments(t *testing.T) {
	recorder.Run(t, func(ctx *pulumi.Context) error {
		described := args(trained())
		if err := standIn(ctx, described, 1, 1, 0); err != nil {
			return err
		}
		_, err := model.NewModel(ctx, "churn", described)
		require.ErrorContains(t, err, "Training is required where Model.Train has an image")
		return nil
	})
}
