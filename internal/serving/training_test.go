package serving_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/serving"
)

func TestRegistryPeer(t *testing.T) {
	type peer struct {
		namespace string
		port      int
	}
	for address, want := range map[string]peer{
		"http://mlflow.mlflow.svc:5000":              {"mlflow", 0},
		"http://mlflow.tracking.svc.cluster.local":   {"tracking", 0},
		"https://mlflow.company.com":                 {"", 443},
		"http://mlflow.company.com/":                 {"", 80},
		"http://10.0.0.7:5000":                       {"", 5000},
		"https://mlflow.svc.company.com:8443/mlflow": {"", 8443},
	} {
		namespace, port := serving.RegistryPeer(address)
		require.Equal(t, want, peer{namespace, port}, address)
	}
}

// TestTrainingNamesFit wants names within what Kubernetes takes for the model with the longest name
// (https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/).
func TestTrainingNamesFit(t *testing.T) {
	require.LessOrEqual(t, modelspec.MaxNameLength+len(serving.TrainingSuffix), 52)
	require.False(t, modelspec.IsName(serving.TrainingAccount("churn")), "no model has the name")
}
