package repo

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// plainer are words that documents do not use, as regular expressions, and what says the same in plain English.
var plainer = []struct{ word, instead string }{
	{`As if`, "an assumption: say what is assumed"},
	{`is no amount`, "is not an amount"},
	{`(?:can|could|cannot) be had`, "is available, is not available"},
	{`belongs? into`, "belongs in"},
	{`anew`, "again; replaced"},
	{`wants`, "needs, requires, reports"},
	{`are well without`, "stay healthy without"},
	{`a bad moment`, "failed temporarily"},
	{`costs? no night`, "does not skip a scheduled stop"},
	{`tagsAtBirth|doors|homeless|strangers|plenty`, "the standard term"},
	{`thrift|shall|hereby|whereof|henceforth|amidst|whilst`, "plain English"},
	{`living environment`, "running environment"},
	{`gets? rid of|done with it`, "remove"},
	{`utili[sz]e[sd]?|leverages?`, "use"},
	{`in order to`, "to"},
	{`simply|obviously|of course`, "nothing: it helps no reader"},
	{`\b[Hh]is|\b[Hh]er(?:s)?`, "their, its"},
}

// longSentences is how many sentences of the documents have more than [longestSentence] words. It may sink and not grow: lower it when it does.
const longSentences = 11

const longestSentence = 45

// told are documents that tell of their day, and keep its words.
func told(file string) bool {
	return file == "CHANGELOG.md" || strings.HasPrefix(file, "docs/adr/")
}

// paragraph is a paragraph of prose, an item of a list or a row of a table.
type paragraph struct {
	line  int
	text  string
	table bool
}

var (
	listItem     = regexp.MustCompile(`^ *(?:[-*+]|\d+\.) +`)
	linkTarget   = regexp.MustCompile(`^\[[^\]]+\]: `)
	linkText     = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	sentenceEnds = regexp.MustCompile(`[.!?][)"*]*(?:\s+|$)`)
)

// prose are the paragraphs of a Markdown file, without code.
func prose(text string) (all []paragraph) {
	fenced, last := false, ""
	for number, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimLeft(line, " ")
		indent := len(line) - len(trimmed)
		switch {
		case strings.HasPrefix(trimmed, "```"):
			fenced = !fenced
			last = ""
		case fenced || trimmed == "" || strings.HasPrefix(trimmed, "<!--") || linkTarget.MatchString(trimmed):
			last = ""
		case strings.HasPrefix(trimmed, "|"):
			for _, cell := range strings.Split(trimmed, "|") {
				all = append(all, paragraph{number + 1, cell, true})
			}
			last = ""
		case indent >= 4 && last == "":
		case last == "" || listItem.MatchString(line) || strings.HasPrefix(trimmed, "#"):
			all = append(all, paragraph{number + 1, trimmed, false})
			last = trimmed
		default:
			all[len(all)-1].text += " " + trimmed
		}
	}
	for i, p := range all {
		all[i].text = linkText.ReplaceAllString(code.ReplaceAllString(p.text, "`x`"), "$1")
	}
	return all
}

// documents are the Markdown files that readers of today read.
func documents(t *testing.T) []string {
	t.Helper()
	found := slices.DeleteFunc(files(t), func(file string) bool {
		return path.Ext(file) != ".md" || told(file) || strings.Contains(file, "/testdata/")
	})
	require.NotEmpty(t, found)
	return found
}

// TestDocumentsArePlainEnglish reports words for which there are plainer ones.
func TestDocumentsArePlainEnglish(t *testing.T) {
	patterns := make([]*regexp.Regexp, len(plainer))
	for i, word := range plainer {
		patterns[i] = regexp.MustCompile(`\b(?:` + word.word + `)\b`)
	}
	var faults []string
	for _, file := range documents(t) {
		for _, p := range prose(read(t, file)) {
			for i, pattern := range patterns {
				if found := pattern.FindString(p.text); found != "" {
					faults = append(faults, fmt.Sprintf("%s:%d says %q; plainer: %s", file, p.line, found, plainer[i].instead))
				}
			}
		}
	}
	report(t, faults)
}

// TestSentencesDoNotGetLonger counts the sentences that are too long to be read once.
func TestSentencesDoNotGetLonger(t *testing.T) {
	var long []string
	for _, file := range documents(t) {
		for _, p := range prose(read(t, file)) {
			for _, sentence := range sentenceEnds.Split(p.text, -1) {
				if n := len(strings.Fields(sentence)); n > longestSentence {
					long = append(long, fmt.Sprintf("%s:%d has a sentence of %d words", file, p.line, n))
				}
			}
		}
	}
	require.LessOrEqual(t, len(long), longSentences, "%d sentences have more than %d words; make two of one:\n%s", len(long), longestSentence,
		strings.Join(long, "\n"))
	t.Logf("%d sentences of more than %d words; %d are allowed", len(long), longestSentence, longSentences)
}

// wide are the documents whose lines have not been cut yet.
var wide = []string{"docs/continuous-delivery.md", "docs/local-stack.md", "docs/map.md", "docs/report.md"}

// TestProseFits keeps lines of Markdown to the width of Go: not tables, code, headings, and what has an address or code that cannot be cut.
func TestProseFits(t *testing.T) {
	var faults []string
	for _, file := range files(t) {
		if path.Ext(file) != ".md" || file == "CHANGELOG.md" || strings.Contains(file, "/testdata/") || slices.Contains(wide, file) {
			continue
		}
		fenced := false
		for number, line := range strings.Split(read(t, file), "\n") {
			trimmed := strings.TrimLeft(line, " ")
			if strings.HasPrefix(trimmed, "```") {
				fenced = !fenced
			}
			cannotBeCut := fenced || strings.HasPrefix(line, "    ") || strings.ContainsAny(trimmed[:min(1, len(trimmed))], "|#`<[") ||
				strings.Contains(line, "https://")
			if n := utf8.RuneCountInString(line); n > longest && !cannotBeCut {
				faults = append(faults, fmt.Sprintf("%s:%d has %d characters, %d at most", file, number+1, n, longest))
			}
		}
	}
	report(t, faults)
}
