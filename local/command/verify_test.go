package command

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/rollout"

	"github.com/modelway/modelway/local/supervisor"
)

func TestModelsThatDoNotRunHere(t *testing.T) {
	own, foreign := rollout.Version{Image: supervisor.SampleImage + ":1"}, rollout.Version{Image: "example.com/model:1"}
	require.Empty(t, notRun(rollout.Model{Versions: []rollout.Version{own}}))
	require.Contains(t, notRun(rollout.Model{Versions: []rollout.Version{own, foreign}}), foreign.Image)
	require.Empty(t, notRun(rollout.Model{Versions: []rollout.Version{{Digest: "sha256:0a"}}}), "which runtimes run here the nodes know")
	require.Contains(t, notRun(rollout.Model{Versions: []rollout.Version{own}, Secrets: true}), "`secrets`")
}
