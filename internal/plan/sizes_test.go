package plan

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/recorder"
)

func TestSizeReport(t *testing.T) {
	models := []modelspec.Model{
		made(t, "exact", "resources: {cpu: 500m, memory: 768Mi}"),
		made(t, "wasteful", "resources: {cpu: '1', memory: 8Gi}\nreplicas: {min: 3}"),
		made(t, "doubled", "canary: {image: 'example.com/model:2', weight: 50}\nreplicas: {min: 4, max: 4}"),
		made(t, "on-nodes", "compute: nodes\nresources: {cpu: '1', memory: 8Gi}"),
	}
	recorder.Golden(t, filepath.Join("testdata", "sizes.golden"), []byte(SizeReport(models)))
	require.Empty(t, SizeReport(models[3:]), "nothing on Fargate, nothing to tell")
	require.Empty(t, SizeReport(nil))
}

func TestSizeReportNamesTenModels(t *testing.T) {
	var models []modelspec.Model
	for i := range listedSizes + 2 {
		models = append(models, made(t, fmt.Sprintf("model-%02d", i), ""))
	}
	text := SizeReport(models)
	require.Contains(t, text, "\nand 2 more\n")
	require.Contains(t, text, "model-09")
	require.NotContains(t, text, "model-10")
	require.Equal(t, 1+listedSizes+2, strings.Count(text, "\n"))
	require.NotContains(t, SizeReport(models[:listedSizes]), " more\n")
}

func TestPercent(t *testing.T) {
	for _, c := range [][3]int64{{0, 4, 0}, {1, 3, 33}, {2, 3, 67}, {1, 2, 50}, {4, 4, 100}, {1, 200, 1}, {1, 201, 0}} {
		require.Equal(t, c[2], percent(c[0], c[1]), "%d of %d", c[0], c[1])
	}
}
