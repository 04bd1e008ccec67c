package delivery

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// roomToClose is for what closes fences and details.
const roomToClose = 200

// maximumBody is how many characters GitHub takes in the body of a comment or an issue, less some room.
const maximumBody = 65000

// Comment is the one comment of a pull request: the verdicts of the environments that it touches, where there are several, their sections,
// and where to read on. A comment that would be too long loses the ends of its longest sections, and never a verdict.
func Comment(sections []string, run string) string {
	if len(sections) == 0 {
		sections = []string{"This pull request touches no environment: nothing in AWS changes when it is merged."}
	}
	start := verdicts(sections)
	end := "\n\n[The run with the whole log](" + run + "). This comment is updated with every push.\n"
	return start + strings.Join(fit(sections, maximumBody-len(start)-len(end)), separator) + end
}

// separator stands between sections.
const separator = "\n\n"

// verdicts are the verdicts of several environments as a list: the line after the marker of each report. Of many environments it has as
// many as leave room for the sections.
func verdicts(sections []string) string {
	if len(sections) < 2 {
		return ""
	}
	var text strings.Builder
	for i, section := range sections {
		verdict := Verdict(section)
		if verdict == "" {
			continue
		}
		if text.Len()+len(verdict) > maximumBody/2 {
			fmt.Fprintf(&text, "- and %d more environments\n", len(sections)-i)
			break
		}
		text.WriteString("- " + verdict + "\n")
	}
	if text.Len() == 0 {
		return ""
	}
	return text.String() + "\n"
}

// Verdict is the verdict in the section of an environment; "" where it has none.
func Verdict(section string) string {
	for line := range strings.Lines(section) {
		for _, start := range []string{"### ", "**The preview of "} {
			if strings.HasPrefix(line, start) {
				return strings.TrimSpace(strings.TrimPrefix(line, "### "))
			}
		}
	}
	return ""
}

// fit cuts the longest sections so that all of them have at most a number of bytes together.
func fit(sections []string, most int) []string {
	most -= len(separator) * (len(sections) - 1)
	order := make([]int, len(sections))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(len(sections[i]), len(sections[j])) })
	all := slices.Clone(sections)
	for done, i := range order {
		all[i] = limit(all[i], most/(len(order)-done)) // what a short one leaves is for the longer ones
		most -= len(all[i])
	}
	return all
}

// limit cuts a text at the end of a line, and says so; without room for that nothing is left. A fence or a block of details that is cut
// open is closed.
func limit(text string, most int) string {
	const cut = "\n\nThe rest is too long for GitHub: see the run.\n"
	if len(text) <= most {
		return text
	}
	if most < len(cut)+roomToClose {
		return ""
	}
	text = text[:most-len(cut)-roomToClose]
	text = text[:strings.LastIndexByte(text, '\n')+1]
	if fence := open(text); fence != "" {
		text += fence + "\n"
	}
	return text + strings.Repeat("</details>\n", max(0, strings.Count(text, "<details")-strings.Count(text, "</details>"))) + cut
}

// open is the fence that a text leaves open; "" where it leaves none.
func open(text string) (fence string) {
	for line := range strings.Lines(text) {
		ticks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence == "" && len(ticks) >= 3:
			fence = ticks
		case fence != "" && len(ticks) >= len(fence) && strings.TrimSpace(line) == ticks:
			fence = ""
		}
	}
	return fence
}

// Fenced is a text in a fence that the text cannot close, whatever it holds.
func Fenced(text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + "\n" + strings.TrimRight(text, "\n") + "\n" + fence
}
