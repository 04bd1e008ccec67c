// Package localcli defines the command line of the local stack once: names, flags and help of the commands that modelway-local runs, and
// that modelway hands over to it.
package localcli

import (
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/modelway/modelway/internal/stackname"
)

// Program is the file name of the program that runs the commands, in the folder of the built programs.
const Program = "modelway-local"

// Local is the stack that `up` brings up unless another one is named.
const Local = "local"

// Run is what a command does.
type Run = func(cmd *cobra.Command, args []string) error

// Up are the flags of `modelway up`.
type Up struct {
	// Stack is the environment to bring up.
	Stack stackname.Name
	// Port is that of the load balancer.
	Port Port
	// Kubeconfig is the file of a cluster of the user's own.
	Kubeconfig string
}

// Command is `modelway up`.
func (u *Up) Command(run Run) *cobra.Command {
	cmd := command("up", "Bring the platform up on this machine and ask a model for a prediction",
		"Bring the platform up on this machine: the real Pulumi engine and a real Kubernetes API, in a simulated AWS account. The first run\n"+
			"downloads or builds the programs that it needs. A second run applies what has changed in the files.",
		"  modelway up\n  modelway up --port 9090\n  modelway up --stack prod", run)
	u.Stack = Local
	cmd.Flags().Var(&u.Stack, "stack", "environment to bring up: local, or another one with a Pulumi.<stack>.yaml, of which this machine "+
		"changes the Kubernetes version, the charts and the ports")
	cmd.Flags().Var(&u.Port, "port", "port of the load balancer on 127.0.0.1 (default: the one in Pulumi.local.yaml, or a free one when "+
		"it is taken)")
	cmd.Flags().StringVar(&u.Kubeconfig, "kubeconfig", "", "kubeconfig of a cluster of your own to use instead of the embedded control plane")
	return cmd
}

// Down are the flags of `modelway down`.
type Down struct {
	// Forget removes the stack without destroying its resources.
	Forget bool
}

// Command is `modelway down`.
func (d *Down) Command(run Run) *cobra.Command {
	cmd := command("down", "Destroy the local stack, stop what was started, and remove what it wrote",
		"Destroy the local stack, stop what was started, and remove what it wrote. The built programs stay for the next `modelway up`.",
		"  modelway down\n  modelway down --forget", run)
	cmd.Flags().BoolVar(&d.Forget, "forget", false, "remove the local stack without destroying its resources one by one: for when its state "+
		"is lost. In a cluster of your own, their objects stay")
	return cmd
}

// Preview are the flags of `modelway preview`.
type Preview struct {
	// Stack is the environment to preview.
	Stack stackname.Name
	// Base is the revision of git to compare with.
	Base string
}

// Command is `modelway preview`.
func (p *Preview) Command(run Run) *cobra.Command {
	cmd := command("preview", "Preview an environment offline: the real engine against an empty, simulated AWS account",
		"Preview an environment offline: the real Pulumi engine, with the policies, against a simulated AWS account. It needs no credentials.\n"+
			"`modelway report` tells what the preview means.",
		"  modelway preview --stack dev\n  modelway preview --stack prod --base origin/main", run)
	cmd.Flags().Var(&p.Stack, "stack", "environment: dev, prod or any other with a Pulumi.<stack>.yaml; previewed over what \"up --stack\" "+
		"brought up, or from nothing")
	p.AddBase(cmd.Flags())
	_ = cmd.MarkFlagRequired("stack")
	return cmd
}

// AddBase adds the flag that names the revision to compare with.
func (p *Preview) AddBase(flags *pflag.FlagSet) {
	flags.StringVar(&p.Base, "base", "", "revision of git, such as origin/main, to bring up first, in a simulated account of its own: the "+
		"preview then shows what the work tree changes")
}

// Events is the file, in the folder of a project, with the engine's events of the last preview of a stack.
func Events(root, stack string) string {
	return filepath.Join(root, ".modelway", "preview", stack, "preview.jsonl")
}

// Refresh is `modelway refresh`.
func Refresh(run Run) *cobra.Command {
	return command("refresh", "Read every resource of the local stack and show what drifted",
		"Read every resource of the local stack that is up, keep what is found in its state, and show what drifted.", "  modelway refresh", run)
}

// Status is `modelway status`.
func Status(run Run) *cobra.Command {
	return command("status", "Show whether the local stack runs, and how to reach it",
		"Show whether the local stack runs, how to reach its cluster, its S3 and its models, and where its logs are.", "  modelway status", run)
}

// Chain are the flags of `modelway chain`.
type Chain struct {
	// Keep leaves everything up.
	Keep bool
	// Skip are gates not to ask.
	Skip []string
}

// Command is `modelway chain`.
func (c *Chain) Command(run Run) *cobra.Command {
	cmd := command("chain", "Go the whole way of a model on this machine, from a commit to answers and a rollback",
		"Go the whole way of a model on this machine, in a checkout of Modelway: commit, training, gates, Argo CD, KServe, answers,\n"+
			"a canary and a rollback. docs/chain.md describes it.",
		"  modelway chain\n  modelway chain --keep", run)
	cmd.Flags().BoolVar(&c.Keep, "keep", false, "leave everything up at the end, to look at it")
	cmd.Flags().StringSliceVar(&c.Skip, "skip", nil, "gates not to ask, such as latency on a machine with other work")
	return cmd
}

// Bench are the flags of `modelway bench`.
type Bench struct {
	// Cold also builds with an empty build cache.
	Cold bool
	// Models are the numbers of models to measure.
	Models []int
}

// Command is `modelway bench`.
func (b *Bench) Command(run Run) *cobra.Command {
	cmd := command("bench", "Measure up, down and preview, also of growing numbers of models",
		"Measure up, down and preview of the sample models and of growing numbers of models, and print tables.",
		"  modelway bench --models 1,10\n  modelway bench --cold", run)
	cmd.Flags().IntSliceVar(&b.Models, "models", []int{1, 10, 100, 1000}, "numbers of models to measure; 1000 take some ten minutes")
	cmd.Flags().BoolVar(&b.Cold, "cold", false, "also build the program with an empty build cache, which takes some five minutes")
	return cmd
}

// command takes flags alone: each program refuses what else is given in its own words.
func command(name, short, long, example string, run Run) *cobra.Command {
	return &cobra.Command{Use: name, Short: short, Long: long, Example: example, RunE: run}
}

// Args are the flags that a person gave a command, after its name: its command line for Program.
func Args(cmd *cobra.Command) []string {
	args := []string{cmd.Name()}
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if list, is := flag.Value.(pflag.SliceValue); is {
			for _, value := range list.GetSlice() {
				args = append(args, "--"+flag.Name+"="+value)
			}
			return
		}
		args = append(args, "--"+flag.Name+"="+flag.Value.String())
	})
	return args
}
