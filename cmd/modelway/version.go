package main

import (
	"os"
	"runtime/debug"

	"github.com/modelway/modelway/internal/project"
)

// version is that of the module that the program was built from, as `go install` and a build in a checkout with Git record it; or "devel",
// with the checkout whose local stack the program is a part of.
func version() string {
	told := devel
	if info, ok := debug.ReadBuildInfo(); ok {
		told = versionOf(*info)
	}
	if checkout, ok := home(); ok {
		told += " (of " + checkout.Root + ")"
	}
	return told
}

// home is the checkout that this program was built in by its bootstrap.
func home() (project.Checkout, bool) {
	program, err := os.Executable()
	if err != nil {
		return project.Checkout{}, false
	}
	return project.Home(program)
}

// devel is the version of a program that does not know where it is from.
const devel = "devel"

func versionOf(info debug.BuildInfo) string {
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	revision := settings["vcs.revision"]
	if revision == "" {
		return devel
	}
	if settings["vcs.modified"] == "true" {
		revision += "+dirty"
	}
	return devel + " " + revision
}
