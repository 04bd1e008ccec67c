package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/rollout"
	"github.com/modelway/modelway/internal/strict"
)

func newVerify() *cobra.Command {
	var v verification
	var urls string
	cmd := &cobra.Command{
		Use:   "verify --stack NAME",
		Short: "Check that the deployed version of every model is the one that answers",
		Long: "Wait until the deployed version of every model of a stack runs and answers, and fail where one does not: its Deployment's\n" +
			"controller has seen what was written, all its replicas have the new version and are available, no old one is left, and its URL\n" +
			"answers 200 with the version in the header X-Model-Version, where the server sends one. The failure names the model, its pods, the\n" +
			"last lines of their log, and the events about it.\n\n" +
			"Where Argo CD delivers the models, the outputs do not know which version is wanted: the Application of each model has to be synced\n" +
			"and healthy, and its Deployments rolled out; its URL has to answer.\n\n" +
			"It reads the outputs of the stack with `pulumi`, and the cluster with `kubectl` and the credentials that the stack's kubeconfig\n" +
			"asks for. URLs on internal load balancers are not asked: see --urls.",
		Example: "  modelway verify --stack prod\n  modelway verify --stack prod --timeout 20m --urls none\n" +
			"  pulumi stack output --json --show-secrets | modelway verify --stack prod --outputs -",
		Args: takesNothing,
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) (err error) {
		if v.urls, err = rollout.ParseURLs(urls); err != nil {
			return err
		}
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		return v.run(ctx, cmd.InOrStdin(), cmd.OutOrStdout())
	}
	cmd.Flags().StringVar(&v.stack, "stack", "", "the stack; required")
	cmd.Flags().StringVar(&v.outputs, "outputs", "", "file with the outputs of the stack in JSON, secrets too; - for standard input "+
		"(default: pulumi is asked)")
	cmd.Flags().DurationVar(&v.timeout, "timeout", 10*time.Minute, "the longest time to wait for all models together")
	cmd.Flags().StringVar(&urls, "urls", string(rollout.URLsAuto), "URLs to ask: auto, all but those on internal load balancers; all; or "+
		"none, where this machine reaches no load balancer")
	_ = cmd.MarkFlagRequired("stack")
	return cmd
}

type verification struct {
	stack, outputs string
	timeout        time.Duration
	urls           rollout.URLs
}

func (v verification) run(ctx context.Context, in io.Reader, out io.Writer) error {
	if v.timeout <= 0 {
		return fmt.Errorf("timeout: %s is too short; allowed: from 1ns, such as 10m", v.timeout)
	}
	text, err := v.stackOutputs(ctx, in)
	if err != nil {
		return err
	}
	models, err := rollout.Models(text, v.urls)
	if err != nil {
		return err
	}
	if len(models) == 0 {
		fmt.Fprintf(out, "%s has no models\n", v.stack)
		return nil
	}
	if slices.ContainsFunc(models, func(m rollout.Model) bool { return m.Application != "" }) {
		fmt.Fprintf(out, "Argo CD delivers the models of %s: what it has synced from Git has to be what runs\n", v.stack)
	}
	kubeconfig, remove, err := writeKubeconfig(text)
	if err != nil {
		return err
	}
	defer remove()
	notes, err := rollout.Wait(ctx, v.source(kubeconfig), models, v.timeout, func(line string) { fmt.Fprintln(out, line) })
	if err != nil {
		return fmt.Errorf(
			"%w\nWhat was deployed stays. Mend the model and deploy again; models that failed keep their old pods where they had some", err)
	}
	for _, m := range models {
		fmt.Fprintf(out, "model %s is good%s\n", m.Name, strings.TrimSuffix(": "+notes[m.Name], ": "))
	}
	return nil
}

func (v verification) stackOutputs(ctx context.Context, in io.Reader) (text []byte, err error) {
	switch v.outputs {
	case "":
		if _, err := exec.LookPath("pulumi"); err != nil {
			return nil, fmt.Errorf("stack: the outputs of %q cannot be read: pulumi is not on PATH; allowed: a pulumi on PATH, or a file with the "+
				"outputs; fix: install pulumi, or give --outputs", v.stack)
		}
		if text, err = outputsOf(ctx, v.stack); err != nil {
			return nil, fmt.Errorf("stack: the outputs of %q cannot be read: %w; allowed: a stack that `pulumi stack ls` lists; fix: name one of "+
				"them, choose where they are kept with `pulumi login`, or give --outputs", v.stack, err)
		}
		return text, nil
	case "-":
		text, err = io.ReadAll(in)
	default:
		text, err = os.ReadFile(v.outputs)
	}
	if err == nil {
		var read map[string]json.RawMessage
		err = strict.JSON(json.Unmarshal(text, &read))
	}
	if err != nil {
		return nil, fmt.Errorf("outputs: %s cannot be read: %w; allowed: a file with the outputs of a stack in JSON, or - for standard input; "+
			"fix: pulumi stack output --json --show-secrets --stack %s > outputs.json", v.outputs, err, v.stack)
	}
	return text, nil
}

// outputsOf asks pulumi for the outputs of a stack, with its secrets.
func outputsOf(ctx context.Context, stack string) ([]byte, error) {
	return outputOf(ctx, "pulumi", "stack", "output", "--json", "--show-secrets", "--stack", stack)
}

// source reaches the cluster with kubectl.
func (v verification) source(kubeconfig string) rollout.Source {
	kubectl := func(ctx context.Context, args ...string) ([]byte, error) {
		return outputOf(ctx, "kubectl", append([]string{"--kubeconfig", kubeconfig, "--request-timeout=30s"}, args...)...)
	}
	return rollout.Source{
		Ask: rollout.Asker(),
		Kubectl: fmt.Sprintf("pulumi stack output kubeconfig --show-secrets -s %s > kubeconfig.json && kubectl --kubeconfig kubeconfig.json",
			v.stack),
		Get: func(ctx context.Context, path string) ([]byte, error) { return kubectl(ctx, "get", "--raw", path) },
		Log: func(ctx context.Context, pod rollout.Pod) (string, string) {
			args := []string{"logs", "-n", pod.Metadata.Namespace, pod.Metadata.Name}
			text, err := kubectl(ctx, append(args, "--tail=20", "--previous")...)
			if err != nil { // it has not ended yet
				text, err = kubectl(ctx, append(args, "--tail=20")...)
			}
			if err != nil {
				text = []byte(err.Error())
			}
			return string(text), "kubectl " + strings.Join(args, " ")
		},
	}
}

// writeKubeconfig writes the kubeconfig of a stack's outputs to a file that others cannot read.
func writeKubeconfig(stackOutputs []byte) (path string, remove func(), err error) {
	var given map[string]json.RawMessage
	if err := json.Unmarshal(stackOutputs, &given); err != nil {
		return "", nil, err
	}
	content := []byte(given[outputs.Kubeconfig])
	if text := ""; json.Unmarshal(content, &text) == nil {
		content = []byte(text)
	}
	if !json.Valid(content) {
		return "", nil, fmt.Errorf("the output %s is not JSON: give the outputs with their secrets, as of `pulumi stack output --json "+
			"--show-secrets`", outputs.Kubeconfig)
	}
	folder, err := os.MkdirTemp("", "modelway")
	if err != nil {
		return "", nil, err
	}
	path = filepath.Join(folder, "kubeconfig.json")
	return path, func() { _ = os.RemoveAll(folder) }, os.WriteFile(path, content, 0o600)
}

// outputOf runs a program and returns what it printed.
func outputOf(ctx context.Context, program string, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, program, args...)
	var faults bytes.Buffer
	command.Stderr = &faults
	text, err := command.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return nil, fmt.Errorf("%s is not on PATH: install it", program)
	}
	if err != nil {
		return nil, fmt.Errorf("%s %s: %v: %s", program, args[0], err, // an exit code of its own is not this program's
			strings.TrimSpace(faults.String()))
	}
	return text, nil
}
