package alb

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var (
	smallGlob = rapid.StringMatching(`[a*?]{0,4}`)
	// texts are all texts of a and b of at most 8 characters: where two small globs differ, one of these tells.
	texts = func() []string {
		all := []string{""}
		for from := 0; len(all[len(all)-1]) < 8; {
			to := len(all)
			for _, text := range all[from:to] {
				all = append(all, text+"a", text+"b")
			}
			from = to
		}
		return all
	}()
)

func TestGlobMatchesLikeNaiveGlob(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[ab/*?]{0,8}`).Draw(t, "pattern")
		text := rapid.StringMatching(`[ab/]{0,8}`).Draw(t, "text")
		require.Equal(t, naiveGlob(pattern, text), newGlob(pattern, false).match(text))
	})
}

func TestGlobCoversAndIntersects(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := smallGlob.Draw(t, "p"), smallGlob.Draw(t, "q")
		covers, intersects := true, false
		for _, text := range texts {
			inP, inQ := naiveGlob(p, text), naiveGlob(q, text)
			covers = covers && (inP || !inQ)
			intersects = intersects || inP && inQ
		}
		require.Equal(t, covers, newGlob(p, false).covers(newGlob(q, false)), "%q covers %q", p, q)
		require.Equal(t, intersects, newGlob(p, false).intersects(newGlob(q, false)), "%q intersects %q", p, q)
	})
}

func TestGlobEscapes(t *testing.T) {
	require.True(t, newGlob(`a\*b\?\\`, true).match(`a*b?\`))
	require.False(t, newGlob(`a\*`, true).match(`ab`))
	require.Equal(t, 1, newGlob(`\**`, true).wildcards())
	require.True(t, newGlob(`a\*`, false).match(`a\b`))
}

// The longest values that AWS allows, with the most wildcards: a check that tried all texts would never end.
func TestGlobCoversLongPatterns(t *testing.T) {
	long := strings.Repeat("ab", 60)
	p := newGlob("*"+long+"*?*a*", false)
	require.True(t, p.covers(newGlob("*"+long+"*b*a*?", false)))
	require.False(t, p.covers(newGlob("*"+long[1:]+"*?*b*", false)))
}
