package project

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// Checkout is the checkout of Modelway that a project uses: the project itself, or the one of the version that its go.mod requires, which
// is cloned into the user's cache where it is not there yet. What that takes is told to the writer.
func (p Project) Checkout(ctx context.Context, tell io.Writer) (Checkout, error) {
	if c := Checkout(p); c.Complete() {
		return c, nil
	}
	found, err := p.required()
	if err != nil {
		return Checkout{}, err
	}
	if found.Version != "" {
		return clone(ctx, tell, found)
	}
	c := Checkout{Root: found.Path}
	if !c.Complete() {
		return c, fmt.Errorf("go.mod replaces %s by %s, which is not a checkout: it has no %s; fix: name a clone of Modelway, or require a "+
			"version", Module, c.Root, filepath.Join(bootstrap, "go.mod"))
	}
	return c, nil
}

// required is the module of Modelway in the go.mod around the project: a path with a version, or a folder without one.
func (p Project) required() (module.Version, error) {
	folder := p.Root
	for !exists(folder, "go.mod") && folder != filepath.Dir(folder) {
		folder = filepath.Dir(folder)
	}
	name := filepath.Join(folder, "go.mod")
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return module.Version{}, p.foreign("it has no go.mod", "go mod init example.com/"+strings.ToLower(filepath.Base(p.Root))+" && ")
	}
	if err != nil {
		return module.Version{}, err
	}
	file, err := modfile.Parse(name, text, nil)
	if err != nil {
		return module.Version{}, err
	}
	if file.Module != nil && file.Module.Mod.Path == Module {
		return module.Version{Path: folder}, nil
	}
	at := slices.IndexFunc(file.Require, func(r *modfile.Require) bool { return r.Mod.Path == Module })
	if at < 0 {
		return module.Version{}, p.foreign(name+" does not require "+Module, "")
	}
	wanted := file.Require[at].Mod
	for _, replace := range file.Replace {
		if replace.Old.Path != Module || replace.Old.Version != "" && replace.Old.Version != wanted.Version {
			continue
		}
		if replace.New.Version == "" && !filepath.IsAbs(replace.New.Path) {
			return module.Version{Path: filepath.Join(folder, replace.New.Path)}, nil
		}
		return replace.New, nil
	}
	return wanted, nil
}

func (p Project) foreign(why, first string) error {
	return fmt.Errorf("%s is not a project of Modelway: %s; fix: `%sgo get %s` there, or make a project with `modelway new <folder>`", p.Root,
		why, first, Module)
}

// clone gets the checkout of a version.
func clone(ctx context.Context, tell io.Writer, r module.Version) (Checkout, error) {
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

// CheckGo is an error where there is no go command.
func CheckGo() error {
	if _, err := exec.LookPath("go"); err != nil {
		return errors.New("Go is not on PATH: install Go 1.26 or newer from https://go.dev/dl/")
	}
	return nil
}

// goCommand runs the go command as the Makefile does, so that both share a build cache. When the context ends, the command and its
// children are told to.
func goCommand(ctx context.Context, folder string, out, errOut io.Writer, args ...string) error {
	if err := CheckGo(); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, out, errOut
	cmd.Env = append(os.Environ(), "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -trimpath"), "GOWORK=off")
	group(cmd)
	return cmd.Run()
}
