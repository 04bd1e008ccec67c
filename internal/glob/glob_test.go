package glob

import (
	"regexp"
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

// naiveGlob matches by a regular expression, in which no wildcard stands for one of the stops.
func naiveGlob(pattern, stops, text string) bool {
	one := "."
	if stops != "" {
		one = "[^" + stops + "]"
	}
	expression := strings.NewReplacer(`\*`, one+"*", `\?`, one).Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile("(?s)^(?:" + expression + ")$").MatchString(text)
}

func TestGlobMatchesLikeNaiveGlob(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[ab./*?]{0,8}`).Draw(t, "pattern")
		text := rapid.StringMatching(`[ab./]{0,10}`).Draw(t, "text")
		require.Equal(t, naiveGlob(pattern, "", text), Match(pattern, text))
		require.Equal(t, naiveGlob(pattern, "./", text), MatchWithin(pattern, "./", text))
	})
	require.True(t, Match("m?dels", "mødels"))
	require.False(t, Match("m??dels", "mødels"))
}

func TestGlobCoversAndIntersects(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := smallGlob.Draw(t, "p"), smallGlob.Draw(t, "q")
		covers, intersects := true, false
		for _, text := range texts {
			inP, inQ := naiveGlob(p, "", text), naiveGlob(q, "", text)
			covers = covers && (inP || !inQ)
			intersects = intersects || inP && inQ
		}
		require.Equal(t, covers, New(p, false).Covers(New(q, false)), "%q covers %q", p, q)
		require.Equal(t, intersects, New(p, false).Intersects(New(q, false)), "%q intersects %q", p, q)
	})
}

func TestGlobEscapes(t *testing.T) {
	require.True(t, New(`a\*b\?\\`, true).Match(`a*b?\`))
	require.False(t, New(`a\*`, true).Match(`ab`))
	require.Equal(t, 1, New(`\**`, true).Wildcards())
	require.True(t, New(`a\*`, false).Match(`a\b`))
}

// The longest values that AWS allows, with the most wildcards: a check that tried all texts would never end.
func TestGlobCoversLongPatterns(t *testing.T) {
	long := strings.Repeat("ab", 60)
	p := New("*"+long+"*?*a*", false)
	require.True(t, p.Covers(New("*"+long+"*b*a*?", false)))
	require.False(t, p.Covers(New("*"+long[1:]+"*?*b*", false)))
}
