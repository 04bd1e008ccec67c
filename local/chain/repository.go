package chain

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// repository is the repository of the platform and its models: a working tree, and what stands for GitHub.
type repository struct{ work, origin string }

// url is where Argo CD reads it.
func (r repository) url() string { return (&url.URL{Scheme: "file", Path: r.origin}).String() }

// begin makes both, with what the folder has as the first commit.
func (r repository) begin(ctx context.Context) (commit string, err error) {
	if err := os.WriteFile(filepath.Join(r.work, ".gitignore"), []byte("/.modelway\n__pycache__/\n"), 0o644); err != nil {
		return "", err
	}
	for _, args := range [][]string{
		{"init", "--quiet", "--template=", "--bare", "--initial-branch", "main", r.origin},
		{"init", "--quiet", "--template=", "--initial-branch", "main"},
		{"remote", "add", "origin", r.origin},
	} {
		if _, err := r.git(ctx, args...); err != nil {
			return "", err
		}
	}
	return r.push(ctx, "Begin")
}

// push commits whatever has changed, and pushes it.
func (r repository) push(ctx context.Context, message string) (commit string, err error) {
	for _, args := range [][]string{{"add", "--all"}, {"commit", "--quiet", "--message", message}, {"push", "--quiet", "origin", "main"}} {
		if _, err := r.git(ctx, args...); err != nil {
			return "", err
		}
	}
	return r.git(ctx, "rev-parse", "HEAD")
}

// changed are the files that differ from the last commit.
func (r repository) changed(ctx context.Context) (string, error) {
	return r.git(ctx, "status", "--porcelain")
}

// revert takes the last commit back by another one.
func (r repository) revert(ctx context.Context) (commit string, err error) {
	for _, args := range [][]string{{"revert", "--no-edit", "HEAD"}, {"push", "--quiet", "origin", "main"}} {
		if _, err := r.git(ctx, args...); err != nil {
			return "", err
		}
	}
	return r.git(ctx, "rev-parse", "HEAD")
}

// replace puts one text of a file in the place of another, which has to be there.
func (r repository) replace(file, before, after string) error {
	path := filepath.Join(r.work, filepath.FromSlash(file))
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !strings.Contains(string(text), before) {
		return fmt.Errorf("%s has no %q, which this step changes", file, before)
	}
	return os.WriteFile(path, []byte(strings.Replace(string(text), before, after, 1)), 0o644)
}

// git runs Git as somebody of its own, without the settings of whoever runs this, such as hooks and signatures.
func (r repository) git(ctx context.Context, args ...string) (string, error) {
	who := []string{"-c", "user.name=Data scientist", "-c", "user.email=data@company.example"}
	command := exec.CommandContext(ctx, "git", append(who, args...)...)
	command.Dir, command.Env = r.work, append(environment(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	out, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return strings.TrimSpace(string(out)), nil
}

// environment is that of this process without what names another repository, as in a hook of Git.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "GIT_") })
}
