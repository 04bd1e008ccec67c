// Package page writes the map of an environment as one HTML page that needs nothing but itself: no network, no other file.
package page

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"strings"
)

//go:embed assets/*.js page/*
var files embed.FS

// scripts in the order that they run in: libraries first.
var scripts = []string{
	"assets/dagre.min.js", "assets/d3-hierarchy.min.js", "page/base.js", "page/draw.js", "page/there.js", "page/flow.js", "page/cost.js",
	"page/capacity.js", "page/table.js", "page/change.js", "page/live.js", "page/main.js",
}

var layout = template.Must(template.ParseFS(files, "page/page.html"))

// sourceMap names a file that the page does not have.
var sourceMap = regexp.MustCompile(`(?m)^//# sourceMappingURL=.*$`)

type document struct {
	Stack   string
	Map     any
	Policy  string
	Style   template.CSS
	Scripts []template.JS
	// Live is where the page asks for what is new; empty for a file.
	Live string
}

// Write writes the page of a stack's map, which is an envmap.Map or what its JSON reads as. Live is the address, relative to the page, that
// answers with the map as it is now; empty for a page that never asks.
func Write(w io.Writer, stack string, m any, live string) error {
	style, err := read("page/page.css")
	if err != nil {
		return err
	}
	d := document{Stack: stack, Map: m, Style: template.CSS(style), Live: live}
	var hashes []string
	for _, file := range scripts {
		text, err := read(file)
		if err != nil {
			return err
		}
		d.Scripts, hashes = append(d.Scripts, template.JS(text)), append(hashes, hash(text))
	}
	d.Policy = policy(hashes, hash(style), live != "")
	return layout.Execute(w, d)
}

// read gives the text as the page has it between its tags.
func read(file string) (string, error) {
	data, err := files.ReadFile(file)
	return sourceMap.ReplaceAllString(string(data), ""), err
}

// policy lets the page run its own scripts, and load nothing.
func policy(scripts []string, style string, live bool) string {
	connect := "'none'"
	if live {
		connect = "'self'"
	}
	return fmt.Sprintf("default-src 'none'; script-src %s; style-src %s; connect-src %s; img-src data:; base-uri 'none'; form-action 'none'",
		strings.Join(scripts, " "), style, connect)
}

// hash is what a policy calls a text by (https://www.w3.org/TR/CSP3/#grammardef-hash-source).
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
