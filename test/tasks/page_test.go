package tasks

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// block is a fenced block of a page.
type block struct {
	kind  string // yaml, go, sh or text
	marks string // what follows the kind in the fence
	from  string // text only: how the first line begins, or empty
	to    string
	first int // index of its first line in the page's lines
	lines []string
}

func (b block) text() string { return strings.Join(b.lines, "\n") + "\n" }

// file is the path in the comment at the head of a file's block.
func (b block) file() (string, error) {
	if len(b.lines) > 0 {
		if found := fileComment.FindStringSubmatch(b.lines[0]); found != nil {
			return found[1], nil
		}
	}
	return "", fmt.Errorf("the block of line %d is no file: its first line has to be a comment with a path, such as # models/churn.yaml", b.first)
}

var (
	fileComment = regexp.MustCompile(`^(?:#|//) ([\w./-]+\.\w+)$`)
	cut         = regexp.MustCompile(`(from|to)="([^"]*)"`)
)

// allowed are the fences that a page may have, without from and to.
var allowed = []string{"yaml", "go", "sh", "sh fails", "sh setup", "sh up", "sh aws", "sh go", "text", "mermaid"}

// blocks are the fenced blocks of a page.
func blocks(page []string) ([]block, error) {
	var all []block
	var open *block
	for i, line := range page {
		info, isFence := strings.CutPrefix(line, "```")
		switch {
		case isFence && open == nil:
			b := block{first: i + 1}
			for _, found := range cut.FindAllStringSubmatch(info, -1) {
				if found[1] == "from" {
					b.from = found[2]
				} else {
					b.to = found[2]
				}
			}
			b.kind, b.marks, _ = strings.Cut(strings.TrimSpace(cut.ReplaceAllString(info, "")), " ")
			if fence := strings.TrimSpace(b.kind + " " + b.marks); !slices.Contains(allowed, fence) {
				return nil, fmt.Errorf("line %d: a fence %q; there are %s", i+1, fence, strings.Join(allowed, ", "))
			}
			open = &b
		case isFence:
			all, open = append(all, *open), nil
		case open != nil:
			open.lines = append(open.lines, line)
		}
	}
	if open != nil {
		return nil, fmt.Errorf("the block of line %d does not end", open.first)
	}
	return all, nil
}

// part is what a block shows of an output: all of it, or the lines from and to those that it names.
func (b block) part(output string) ([]string, error) {
	lines := strings.Split(strings.TrimRight(output, "\n"), "\n")
	begins := func(with string) func(string) bool {
		return func(line string) bool { return strings.HasPrefix(line, with) }
	}
	if b.from != "" {
		at := slices.IndexFunc(lines, begins(b.from))
		if at < 0 {
			return nil, fmt.Errorf("no line begins with %q in\n%s", b.from, output)
		}
		lines = lines[at:]
	}
	if b.to != "" {
		at := slices.IndexFunc(lines, begins(b.to))
		if at < 0 {
			return nil, fmt.Errorf("no line begins with %q in\n%s", b.to, output)
		}
		lines = lines[:at+1]
	}
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return lines, nil
}
