package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFaults loads every broken configuration in testdata/faults and compares the whole message with the text beside it.
func TestFaults(t *testing.T) {
	files, err := filepath.Glob("testdata/faults/*.yaml")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 25)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			config, err := Load(readStackFile(t, "dev", file))
			require.Error(t, err)
			require.Zero(t, config, "no configuration beside an error")
			requireGolden(t, strings.TrimSuffix(file, ".yaml")+".txt", err.Error()+"\n")
		})
	}
}

// TestEveryFaultIsActionable wants each fault to name a key, the problem, what is allowed and the fix.
func TestEveryFaultIsActionable(t *testing.T) {
	files, err := filepath.Glob("testdata/faults/*.yaml")
	require.NoError(t, err)
	for _, file := range files {
		_, err := Load(readStackFile(t, "dev", file))
		var all *Error
		require.ErrorAs(t, err, &all, file)
		for _, fault := range all.Faults {
			require.Regexp(t, `^\w+:`, fault.Key, file)
			require.NotEmpty(t, fault.Problem, file)
			require.NotEmpty(t, fault.Allowed, "%s %s", file, fault.Key)
			require.NotEmpty(t, fault.Fix, "%s %s", file, fault.Key)
		}
	}
}

// TestEveryMessageHasACase fails when a message file has lost its configuration.
func TestEveryMessageHasACase(t *testing.T) {
	files, err := filepath.Glob("testdata/faults/*.txt")
	require.NoError(t, err)
	for _, file := range files {
		_, err := os.Stat(strings.TrimSuffix(file, ".txt") + ".yaml")
		require.NoError(t, err)
	}
}

// TestFaultsAreReportedTogether wants one error with the faults of the schema and of the checks, and none that only follows from
// another.
func TestFaultsAreReportedTogether(t *testing.T) {
	_, err := Load(readStackFile(t, "dev", "testdata/faults/several-together.yaml"))
	var all *Error
	require.ErrorAs(t, err, &all)
	keys := make([]string, len(all.Faults))
	for i, fault := range all.Faults {
		keys[i] = fault.Key
	}
	require.Equal(t, []string{
		"aws:region",
		"modelway:cluster.adminRoleArns",
		"modelway:cluster.colour",
		"modelway:cluster.kubernetesVersion",
		"modelway:cluster.publicAccessCidrs[0]",
		"modelway:compute.nodeGroups[0].instanceTypes[0]",
		"modelway:compute.nodeGroups[0].minSize",
		"modelway:loadBalancers.public.certificateArns",
		"modelway:network.availabilityZones",
		"modelway:network.cidr",
		"modelway:network.natGateways",
		"modelway:netwrk",
	}, keys)
	var first Fault
	require.True(t, errors.As(err, &first), "each fault can be reached by errors.As")
	require.Equal(t, all.Faults[0].Key, first.Key)
}
