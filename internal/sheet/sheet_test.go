package sheet_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/sheet"
)

// prices has rows of a thing, a price and a remark.
func prices(rows ...[]any) *sheet.Table {
	table := sheet.Of("What", "USD:", "How")
	for _, row := range rows {
		table.Add(row...)
	}
	return table
}

func TestText(t *testing.T) {
	table := prices([]any{"Größe", "5.00", "a"}, []any{"b", "1234.50"})
	require.Equal(t, ""+
		"WHAT       USD  HOW\n"+
		"Größe     5.00  a\n"+
		"b      1234.50\n", table.Text())
}

func TestMarkdown(t *testing.T) {
	table := prices([]any{"a|b *c* <i>", "5.00", "x\ny"}, []any{"b", 1234.5})
	require.Equal(t, ""+
		"| What | USD | How |\n| --- | ---: | --- |\n"+
		`| a\|b \*c\* &lt;i&gt; | 5.00 | x<br>y |`+"\n"+
		"| b | 1234.5 |  |\n", table.Markdown())
}

// Property: numbers end in the same column, whatever stands beside them.
func TestNumbersLineUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table, rows := sheet.Of("What", "USD:"), rapid.IntRange(1, 9).Draw(t, "rows")
		for range rows {
			table.Add(rapid.StringMatching(`[a-zäß]{0,12}`).Draw(t, "what"), rapid.StringMatching(`[0-9]{1,9}`).Draw(t, "number"))
		}
		lines := strings.Split(strings.TrimSuffix(table.Text(), "\n"), "\n")
		require.Len(t, lines, rows+1)
		for _, line := range lines {
			require.Equal(t, utf8.RuneCountInString(lines[0]), utf8.RuneCountInString(line), "%q", line)
		}
	})
}
