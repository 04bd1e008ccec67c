package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/engine"
	"github.com/modelway/modelway/local/supervisor"
)

// base is an earlier revision of the project that has been brought up on this machine, by its own program, in a work tree of its own.
type base struct {
	tree   string
	c      checkout.Checkout
	status supervisor.Status
	port   int
}

// newBase brings an environment up as a revision has it. The programs that the revision shares with c are not built again.
func newBase(ctx context.Context, out io.Writer, c checkout.Checkout, stack, revision string) (*base, error) {
	within, err := exec.CommandContext(ctx, "git", "-C", c.Root, "rev-parse", "--show-prefix").Output() // empty for a whole repository
	if err != nil {
		var said *exec.ExitError
		if errors.As(err, &said) {
			err = errors.New(strings.TrimSpace(string(said.Stderr)))
		}
		return nil, fmt.Errorf("--base is %s, and no Git repository is found around %s: %w; fix: run it in a clone, or leave --base out",
			revision, c.Root, err)
	}
	b := &base{tree: c.State("base")}
	b.c.Root = filepath.Join(b.tree, strings.TrimSpace(string(within)))
	if err := b.remove(ctx, c); err != nil {
		return nil, err
	}
	if err := run(ctx, out, c.Root, "git", "worktree", "add", "--quiet", "--detach", "--", b.tree, revision); err != nil {
		return nil, fmt.Errorf(
			"checking out %s, which is to be compared with: %w\nIs it there? `git fetch origin` brings what the repository has", revision, err)
	}
	if !c.Imports() {
		if err := c.LinkPrograms(b.c); err != nil {
			return b, err
		}
	}
	port, err := freePort(0)
	if err != nil {
		return b, err
	}
	log := baseLog(c, stack)
	fmt.Fprintf(out, "Bringing stack %s up as %s has it, to compare with; the details go to %s\n", stack, revision, log)
	details, err := newDigest(out, log, 10*time.Second)
	if err != nil {
		return b, err
	}
	up := []string{"make", "up", "STACK=" + stack, fmt.Sprintf("PORT=%d", port)} // as each revision of Modelway has it
	if c.Imports() {
		up = []string{filepath.Join(c.Bin(), "modelway"), "up", "--stack", stack, "--port", strconv.Itoa(port)}
	}
	if err := details.end(run(ctx, details, b.c.Root, up[0], up[1:]...)); err != nil {
		return b, fmt.Errorf("bringing stack %s up as %s has it: %w", stack, revision, err)
	}
	status, running := supervisor.Running(b.c)
	if !running || upStack(b.c) != stack {
		return b, fmt.Errorf(
			"%s brings up no other environment than %s on this machine: compare with a later revision, or preview %s from nothing", revision,
			localStack, stack)
	}
	b.status, b.port = status, port
	return b, nil
}

// baseLog is the file that keeps what bringing up the last base of an environment printed.
func baseLog(c checkout.Checkout, stack string) string { return c.State("preview", stack, "base.log") }

// under is the project of the environment as c has it, over the base. The charts of this machine stay those of the base: at another path
// they would be other charts. With it come the settings that change and that the preview does not show.
func (b *base) under(c checkout.Checkout, stack string) (engine.Project, []string, error) {
	deployed, err := settingsOf(b.c, stack)
	if err != nil {
		return engine.Project{}, nil, err
	}
	settings, err := settingsOf(c, stack)
	if err != nil {
		return engine.Project{}, nil, err
	}
	p := over(b.c, b.status, stack, b.port, deployed)
	p.Root, p.Bin, p.Program = c.Root, c.Bin(), program(c, supervisor.Status{})
	hosted := p.Settings
	p.Settings = func(settings map[string]any) error {
		if err := hosted(settings); err != nil {
			return err
		}
		own, err := localSettings(c)
		if err != nil {
			return err
		}
		charts := machineCharts(own, b.c)
		below(settings, "config")["modelway:charts"] = charts
		for name, path := range charts {
			path, err := filepath.Rel(c.Root, filepath.Join(b.c.Root, fmt.Sprint(path)))
			if err != nil {
				return err
			}
			charts[name] = "." + string(filepath.Separator) + path
		}
		return nil
	}
	return p, unseen(deployed, settings), nil
}

// remove ends what runs for the base and forgets it, its stack too: there is nothing in it that would have to be deleted one by one.
func (b *base) remove(ctx context.Context, c checkout.Checkout) error {
	err := supervisor.Stop(b.c, 30*time.Second)
	err = errors.Join(err, os.RemoveAll(b.tree))
	return errors.Join(err, run(ctx, io.Discard, c.Root, "git", "worktree", "prune"))
}

func run(ctx context.Context, out io.Writer, folder, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, out, out
	return cmd.Run()
}
