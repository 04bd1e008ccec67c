package modelspec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/modelspec"
)

const trainedText = `name: churn
image: acme/churn:1
train:
  pipeline: fraud-detection
  schedule: "0 3 * * 1"
  image: acme/train:1
`

func loadTrained(t *testing.T, text string, override *modelspec.TrainOverride) (modelspec.Train, error) {
	t.Helper()
	models, err := modelspec.Load(folder(map[string]string{"churn.yaml": text}), "models",
		map[string]modelspec.Override{"churn": {Train: override}})
	if err != nil {
		return modelspec.Train{}, err
	}
	return models[0].Train, nil
}

// TestTrainByEnvironment wants a schedule that one environment takes out, and another adds.
func TestTrainByEnvironment(t *testing.T) {
	whole := modelspec.Train{Pipeline: "fraud-detection", Schedule: "0 3 * * 1", TimeZone: "Etc/UTC", Image: "acme/train:1",
		Resources: modelspec.TrainResources{CPU: "1", Memory: "2Gi"}}
	got, err := loadTrained(t, trainedText, nil)
	require.NoError(t, err)
	require.Equal(t, whole, got)
	require.True(t, got.InCluster())
	require.Equal(t, "fraud_detection", got.Module())

	got, err = loadTrained(t, trainedText, &modelspec.TrainOverride{Schedule: pointer("")})
	require.NoError(t, err)
	require.Empty(t, got.Schedule)
	require.True(t, got.InCluster(), "the image trains when somebody asks")

	got, err = loadTrained(t, trainedText, &modelspec.TrainOverride{Schedule: pointer(""), Image: pointer("")})
	require.NoError(t, err)
	require.False(t, got.InCluster())

	only := "name: churn\nimage: acme/churn:1\ntrain: {pipeline: fraud-detection}\n"
	got, err = loadTrained(t, only, &modelspec.TrainOverride{Schedule: pointer(whole.Schedule), Image: pointer(whole.Image)})
	require.NoError(t, err)
	require.Equal(t, whole, got)

	_, err = loadTrained(t, only, &modelspec.TrainOverride{Schedule: pointer("@weekly"), TimeZone: pointer("")})
	require.ErrorContains(t, err, `modelway:models.overrides.churn.train.schedule: "@weekly" is not a cron expression of five fields; `+
		`allowed: minute, hour, day of the month, month and day of the week; fix: write it as in "0 3 * * 1"`)
	_, err = loadTrained(t, "name: churn\nimage: acme/churn:1\n", &modelspec.TrainOverride{Image: pointer("acme/train:1")})
	require.ErrorContains(t, err, "train.pipeline: is missing")
	got, err = loadTrained(t, "name: churn\nimage: acme/churn:1\n", nil)
	require.NoError(t, err)
	require.Zero(t, got)
}
