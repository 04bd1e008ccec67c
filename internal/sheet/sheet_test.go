package sheet_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/sheet"
)

var columns = []sheet.Column{{Title: "What"}, {Title: "USD", Right: true}, {Title: "How"}}

func TestText(t *testing.T) {
	table := sheet.Table{Columns: columns, Rows: [][]string{{"Größe", "5.00", "a"}, {"b", "1234.50"}}}
	require.Equal(t, ""+
		"WHAT       USD  HOW\n"+
		"Größe     5.00  a\n"+
		"b      1234.50\n", table.Text())
}

func TestMarkdown(t *testing.T) {
	table := sheet.Table{Columns: columns, Rows: [][]string{{"a|b *c* <i>", "5.00", "x\ny"}, {"b", "1234.50"}}}
	require.Equal(t, ""+
		"| What | USD | How |\n| --- | ---: | --- |\n"+
		`| a\|b \*c\* &lt;i> | 5.00 | x y |`+"\n"+
		"| b | 1234.50 |  |\n", table.Markdown())
}

// Property: numbers end in the same column, whatever stands beside them.
func TestNumbersLineUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := sheet.Table{Columns: columns[:2]}
		for range rapid.IntRange(1, 9).Draw(t, "rows") {
			table.Rows = append(table.Rows, []string{rapid.StringMatching(`[a-zäß]{0,12}`).Draw(t, "what"), rapid.StringMatching(`[0-9]{1,9}`).Draw(t, "number")})
		}
		lines := strings.Split(strings.TrimSuffix(table.Text(), "\n"), "\n")
		require.Len(t, lines, len(table.Rows)+1)
		for _, line := range lines {
			require.Equal(t, utf8.RuneCountInString(lines[0]), utf8.RuneCountInString(line), "%q", line)
		}
	})
}
