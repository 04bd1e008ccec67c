package chain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/modelway/modelway/internal/gitops"
	"github.com/modelway/modelway/internal/stackfile"
	"github.com/modelway/modelway/local/checkout"
)

// way is one run.
type way struct {
	Options
	c          checkout.Checkout
	repository repository
	t          *transcript
	log        *os.File
	requests   *requests
	started    time.Time
	// versions are the names that the registry has for what answers.
	versions map[string]string
}

// bucket is the model store, which keeps the artifacts of runs in a folder of its own here.
const bucket = "company-models"

// configure gives the local environment the parts of the whole chain. Rendered Ingresses name the port that the settings have.
func (w *way) configure() error {
	file := filepath.Join(w.c.Root, stackfile.Name("local"))
	document, err := stackfile.Document(file)
	if err != nil {
		return err
	}
	settings, _ := document["config"].(map[string]any)
	balancers, _ := settings["modelway:loadBalancers"].(map[string]any)
	public, there := balancers["public"].(map[string]any)
	if !there {
		return fmt.Errorf("%s has no modelway:loadBalancers.public, which the chain's model is behind: give it one", filepath.Base(file))
	}
	public["listeners"] = []any{map[string]any{"protocol": "HTTP", "port": w.Port}}
	for key, value := range map[string]map[string]any{
		"modelway:modelStore": {"enabled": true, "existingBucket": bucket},
		"modelway:kserve":     {"enabled": true},
		"modelway:monitoring": {"enabled": true, "scrapeSeconds": 15},
		"modelway:argocd":     {"enabled": true},
		"modelway:models":     {"delivery": gitops.ArgoCD, "git": map[string]any{"repository": w.repository.url()}},
	} {
		settings[key] = value
	}
	text, err := stackfile.Write(document)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

func (w *way) logFile() string { return filepath.Join(w.c.Logs(), "chain.log") }

// open writes the settings, leaves out the models that the way does not need, and begins the log.
func (w *way) open() (err error) {
	w.versions = map[string]string{}
	files, err := filepath.Glob(filepath.Join(w.c.Root, "models", "*.yaml"))
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	if err := w.configure(); err != nil {
		return err
	}
	if err := os.MkdirAll(w.c.Logs(), 0o755); err != nil {
		return err
	}
	w.log, err = os.Create(w.logFile())
	return err
}

func (w *way) close() {
	if w.requests != nil {
		w.requests.end()
	}
	_ = w.log.Close()
}

// failed is a command that ended with something else than 0, and what it said.
type failed struct {
	command, said string
	code          int
}

func (f failed) Error() string {
	return fmt.Sprintf("%s ended with %d:\n%s", f.command, f.code, f.said)
}

// run runs a program of the checkout in it, and returns what it said. It ends with an error of the type failed where the program does.
func (w *way) run(ctx context.Context, program string, args ...string) (text string, err error) {
	command := exec.CommandContext(ctx, filepath.Join(w.c.Bin(), program), args...)
	command.Dir, command.Env = w.c.Root, environment()
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C reaches it and what it runs once, by Cancel
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGINT) }
	command.WaitDelay = 5 * time.Minute
	fmt.Fprintf(w.log, "\n$ %s %s\n", program, strings.Join(args, " "))
	var said strings.Builder
	both := io.MultiWriter(w.log, &said)
	command.Stdout, command.Stderr = both, both
	err = command.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		err = failed{program + " " + strings.Join(args, " "), lastLines(said.String(), 20), exit.ExitCode()}
	}
	return said.String(), errors.Join(err, ctx.Err())
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// await asks until something is done, and says meanwhile what is seen.
func await(ctx context.Context, within time.Duration, say func(string), ask func(context.Context) (done bool, seen string)) error {
	deadline := time.Now().Add(within)
	for {
		done, seen := ask(ctx)
		switch {
		case done:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case time.Now().After(deadline):
			return fmt.Errorf("still after %s: %s", within, seen)
		}
		say(seen)
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}
