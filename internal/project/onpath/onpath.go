// Package onpath puts a program modelway on PATH for a test binary, so that messages name its commands as they are written, whatever the
// machine has installed.
package onpath

import (
	"os"
	"path/filepath"
	"testing"
)

// Run runs the tests of a package, and returns the exit code.
func Run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "modelway-path-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	if err := os.WriteFile(filepath.Join(folder, "modelway"), []byte("#!/bin/sh\nexit 1\n"), 0o755); err != nil {
		panic(err)
	}
	if err := os.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH")); err != nil {
		panic(err)
	}
	return m.Run()
}
