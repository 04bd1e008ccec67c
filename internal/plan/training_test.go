package plan

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
)

// TestTrainingThatTheEnvironmentCannotRun wants the model left out and told why, and the one beside it served.
func TestTrainingThatTheEnvironmentCannotRun(t *testing.T) {
	cfg := environmentWith(skipping, func(*config.Config) {})
	const image = "train: {pipeline: p, image: 'acme/train:1'"
	for text, want := range map[string]string{
		image + "}": "model churn: train.image is given, but environment test has no MLflow server that the training could " +
			"tell; set modelway:mlflow.enabled, write its address as train.registry",
		image + ", registry: 'https://mlflow.company.com', resources: {cpu: '17'}}": "model churn: train.resources ask " +
			"for 17 CPU and 2Gi memory, but the training runs on Fargate in environment test, where a pod has at most 16 CPU and 122624Mi",
	} {
		admitted, err := Admit(cfg, folder(t, map[string]string{"churn": text, "good": "train: {pipeline: p}"}), Previous{})
		require.NoError(t, err)
		require.Equal(t, []string{"good"}, names(admitted.Models))
		require.Len(t, admitted.Warnings, 1)
		require.Contains(t, admitted.Warnings[0], want)
	}
	admitted, err := Admit(cfg, folder(t, map[string]string{"churn": image + ", registry: 'https://mlflow.company.com'}"}), Previous{})
	require.NoError(t, err)
	require.Equal(t, []string{"churn"}, names(admitted.Models))
}
