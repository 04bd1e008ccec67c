package repo

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// machinePath is an absolute path into somebody's machine. In URLs and in longer paths a character comes before the slash.
var machinePath = regexp.MustCompile(`(?:^|[^A-Za-z0-9_.~{}$)-])(/(?:home|root|tmp|opt|work|Users)/[A-Za-z][^\s"'` + "`" + `)]*)`)

// TestNoMachinePaths keeps paths that exist on one machine only out of the repository.
func TestNoMachinePaths(t *testing.T) {
	var faults []string
	for _, file := range files(t) {
		text := read(t, file)
		if strings.HasSuffix(file, ".sum") || bytes.IndexByte([]byte(text[:min(len(text), 8000)]), 0) >= 0 {
			continue
		}
		for number, line := range strings.Split(text, "\n") {
			if found := machinePath.FindStringSubmatch(line); found != nil {
				faults = append(faults, fmt.Sprintf("%s:%d has the path of a machine, %s", file, number+1, found[1]))
			}
		}
	}
	report(t, faults)
}

// longest is the longest line of Go outside of tests, in characters. Lines that cannot be cut are left: addresses, regular expressions and JSON
// in raw strings.
const longest = 140

// TestLinesFit keeps lines to a width that a review shows whole.
func TestLinesFit(t *testing.T) {
	var faults []string
	for _, file := range files(t) {
		if path.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
			continue
		}
		for number, line := range strings.Split(read(t, file), "\n") {
			if n := utf8.RuneCountInString(line); n > longest && !strings.ContainsAny(line, "`") && !strings.Contains(line, "https://") {
				faults = append(faults, fmt.Sprintf("%s:%d has %d characters, %d at most", file, number+1, n, longest))
			}
		}
	}
	report(t, faults)
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#{1,6} +(.+?) *$`)
	fence   = regexp.MustCompile("(?ms)^```.*?^```$")
	code    = regexp.MustCompile("`[^`\n]*`")
)

// TestLinksResolve follows every relative link of every Markdown file, down to the heading.
func TestLinksResolve(t *testing.T) {
	var faults []string
	for _, file := range files(t) {
		if path.Ext(file) != ".md" {
			continue
		}
		text := code.ReplaceAllString(fence.ReplaceAllString(read(t, file), ""), "")
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			target, err := url.Parse(found[1])
			if err != nil || target.Scheme != "" {
				continue
			}
			to := path.Join(path.Dir(file), target.Path)
			if target.Path == "" {
				to = file
			}
			if _, err := os.Stat(filepath.Join(root, to)); err != nil {
				faults = append(faults, fmt.Sprintf("%s links to %s, which does not exist", file, found[1]))
			} else if target.Fragment != "" && !hasHeading(read(t, to), target.Fragment) {
				faults = append(faults, fmt.Sprintf("%s links to %s, but %s has no such heading", file, found[1], to))
			}
		}
	}
	report(t, faults)
}

// mentioned is a file or folder of this repository's Go code that a text names by its path; a star stands for any name.
var mentioned = regexp.MustCompile("`((?:cmd|infra|internal|k8s|local|modelserver|platform|policies|test)/[A-Za-z0-9_*./-]+)`")

// TestFilesThatDocumentsNameExist reports files and folders that were moved or removed while a document still names them. Decisions and the
// changelog tell of their day.
func TestFilesThatDocumentsNameExist(t *testing.T) {
	var faults []string
	for _, file := range files(t) {
		if path.Ext(file) != ".md" || file == "CHANGELOG.md" || strings.HasPrefix(file, "docs/adr/") {
			continue
		}
		for _, found := range mentioned.FindAllStringSubmatch(read(t, file), -1) {
			if there, err := filepath.Glob(filepath.Join(root, found[1])); err != nil || len(there) == 0 {
				faults = append(faults, fmt.Sprintf("%s names %s, which does not exist", file, found[1]))
			}
		}
	}
	report(t, faults)
}

// hasHeading knows how GitHub makes an anchor of a heading.
func hasHeading(text, fragment string) bool {
	for _, found := range heading.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		anchor := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
				return r
			}
			return -1
		}, strings.ToLower(found[1]))
		if anchor == fragment {
			return true
		}
	}
	return false
}
