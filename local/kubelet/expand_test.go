package kubelet

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestExpand(t *testing.T) {
	variables := map[string]string{"A": "1", "B": "$(A)", "EMPTY": ""}
	for text, want := range map[string]string{
		"":                   "",
		"$(A)":               "1",
		"--x=$(A)/$(A)":      "--x=1/1",
		"$(B)":               "$(A)",
		"[$(EMPTY)]":         "[]",
		"$(MISSING)":         "$(MISSING)",
		"$$(A)":              "$(A)",
		"$$$(A)":             "$1",
		"$$$$(A)":            "$$(A)",
		"$A ${A} $":          "$A ${A} $",
		"$(A":                "$(A",
		"$(MISSING) $(A) $$": "$(MISSING) 1 $",
	} {
		require.Equal(t, want, expand(text, variables), text)
	}
}

func TestExpandLeavesTextWithoutReferences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z(){} ]{0,12}`).Draw(t, "text")
		require.Equal(t, text, expand(text, map[string]string{"A": "1"}))
		require.Equal(t, "$("+text+")", expand("$$("+text+")", map[string]string{text: "1"}))
		name := strings.NewReplacer("(", "", ")", "").Replace(text)
		require.Equal(t, "<1>", expand("<$("+name+")>", map[string]string{name: "1"}))
	})
}
