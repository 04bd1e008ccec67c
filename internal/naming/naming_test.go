package naming_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/modelway/modelway/internal/naming"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var limits = []int{naming.IAMRole, naming.IAMPolicy, naming.LoadBalancer, naming.EKS, naming.NodeGroup, naming.Label, 12}

func TestCappedFitsAndIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z][a-z0-9.-]{0,180}[a-z0-9]`).Draw(t, "name")
		limit := rapid.SampledFrom(limits).Draw(t, "limit")
		capped := naming.Capped(name, limit)
		require.LessOrEqual(t, len(capped), limit)
		require.Equal(t, capped, naming.Capped(name, limit), "stable")
		require.Equal(t, capped, naming.Capped(capped, limit), "a capped name is left alone")
		if len(name) <= limit {
			require.Equal(t, name, capped)
		}
		require.Regexp(t, `^[a-z]([a-z0-9.-]*[a-z0-9])?$`, capped, "a valid name stays valid")
	})
}

func TestCappedKeepsNamesApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.SampledFrom(limits).Draw(t, "limit")
		common := strings.Repeat("a", limit)
		a := common + rapid.StringMatching(`[a-z0-9]{1,20}`).Draw(t, "a")
		b := common + rapid.StringMatching(`[a-z0-9]{1,20}`).Draw(t, "b")
		if a != b {
			require.NotEqual(t, naming.Capped(a, limit), naming.Capped(b, limit))
		}
	})
}

func TestCappedCutsBetweenCharacters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		capped := naming.Capped(rapid.String().Draw(t, "name"), 16)
		require.LessOrEqual(t, len(capped), 16)
		require.True(t, utf8.ValidString(capped))
	})
}

func TestCappedDoesNotEndTheHeadInASeparator(t *testing.T) {
	capped := naming.Capped("abcde-------------------------", 20)
	require.Regexp(t, `^abcde-[0-9a-f]{10}$`, capped)
}

// The hash must never change: names of existing resources depend on it.
func TestCappedIsFixed(t *testing.T) {
	long := "modelway-production-fargate-pod-execution-role-of-the-system-profile"
	require.Equal(t, "modelway-production-fa-13b6e36212", naming.Capped(long, 33))
	require.Equal(t, "modelway-dev-nodes-", naming.Prefix("modelway-dev-nodes", naming.IAMRole))
}

func TestPrefixLeavesRoomForTheGeneratedPart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z][a-z0-9-]{0,120}`).Draw(t, "name")
		prefix := naming.Prefix(name, naming.IAMRole)
		require.LessOrEqual(t, len(prefix)+naming.PrefixSuffix, naming.IAMRole)
		require.True(t, strings.HasSuffix(prefix, "-"))
	})
}

func TestAutonamePrefixIsForNamesThatWouldNotFit(t *testing.T) {
	require.Empty(t, naming.AutonamePrefix(strings.Repeat("a", 56), naming.IAMRole))
	require.Len(t, naming.AutonamePrefix(strings.Repeat("a", 57), naming.IAMRole), 38)
}

func TestGeneratedKnowsNamesOfOneLogicalName(t *testing.T) {
	long := strings.Repeat("a", 60)
	for name, logical := range map[string]string{"gpu-0a1b2c3": "gpu", naming.Prefix(long, naming.NodeGroup) + "20261130095021123400000001": long} {
		require.True(t, naming.Generated(name, logical, naming.NodeGroup), name)
	}
	for _, name := range []string{"gpu", "gpu-", "gpu-large-0a1b2c3", "gpu-0a1b2c3d", "gpu-0a1b2cx", "gpu-0a1b2c", "xgpu-0a1b2c3",
		"gpu-20261130095021123400000001"} {
		require.False(t, naming.Generated(name, "gpu", naming.NodeGroup), name)
	}
}

func TestCappedRefusesALimitThatIsTooSmall(t *testing.T) {
	require.Panics(t, func() { naming.Capped("a", 11) })
}
