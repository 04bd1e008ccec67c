package strict

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

var syntaxLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// Syntax returns the fault of a file that is not valid YAML, from the error of the parser. The parser names the line where it gave up or
// the one where the mapping around it began; the fault names the first line that cannot follow those above it.
func Syntax(name string, content []byte, err error) Fault {
	fault := Fault{File: name, Line: 1, Problem: err.Error()}
	if parts := syntaxLine.FindStringSubmatch(fault.Problem); parts != nil {
		if line, err := strconv.Atoi(parts[1]); err == nil {
			fault.Line = line
		}
		fault.Problem = parts[2]
	}
	fault.Problem = "not valid YAML: " + fault.Problem
	if !utf8.Valid(content) || bytes.ContainsRune(content, 0) {
		fault.Fix = "remove what is no text, or restore the file"
		return fault
	}
	lines := strings.Split(strings.TrimRight(string(content), "\n"), "\n")
	if tab := slices.IndexFunc(lines, func(line string) bool { return strings.Contains(indentation(line), "\t") }); tab >= 0 {
		fault.Line, fault.Fix = tab+1, "indent the line with spaces in place of tabs"
		return fault
	}
	if parses(lines) { // the decoder refused what the parser takes, a key given twice for example
		return fault
	}
	broken := brokenLine(lines)
	fault.Line = broken + 1
	fault.Fix = lineFix(lines, broken)
	return fault
}

func indentation(line string) string { return line[:len(line)-len(strings.TrimLeft(line, " \t"))] }

func parses(lines []string) bool {
	var document yaml.Node
	return yaml.Unmarshal([]byte(strings.Join(lines, "\n")+"\n"), &document) == nil
}

// longestValue is how many lines a text or list may take before brokenLine takes it for one that has no end.
const longestValue = 30

// brokenLine returns the index of the first line with which the lines do not parse, and with which no more lines do. Without such lines
// that parse at all, it is the first.
func brokenLine(lines []string) int {
	for good := 0; ; {
		broken := good + sort.Search(len(lines)-good-1, func(i int) bool { return !parses(lines[:good+i+1]) })
		next := broken + 1
		for next < min(broken+longestValue, len(lines)) && !parses(lines[:next+1]) {
			next++
		}
		if next >= min(broken+longestValue, len(lines)) {
			return broken
		}
		good = next
	}
}

// lineFix says what to do about a line that cannot follow those above it; it is empty where nobody knows what was meant.
func lineFix(lines []string, broken int) string {
	text, own := strings.TrimSpace(lines[broken]), len(indentation(lines[broken]))
	columns := columnsAbove(lines[:broken])
	if end := unended(lines[:broken+1]); end != "" {
		return "end what the line begins, with " + end
	}
	switch {
	case len(columns) == 0:
		return ""
	case !slices.Contains(columns, own):
		fix := fmt.Sprintf("indent it as the lines above that it belongs beside, by %s spaces, not by %d", alternatives(columns), own)
		if above := columns[len(columns)-1]; above < own {
			fix += fmt.Sprintf("; or the line above it has lost its indentation, which is %d", above)
		}
		return fix
	case strings.HasPrefix(text, "- "):
		return "indent the item of the list further than the key of the list"
	case !strings.HasSuffix(text, ":") && !strings.Contains(text, ": "):
		return "write it as KEY: VALUE, with a colon and a space"
	}
	return ""
}

// unended is the mark that the last line lacks: with it, the lines parse.
func unended(lines []string) string {
	last := len(lines) - 1
	for _, marks := range [][2]string{{"[", "]"}, {"{", "}"}, {`"`, `"`}, {"'", "'"}} {
		if strings.Contains(lines[last], marks[0]) && parses(append(slices.Clone(lines[:last]), lines[last]+marks[1])) {
			return marks[1]
		}
	}
	return ""
}

// columnsAbove returns the indentations that a line after the lines may have without beginning something new: that of the last line, and
// those of what it stands in, the smallest first.
func columnsAbove(lines []string) (columns []int) {
	for _, line := range slices.Backward(lines) {
		text, column := strings.TrimSpace(line), len(indentation(line))
		if text != "" && !strings.HasPrefix(text, "#") && (len(columns) == 0 || column < columns[0]) {
			columns = slices.Insert(columns, 0, column)
		}
	}
	return columns
}

// alternatives writes numbers as "0, 2 or 4".
func alternatives(numbers []int) string {
	text := strconv.Itoa(numbers[0])
	for i, number := range numbers[1:] {
		separator := ", "
		if i == len(numbers)-2 {
			separator = " or "
		}
		text += separator + strconv.Itoa(number)
	}
	return text
}
