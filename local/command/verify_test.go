package command

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/rollout"

	"github.com/modelway/modelway/local/kubelet"
	"github.com/modelway/modelway/local/programs"
)

func TestModelsThatDoNotRunHere(t *testing.T) {
	known := kubelet.Table{programs.SampleImage: {}}
	own, foreign := rollout.Version{Image: programs.SampleImage + ":1"}, rollout.Version{Image: "example.com/model:1"}
	require.Empty(t, notRun(rollout.Model{Versions: []rollout.Version{own}}, known))
	require.Equal(t, "not answering: no program here stands for image example.com/model", notRun(rollout.Model{Versions: []rollout.Version{own, foreign}}, known))
}
