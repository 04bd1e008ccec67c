package project

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// called is the beginning of a command of modelway in backquotes, with variables before it.
var called = regexp.MustCompile("`((?:[A-Z_]+=[^ `]+ )*)modelway ")

// Callable is a text whose commands of modelway, in backquotes, are found by a shell in a folder. Where modelway is not on PATH, it is
// called as `go tool modelway` in a repository that has it as a tool, and by where it lies in a clone of Modelway.
func Callable(text, folder string) string {
	if _, err := exec.LookPath("modelway"); err == nil {
		return text
	}
	p, err := Find(folder)
	if err != nil {
		return text
	}
	as := "go tool modelway"
	if Checkout(p).Complete() {
		as = p.State("bin", "modelway")
		if from, err := filepath.Abs(folder); err == nil {
			if within, err := filepath.Rel(from, as); err == nil {
				as = within
			}
		}
	} else if mod, err := os.ReadFile(filepath.Join(p.Root, "go.mod")); err != nil || !strings.Contains(string(mod), Module+"/cmd/modelway") {
		return text
	}
	return called.ReplaceAllString(text, "`${1}"+as+" ")
}
