package sheet_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/sheet"
	"github.com/modelway/modelway/internal/terminal"
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

// wide is a terminal of a width.
func wide(width int) terminal.Terminal { return terminal.Terminal{Width: width} }

func TestTextInATerminal(t *testing.T) {
	table := sheet.Of("Load balancer", "Scheme", "Target groups:", "Hosts")
	table.Add("public", "internet-facing", "3 of 100", "api.company.com, recommender.company.com")
	table.Add("private", "internal", "1 of 100", "")
	require.Equal(t, table.Text(), table.TextIn(wide(90), 0), "it fits")
	require.Equal(t, ""+
		"LOAD      SCHEME             TARGET  HOSTS\n"+
		"BALANCER                     GROUPS\n"+
		"public    internet-facing  3 of 100  api.company.com,\n"+
		"                                     recommender.company.com\n"+
		"private   internal         1 of 100\n", table.TextIn(wide(60), 0))
	require.Equal(t, ""+
		"LOAD      SCHEME             TARGET\n"+
		"BALANCER                     GROUPS\n"+
		"public    internet-facing  3 of 100\n"+
		"  Hosts: api.company.com,\n"+
		"  recommender.company.com\n"+
		"private   internal         1 of 100\n", table.TextIn(wide(37), 2), "the last column has no room")
	require.True(t, strings.HasPrefix(table.TextIn(wide(30), 0), ""+
		"LOAD      SCHEME        TARGET\n"+
		"BALANCER                GROUPS\n"+
		"public    internet-   3 of 100\n"+
		"          facing\n"), "words are broken")
	require.Equal(t, ""+
		"LOAD BALANCER\n"+
		"public\n"+
		"  Scheme: internet-facing\n"+
		"  Target groups: 3 of 100\n", strings.Join(strings.SplitAfter(table.TextIn(wide(26), 0), "\n")[:4], ""), "nothing stands beside")
}

// Property: at every width lines fit, and nothing of a cell is left out.
func TestTablesFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table, rows := sheet.Of("What it is", "Target groups:", "How"), rapid.IntRange(0, 5).Draw(t, "rows")
		words := rapid.StringMatching(`([a-z]{1,9} ){0,12}`)
		var all []string
		for range rows {
			cells := []string{words.Draw(t, "what"), rapid.StringMatching(`[0-9]{1,9}`).Draw(t, "number"), words.Draw(t, "how")}
			table.Add(cells[0], cells[1], cells[2])
			for _, cell := range cells {
				all = append(all, strings.Fields(cell)...)
			}
		}
		width := rapid.IntRange(20, 200).Draw(t, "width")
		text := table.TextIn(wide(width), 3)
		for line := range strings.Lines(text) {
			require.LessOrEqual(t, terminal.Wide(strings.TrimSuffix(line, "\n")), width-3, "%q", line)
		}
		shown := strings.Fields(text)
		for _, word := range all {
			require.Contains(t, shown, word)
		}
	})
}
