package project

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"
)

// Checkout is the checkout of Modelway that a project uses: the project itself, or the one of the version that its go.mod requires, which
// is cloned into the user's cache where it is not there yet. What that takes is told to the writer.
func (p Project) Checkout(ctx context.Context, tell io.Writer) (Checkout, error) {
	if c := Checkout(p); c.Complete() {
		return c, nil
	}
	found, err := p.required(ctx)
	if err != nil {
		return Checkout{}, err
	}
	if c := (Checkout{Root: found.Dir}); found.Dir != "" && c.Complete() {
		return c, nil
	}
	return found.clone(ctx, tell)
}

// required is the module of Modelway in the project's go.mod.
type required struct {
	Path, Version, Dir string
	Replace            *required
}

func (p Project) required(ctx context.Context) (required, error) {
	var out, errOut bytes.Buffer
	err := goCommand(ctx, p.Root, &out, &errOut, "list", "-mod=mod", "-m", "-json", Module)
	if errors.Is(err, exec.ErrNotFound) {
		return required{}, err
	}
	var found required
	if err == nil {
		err = json.Unmarshal(out.Bytes(), &found)
	}
	if err != nil {
		return found, fmt.Errorf("%s is not a project of Modelway: it has no go.mod that requires %s (%s); fix: `go get %s` there, or make a "+
			"project with `modelway new <folder>`", p.Root, Module, firstLine(errOut.String(), err), Module)
	}
	if found.Replace != nil {
		found = *found.Replace
	}
	return found, nil
}

// clone gets the checkout of a version.
func (r required) clone(ctx context.Context, tell io.Writer) (Checkout, error) {
	if r.Version == "" {
		return Checkout{}, fmt.Errorf("go.mod replaces %s by %s, which is not a checkout: it has no %s; fix: name a clone of Modelway, or "+
			"require a version", Module, r.Path, filepath.Join(bootstrap, "go.mod"))
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return Checkout{}, fmt.Errorf("finding the user's cache folder, where Modelway %s goes: %w", r.Version, err)
	}
	revision := r.Version
	if module.IsPseudoVersion(r.Version) {
		if revision, err = module.PseudoVersionRev(r.Version); err != nil {
			return Checkout{}, err
		}
	}
	c := Checkout{Root: filepath.Join(cache, "modelway", "checkouts", r.Version)}
	if c.Complete() {
		return c, nil
	}
	if err := os.MkdirAll(filepath.Dir(c.Root), 0o755); err != nil {
		return Checkout{}, err
	}
	fresh, err := os.MkdirTemp(filepath.Dir(c.Root), ".new-")
	if err != nil {
		return Checkout{}, err
	}
	defer os.RemoveAll(fresh)
	url := "https://" + r.Path
	fmt.Fprintf(tell, "Getting Modelway %s from %s into %s: the local stack is not part of the Go module\n", r.Version, url, c.Root)
	for _, args := range [][]string{
		{"clone", "--filter=blob:none", "--no-checkout", "--", url, fresh}, {"-C", fresh, "checkout", "--quiet", "--detach", revision},
	} {
		git := exec.CommandContext(ctx, "git", args...)
		git.Stdout, git.Stderr = tell, tell
		if err := git.Run(); err != nil {
			return Checkout{}, fmt.Errorf("getting Modelway %s from %s: %w; fix: check the network and the version, or have go.mod replace %s by "+
				"a clone of yours", r.Version, url, err, Module)
		}
	}
	if !(Checkout{Root: fresh}).Complete() {
		return Checkout{}, fmt.Errorf("Modelway %s has no %s: require a later version", r.Version, filepath.Join(bootstrap, "go.mod"))
	}
	if err := os.Rename(fresh, c.Root); err != nil && !c.Complete() { // another command may have been faster
		return Checkout{}, err
	}
	return c, nil
}

// Build brings programs of the checkout up to date by its bootstrap, which tells of its progress: those named, by items or groups, or all
// that `modelway up` needs.
func (c Checkout) Build(ctx context.Context, out, errOut io.Writer, items ...string) error {
	args := append([]string{"run", "-C", filepath.Join(c.Root, bootstrap), "."}, items...)
	err := goCommand(ctx, c.Root, out, errOut, args...)
	if errors.As(err, new(*exec.ExitError)) {
		return fmt.Errorf("the programs of the local stack could not be brought up to date in %s; the lines above say why", c.Root)
	}
	return err
}

// Tidy completes the project's go.mod and go.sum. Sums that a checkout knows are not asked for.
func (p Project) Tidy(ctx context.Context, errOut io.Writer, checkout string) error {
	if checkout != "" {
		sums, err := os.ReadFile(filepath.Join(checkout, "go.sum"))
		if err == nil {
			err = os.WriteFile(filepath.Join(p.Root, "go.sum"), sums, 0o644)
		}
		if err != nil {
			return err
		}
	}
	return goCommand(ctx, p.Root, errOut, errOut, "mod", "tidy")
}

// goCommand runs the go command as the Makefile does, so that both share a build cache. When the context ends, the command and its
// children are told to.
func goCommand(ctx context.Context, folder string, out, errOut io.Writer, args ...string) error {
	program, err := exec.LookPath("go")
	if err != nil {
		return fmt.Errorf("%w: Go is not on PATH: install Go 1.26 or newer from https://go.dev/dl/", exec.ErrNotFound)
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, out, errOut
	cmd.Env = append(os.Environ(), "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -trimpath"), "GOWORK=off")
	group(cmd)
	return cmd.Run()
}

func firstLine(text string, err error) string {
	if line, _, _ := strings.Cut(strings.TrimSpace(text), "\n"); line != "" {
		return line
	}
	return err.Error()
}
