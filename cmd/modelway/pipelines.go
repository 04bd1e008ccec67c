package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/pipelines"
)

// renderTimeout bounds the rendering of one half of the release, which clones two repositories.
const renderTimeout = 10 * time.Minute

func newPipelines() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "pipelines",
		Short: "Get the manifests of Kubeflow Pipelines, and tell their digest",
		Long: "Get the manifests of the pinned release of Kubeflow Pipelines, which has no chart, and tell the digest of those in a file.\n" +
			"docs/pipelines.md has the whole.",
		Example: "  modelway pipelines fetch\n  modelway pipelines digest ./manifests/kubeflow-pipelines.yaml",
	}
	cmd.AddCommand(newPipelinesFetch(), newPipelinesDigest())
	leads(cmd)
	return cmd
}

func newPipelinesFetch() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "fetch",
		Short: "Write the manifests of the pinned release to a file",
		Long: "Write the manifests of release " + pipelines.Version + " of Kubeflow Pipelines to a file. kubectl renders them from GitHub, " +
			"with git:\nboth must be on PATH, and GitHub must be reachable. Nothing is written where the digest is not the pinned one.",
		Example: "  modelway pipelines fetch --out ./manifests/kubeflow-pipelines.yaml",
		Args:    takesNothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return untilInterrupted(func(ctx context.Context) error {
				manifests, err := rendered(ctx)
				if err != nil {
					return err
				}
				spec := pipelines.Spec{Manifests: out, Digest: pipelines.ReleaseDigest}
				if _, err := spec.Read(manifests); err != nil {
					return fmt.Errorf("what was rendered is not the pinned release, and is not written: %w", err)
				}
				if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
					return err
				}
				if err := os.WriteFile(out, []byte(manifests), 0o644); err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s: Kubeflow Pipelines %s, %s\n", out, pipelines.Version, pipelines.ReleaseDigest)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&out, "out", pipelines.DefaultManifests, "the file to write")
	return cmd
}

// rendered is what kubectl makes of the release: what belongs to the whole cluster, and what is in the namespace.
func rendered(ctx context.Context) (string, error) {
	kubectl, err := exec.LookPath("kubectl")
	if err != nil {
		return "", errors.New("kubectl is not on PATH: install it, and git, which it calls (https://kubernetes.io/docs/tasks/tools/)")
	}
	ctx, cancel := context.WithTimeout(ctx, renderTimeout)
	defer cancel()
	var all bytes.Buffer
	for _, source := range pipelines.Sources() {
		var faults bytes.Buffer
		command := exec.CommandContext(ctx, kubectl, "kustomize", source)
		command.Stderr = &faults
		rendered, err := command.Output()
		if err != nil {
			return "", fmt.Errorf("`kubectl kustomize %s` failed within %s: %v: %s; where GitHub is out of reach, copy the file from a machine that "+
				"reaches it", source, renderTimeout, err, bytes.TrimSpace(faults.Bytes()))
		}
		all.WriteString("---\n")
		all.Write(rendered)
	}
	return all.String(), nil
}

func newPipelinesDigest() *cobra.Command {
	return &cobra.Command{
		Use:     "digest FILE",
		Short:   "Tell the digest of the manifests in a file",
		Long:    "Tell the digest of the objects in a file of manifests, as the setting modelway:pipelines.digest has it.",
		Example: "  modelway pipelines digest ./manifests/kubeflow-pipelines.yaml",
		Args:    takes("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			objects, err := pipelines.Parse(string(text))
			if err != nil {
				return fmt.Errorf("reading %s: %w", args[0], err)
			}
			digest, err := pipelines.Digest(objects)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), digest)
			return nil
		},
	}
}
