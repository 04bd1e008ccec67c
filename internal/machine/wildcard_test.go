package machine_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/modelway/modelway/internal/machine"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSelectors(t *testing.T) {
	labels := map[string]string{"modelway.dev/*": "fargat?"}
	require.True(t, machine.Selects("models*", labels, "models", map[string]string{"modelway.dev/compute": "fargate", "x": "y"}))
	require.True(t, machine.Selects("models*", labels, "models-eu", map[string]string{"modelway.dev/compute": "fargate"}))
	require.False(t, machine.Selects("models*", labels, "model", map[string]string{"modelway.dev/compute": "fargate"}))
	require.False(t, machine.Selects("models*", labels, "models", map[string]string{"modelway.dev/compute": "fargates"}))
	require.False(t, machine.Selects("models*", labels, "models", nil))
	require.False(t, machine.Selects("a.c", nil, "abc", nil), "a dot is a dot")
	require.True(t, machine.Selects("kube-system", nil, "kube-system", map[string]string{"x": "y"}))
}

func TestWildcardsTakeWholeCharacters(t *testing.T) {
	require.True(t, machine.Wildcard("m?dels", "mødels"))
	require.False(t, machine.Wildcard("m??dels", "mødels"))
}

// The wildcards mean what the same pattern means as a regular expression.
func TestWildcardsMatchLikeRegularExpressions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[ab.*?]{0,8}`).Draw(t, "pattern")
		text := rapid.StringMatching(`[ab.]{0,10}`).Draw(t, "text")
		expression := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
		require.Equal(t, regexp.MustCompile("(?s)^(?:"+expression+")$").MatchString(text), machine.Wildcard(pattern, text))
	})
}
