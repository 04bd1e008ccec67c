package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/room"
)

// planned is the plan of a stack with the settings of a file, as the command writes it.
func planned(t *testing.T, stack, settings string) (p plan) {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, runPlan(&out, rootWith(t, stack, settings), stack, formatJSON))
	require.NoError(t, json.Unmarshal(out.Bytes(), &p))
	return p
}

// TestTheChainFitsItsNodes has the example fit the nodes that it starts with, and the same parts on the small nodes of dev warned about.
func TestTheChainFitsItsNodes(t *testing.T) {
	p := planned(t, "chain", filepath.Join(repository, "examples", "configurations", "Pulumi.chain.yaml"))
	rows := map[string]room.Use{}
	for _, r := range p.Room {
		rows[r.What] = r.Use
	}
	for _, what := range []string{"CPU of nodes at their minSize, in thousandths", "memory of nodes at their minSize, in MiB"} {
		require.Contains(t, rows, what)
		require.Less(t, 3*rows[what].Used, 2*rows[what].Quota, "two of the three nodes hold all, when a zone is lost")
	}
	require.NotContains(t, strings.Join(p.Warnings, "\n"), "some pods will wait")

	text, err := os.ReadFile(filepath.Join(repository, "Pulumi.dev.yaml"))
	require.NoError(t, err)
	settings := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
	for nodes, waits := range map[string]bool{devTypes: true, devNodes: false} {
		changed := strings.Replace(string(text), devTypes, nodes, 1)
		require.NoError(t, os.WriteFile(settings, []byte(changed+devParts), 0o600))
		require.Equal(t, waits, strings.Contains(strings.Join(planned(t, "dev", settings).Warnings, "\n"), "some pods will wait"), nodes)
	}
}
