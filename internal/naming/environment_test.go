package naming_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/modelway/modelway/internal/naming"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestEnvironment(t *testing.T) {
	require.Regexp(t, `^modelway-prod-[0-9a-f]{8}$`, naming.Environment("modelway-prod"))
	require.Regexp(t, `^modelway-prod-[0-9a-f]{8}$`, naming.Environment("modelway-prod-eu"))
	require.Regexp(t, `^modelway-prod-[0-9a-f]{8}-github-deploy-$`, naming.InEnvironment("modelway-prod", "modelway", "modelway-github-deploy",
		64))
}

// Whatever two clusters are called, no name of the one begins as those of the other do, and both fit a bucket.
func TestEnvironmentsDoNotBeginAlike(t *testing.T) {
	bucket := regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)
	rapid.Check(t, func(t *rapid.T) {
		one := rapid.StringMatching(`[0-9A-Za-z][0-9A-Za-z_-]{0,99}`).Draw(t, "one")
		other := one[:1+rapid.IntRange(0, len(one)-1).Draw(t, "cut")] + rapid.StringMatching(`[0-9A-Za-z_-]{0,9}`).Draw(t, "more")
		if one == other {
			return
		}
		suffix := rapid.StringMatching(`[A-Za-z0-9-]{1,120}`).Draw(t, "suffix")
		for _, limit := range []int{63, naming.IAMRole, naming.IAMPolicy} {
			name := naming.InEnvironment(one, "modelway", "modelway-"+suffix, limit)
			require.LessOrEqual(t, len(name)+naming.PrefixSuffix, limit)
			require.Regexp(t, bucket, name)
			require.True(t, strings.HasPrefix(name, naming.Environment(one)+"-"))
			require.False(t, strings.HasPrefix(name, naming.Environment(other)+"-"))
		}
	})
}
