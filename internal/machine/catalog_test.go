package machine

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStandingOf(t *testing.T) {
	for name, want := range map[string]Standing{
		"m6i.large": Listed, "g5.12xlarge": Listed, "c7i-flex.large": Listed, "p6-b200.48xlarge": Listed, "trn2.48xlarge": Listed,
		"a1.large":  Listed,
		"m99.large": Unknown, "m6i.huge": Unknown, "m6i.96xlarge": Unknown, "m7xyz.large": Unknown, "k1.large": Unknown, "m6.large": Unknown,
		"large":     Unknown,
		"m9i.large": Newer, "m10g.xlarge": Newer, "g8e.2xlarge": Newer, "m12i.large": Unknown, "m9i.9xlarge": Unknown, "": Unknown,
	} {
		require.Equal(t, want, StandingOf(name), name)
	}
}

func TestSimilar(t *testing.T) {
	for name, want := range map[string]string{
		"m99.large": "m6i.large", "m6i.huge": "m6i.large", "m6ii.xlarge": "m6i.xlarge", "m6.large": "m6a.large", "M6I.large": "m6i.large",
		"large":        "m6i.large",
		"c99.96xlarge": "c6i.32xlarge", "g99.xlarge": "g5.xlarge", "g5.large": "g5.xlarge", "t3.4xlarge": "t3.2xlarge", "mi6.large": "m6i.large",
	} {
		require.Equal(t, want, Similar(name), name)
		require.Equal(t, Listed, StandingOf(Similar(name)), name)
	}
}

// Every type that is listed is one whose hardware can be told from its name, or one for Apple's systems or of high memory that no node
// group runs on.
func TestTheCatalogReads(t *testing.T) {
	require.Greater(t, len(families()), 200)
	for family, sizes := range families() {
		require.NotEmpty(t, sizes, family)
		require.Equal(t, Listed, StandingOf(family+"."+sizes[0]))
	}
}

// No text makes it panic, and a proposal is always a type that exists.
func FuzzSimilar(f *testing.F) {
	for _, name := range []string{"m99.large", "", ".", "m6i.", ".large", "é.large", "m6i.-1xlarge"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		StandingOf(name)
		require.Equal(t, Listed, StandingOf(Similar(name)), name)
	})
}
