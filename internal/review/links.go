package review

import (
	"regexp"
	"strings"

	"github.com/modelway/modelway/internal/sheet"
)

// Links are where a comment leads to. All of them may be left out.
type Links struct {
	// Map is the URL of the environment's map.
	Map string
	// Commit is the URL of the files at the commit that the report is about, such as https://github.com/owner/name/blob/<sha>. Without it
	// files are named, and not linked.
	Commit string
	// Has says whether the commit has a file, by its path in the repository. Default every one.
	Has func(path string) bool
	// Models are the paths of the models' files, by model.
	Models map[string]string
}

// WithLinks is the report with what its Markdown leads to.
func (r Report) WithLinks(links Links) Report {
	r.links = links
	return r
}

// source is a file of settings, a model or the program, with a line where that is told, as errors name it.
var source = regexp.MustCompile(`(?:[\w.-]+/)*[\w.-]+\.(?:yaml|yml|go)(?::(\d+))?\b`)

// model is a cell with a model's name, which leads to its file.
func (r Report) model(name string) cell {
	c := code(name)
	if path := r.links.Models[name]; path != "" {
		c.href = r.links.url(path, "")
	}
	return c
}

// url is that of a line of a file; "" where there is none.
func (l Links) url(path, line string) string {
	if l.Commit == "" || strings.Contains(path, "..") || l.Has != nil && !l.Has(path) {
		return ""
	}
	if line != "" {
		path += "#L" + line
	}
	return strings.TrimSuffix(l.Commit, "/") + "/" + path
}

// prose is a text in Markdown, with links to the files that it names.
func (l Links) prose(text string) string {
	var b strings.Builder
	last := 0
	for _, at := range source.FindAllStringSubmatchIndex(text, -1) {
		named, line := text[at[0]:at[1]], ""
		if at[2] >= 0 {
			line = text[at[2]:at[3]]
		}
		path, _, _ := strings.Cut(named, ":")
		url := l.url(path, line)
		if url == "" || at[0] > 0 && strings.ContainsRune("/@", rune(text[at[0]-1])) {
			continue // part of something else, such as a URL
		}
		b.WriteString(sheet.Prose(text[last:at[0]]) + "[" + sheet.Prose(named) + "](" + sheet.URL(url) + ")")
		last = at[1]
	}
	return b.String() + sheet.Prose(text[last:])
}
