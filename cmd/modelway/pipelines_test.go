package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/pipelines"
)

// onPath puts a program of that name and text first on PATH.
func onPath(t *testing.T, name, text string) {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+text), 0o755))
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
}

// TestPipelinesFetchWritesNothingElse asks kubectl for both halves of the pinned commit, and refuses what is not the release.
func TestPipelinesFetchWritesNothingElse(t *testing.T) {
	t.Chdir(t.TempDir())
	onPath(t, "kubectl", `echo "$1 $2" >> asked; echo 'apiVersion: v1'; echo 'kind: Secret'; echo 'metadata: {name: a}'`)
	code, _, notes := run("pipelines", "fetch")
	require.Equal(t, exitFailed, code)
	require.Contains(t, notes, "what was rendered is not the pinned release, and is not written")
	require.NoFileExists(t, pipelines.DefaultManifests)
	asked, err := os.ReadFile("asked")
	require.NoError(t, err)
	require.Regexp(t, `(?s)^kustomize https://github.com/kubeflow/pipelines/manifests/kustomize/cluster-scoped-resources\?ref=`+
		pipelines.Commit+`\S*\nkustomize https://github.com/kubeflow/pipelines/manifests/kustomize/env/\S+\?ref=`+pipelines.Commit, string(asked))
}

func TestPipelinesFetchTellsWhatKubectlSays(t *testing.T) {
	t.Chdir(t.TempDir())
	onPath(t, "kubectl", "echo 'no such host' >&2; exit 3")
	code, _, notes := run("pipelines", "fetch")
	require.Equal(t, exitFailed, code)
	require.Contains(t, notes, "exit status 3: no such host; where GitHub is out of reach, copy the file")
}

func TestPipelinesDigest(t *testing.T) {
	out, _ := succeed(t, "pipelines", "digest", "../../local/manifests/kubeflow-pipelines.yaml")
	require.Regexp(t, `^sha256:[0-9a-f]{64}\n$`, out)
	code, _, notes := run("pipelines", "digest", "main.go")
	require.Equal(t, exitFailed, code)
	require.Contains(t, notes, "document 1 is not an object of Kubernetes")
}
