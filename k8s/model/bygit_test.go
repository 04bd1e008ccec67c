package model_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/k8s/model"
)

// A model that Git delivers has nothing of the program but its identities.
func TestByGitLeavesTheServiceAccountsOnly(t *testing.T) {
	described := args(churn())
	described.Model.Train.Image, described.Model.Train.Schedule = "ghcr.io/modelway/train:1", "0 3 * * *"
	described.Training = &model.TrainingArgs{Compute: "nodes", Registry: "http://mlflow.mlflow.svc"}
	names := func(byGit bool) (found []string) {
		described.ByGit = byGit
		recording := run(t, described, 1, 0)
		for _, child := range recording.Children(recording.Find(t, model.Token, "churn").URN) {
			found = append(found, child.Name)
		}
		return found
	}
	require.Subset(t, names(false), []string{"churn-deployment", "churn.train"})
	require.ElementsMatch(t, []string{"churn-account", "churn.train-account"}, names(true))
}
