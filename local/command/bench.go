package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/localcli"
	"github.com/modelway/modelway/internal/sheet"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/supervisor"
)

func newBench() *cobra.Command {
	var b localcli.Bench
	return b.Command(func(cmd *cobra.Command, _ []string) error {
		return bench(cmd.Context(), cmd.OutOrStdout(), b.Cold, b.Models)
	})
}

// measurement is one row of the table.
type measurement struct {
	what  string
	value string
	bound string
}

func bench(ctx context.Context, out io.Writer, cold bool, models []int) error {
	c, err := checkout.OfBinary()
	if err != nil {
		return err
	}
	if _, running := supervisor.Running(c); running {
		return errors.New("the local stack is running: `make down` first, so that bench starts from nothing")
	}
	memory := watchMemory(c)
	var rows []measurement
	tool := filepath.Join(c.Bin(), localcli.Program)
	for _, step := range []struct {
		what, bound string
		command     []string
	}{
		{"make up, from nothing", "60 s", []string{tool, "up"}},
		{"make up, unchanged", "15 s", []string{tool, "up"}},
		{"make preview STACK=prod", "15 s", []string{tool, "preview", "--stack", "prod"}},
		{"make report STACK=prod: preview, policies and report", "20 s", []string{"make", "report", "STACK=prod"}},
		{"make down", "45 s", []string{tool, "down"}},
	} {
		fmt.Fprintf(out, "measuring %s\n", step.what)
		cmd := exec.CommandContext(ctx, step.command[0], step.command[1:]...)
		cmd.Dir = c.Root
		took, err := timed(cmd)
		if err != nil {
			return errors.Join(fmt.Errorf("%s: %w", step.what, err), memory.stop())
		}
		rows = append(rows, measurement{step.what, fmt.Sprintf("%.1f s", took.Seconds()), step.bound})
	}
	if err := memory.stop(); err != nil {
		return err
	}
	rows = append(rows, measurement{"peak memory of the whole local stack", fmt.Sprintf("%.1f GiB", float64(memory.peak)/(1<<30)), "4 GiB"})
	if cold {
		row, err := coldBuild(ctx, out, c)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	table := sheet.Of("What", "Measured", "Aim")
	for _, row := range rows {
		table.Add(row.what, row.value, "<= "+row.bound)
	}
	fmt.Fprint(out, "\n", table.Text())
	return benchModels(ctx, out, c, models)
}

// timed runs a command, and shows its output only when it fails.
func timed(cmd *exec.Cmd) (time.Duration, error) {
	started := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("%w\n%s", err, out)
	}
	return time.Since(started), nil
}

// coldBuild builds the program with an empty build cache; processor time is what a pull-request preview on a cold runner costs.
func coldBuild(ctx context.Context, out io.Writer, c checkout.Checkout) (measurement, error) {
	fmt.Fprintln(out, "building the program with an empty build cache")
	cache, err := os.MkdirTemp("", "modelway-bench")
	if err != nil {
		return measurement{}, err
	}
	defer os.RemoveAll(cache)
	cmd := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(cache, "program"), ".")
	cmd.Dir, cmd.Env = c.Root, append(os.Environ(), "GOCACHE="+filepath.Join(cache, "cache"))
	took, err := timed(cmd)
	if err != nil {
		return measurement{}, err
	}
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return measurement{"cold build of the program", fmt.Sprintf("%.0f CPU s (%.0f s)", cpu.Seconds(), took.Seconds()), "450 CPU s"}, nil
}
