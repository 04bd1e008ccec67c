package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/project/onpath"
)

// asProgram has the test binary be the program itself.
const asProgram = "MODELWAY_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(onpath.Run(m))
}

// program runs the program in a folder, as a shell does.
func program(t *testing.T, folder string, args ...string) (code int, out, errOut string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	var o, e bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, &o, &e
	cmd.Env = append(os.Environ(), asProgram+"=yes")
	err := cmd.Run()
	if err != nil {
		require.ErrorAs(t, err, new(*exec.ExitError))
	}
	return cmd.ProcessState.ExitCode(), o.String(), e.String()
}

// standIn is a checkout whose bootstrap makes, from the file program.sh, a program in the place of the local stack's.
func standIn(t *testing.T, script string) string {
	t.Helper()
	root := t.TempDir()
	put(t, root, "Pulumi.yaml", "name: modelway\nruntime: go\n")
	put(t, root, "local/bootstrap/go.mod", "module bootstrap\n\ngo 1.24\n")
	put(t, root, "program.sh", "#!/bin/sh\n"+script)
	put(t, root, "local/bootstrap/main.go", `package main

import (
	"fmt"
	"os"
)

func main() {
	script, err := os.ReadFile("../../program.sh")
	if err == nil {
		err = os.MkdirAll("../../.modelway/bin", 0o755)
	}
	if err == nil {
		err = os.WriteFile("../../.modelway/bin/modelway-local", script, 0o755)
	}
	if err != nil {
		panic(err)
	}
	fmt.Println("tools are up to date")
}
`)
	return root
}

func put(t *testing.T, root, file, text string) {
	t.Helper()
	path := filepath.Join(root, filepath.FromSlash(file))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

// TestCommandsOfTheLocalStackAreHandedOver requires its program to be brought up to date, and to get each flag as it was typed, this
// process's place and its exit code.
func TestCommandsOfTheLocalStackAreHandedOver(t *testing.T) {
	root := standIn(t, `printf '<%s>' "$@"; pwd; exit 7`)
	below := filepath.Join(root, "models", "risk")
	require.NoError(t, os.MkdirAll(below, 0o755))
	for args, handed := range map[string]string{
		"up": "<up>",
		"up --stack prod --port 9090 --kubeconfig a|b": "<up><--kubeconfig=a|b><--port=9090><--stack=prod>",
		"down --forget":                       "<down><--forget=true>",
		"preview --stack=dev --base origin/m": "<preview><--base=origin/m><--stack=dev>",
		"refresh":                             "<refresh>",
		"status":                              "<status>",
		"chain --keep --skip a,b":             "<chain><--keep=true><--skip=a><--skip=b>",
		"bench --models 1,10":                 "<bench><--models=1><--models=10>",
	} {
		code, out, errOut := program(t, below, strings.Fields(args)...)
		require.Equal(t, 7, code, "%s: %s", args, errOut)
		require.Equal(t, "tools are up to date\n"+handed+below+"\n", out, args)
		require.Empty(t, errOut, args)
	}
}

// TestReportPreviewsFirst requires the report of the preview that was made, its words apart from the report, and nothing reported where
// nothing was begun.
func TestReportPreviewsFirst(t *testing.T) {
	const events = "mkdir -p .modelway/preview/dev; cp preview.jsonl .modelway/preview/dev/preview.jsonl; echo previewed \"$@\"\n"
	text, err := os.ReadFile(previews + "unchanged.jsonl")
	require.NoError(t, err)
	for _, c := range []struct {
		script string
		code   int
		report bool
	}{
		{events, 0, true},
		{events + "exit 1", exitFailed, true},
		{events + "exit 2", exitUsage, false},
		{events + "exit 130", 130, false},
		{"echo previewed \"$@\"; exit 1", exitFailed, false},
	} {
		root := standIn(t, c.script)
		put(t, root, "preview.jsonl", string(text))
		code, out, errOut := program(t, root, "report", "--stack", "dev", "--base", "main", "--format", "json")
		require.Equal(t, c.code, code, "%q: %s", c.script, errOut)
		require.Contains(t, errOut, "previewed preview --stack=dev --base=main\n")
		require.Equal(t, c.report, strings.Contains(out, `"stack"`), out)
		require.NotContains(t, errOut, "Error", "the preview has told it")
	}
}
