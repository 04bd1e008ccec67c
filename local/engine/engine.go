// Package engine runs Modelway's program under the real Pulumi engine, against the simulated AWS account, with its state in
// a folder.
package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Project says what to run, and where its state is kept.
type Project struct {
	// Root is the folder of Pulumi.yaml and the stack files.
	Root string
	// Stack is the stack's name; its settings come from Pulumi.<Stack>.yaml.
	Stack string
	// Folder keeps the stack's state, its copies of the settings, and the engine's home.
	Folder string
	// Bin is the folder of the CLI, the provider plugins and the tools that they call.
	Bin string
	// Env is added to the environment of the engine and its plugins.
	Env map[string]string
	// Settings, when set, edits the stack's settings before they are used, for example to choose a free port.
	Settings func(settings map[string]any) error
	// Interrupted, when set, is called when the run before was killed, after the state was brought in line with what is
	// there. It removes what the run created without noting it: pending is what it was creating, known what the state has.
	Interrupted func(ctx context.Context, pending, known []apitype.ResourceV3) error
	// Prepare, when set, is called before each up: it removes what an earlier run left and the next one would stumble over. Known is what
	// the state has.
	Prepare func(ctx context.Context, known []apitype.ResourceV3) error
	// Program is what the engine runs; nil for the Go program in Root.
	Program pulumi.RunFunc
}

// passphrase encrypts the secrets in the local stack's state. They are made on this machine and worthless elsewhere.
const passphrase = "local"

// Open makes the project's stack ready for an operation: it writes the settings and creates the stack where there is none.
// The caller makes sure that no other operation runs on the folder.
func Open(ctx context.Context, p Project, progress *Progress) (auto.Stack, error) {
	if err := os.RemoveAll(p.temporary()); err != nil {
		return auto.Stack{}, err
	}
	for _, dir := range []string{p.work(), p.backend(), p.home(), p.temporary()} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return auto.Stack{}, err
		}
	}
	if err := p.checkName(); err != nil {
		return auto.Stack{}, err
	}
	if err := p.mendState(progress); err != nil {
		return auto.Stack{}, err
	}
	runtime, err := p.serveOwn(ctx)
	if err == nil {
		err = p.writeSettings(runtime)
	}
	if err != nil {
		return auto.Stack{}, err
	}
	cli, err := auto.NewPulumiCommand(&auto.PulumiCommandOptions{Root: filepath.Dir(p.Bin), SkipVersionCheck: true})
	if err != nil {
		return auto.Stack{}, fmt.Errorf("starting the Pulumi CLI in %s: %w", p.Bin, said(err))
	}
	options := []auto.LocalWorkspaceOption{auto.PulumiHome(p.home()), auto.Pulumi(cli), auto.EnvVars(p.env())}
	var stack auto.Stack
	if p.Program == nil {
		stack, err = auto.UpsertStackLocalSource(ctx, p.Stack, p.work(), options...)
	} else {
		stack, err = auto.UpsertStackInlineSource(ctx, p.Stack, p.name(), p.Program, append(options, auto.WorkDir(p.work()))...)
	}
	if err != nil {
		return auto.Stack{}, fmt.Errorf("opening stack %s: %w", p.Stack, said(err))
	}
	return stack, nil
}

// Exists says whether the project has a stack, that is, whether it was opened before.
func (p Project) Exists() bool { return slices.Contains(p.Stacks(), p.Stack) }

// Stacks are the names of all stacks in the project's folder, under whatever name the project had. One of which only a backup of the state
// is left counts, too.
func (p Project) Stacks() (names []string) {
	files, _ := filepath.Glob(filepath.Join(p.states(), "*", "*")) // without the folder there is none
	for _, file := range files {
		name, _, _ := strings.Cut(filepath.Base(file), ".")
		state := filepath.Join(filepath.Dir(file), name+".json")
		if !slices.Contains(names, name) && slices.Contains(append(backups(state), state), file) {
			names = append(names, name)
		}
	}
	return names
}

// StateFile is the file that keeps the state of a stack in the project's folder.
func (p Project) StateFile(stack string) string {
	return filepath.Join(p.states(), p.name(), stack+".json")
}

// Clear removes the project's folder.
func (p Project) Clear() error { return os.RemoveAll(p.Folder) }

// SaveAtTheEnd is an environment variable, with its value, under which the engine saves the state once, at the end of a run. Otherwise it
// writes the whole state after every step, which takes longer the more resources there are; but a run that is killed leaves nothing to go
// on from (https://github.com/pulumi/pulumi/issues/10668).
const SaveAtTheEnd = "PULUMI_SKIP_CHECKPOINTS=true"

func (p Project) work() string    { return filepath.Join(p.Folder, "work") }
func (p Project) backend() string { return filepath.Join(p.Folder, "backend") }
func (p Project) states() string  { return filepath.Join(p.backend(), ".pulumi", "stacks") }
func (p Project) home() string    { return filepath.Join(p.Folder, "home") }

// temporary is for files that plugins make and never remove: the Kubernetes provider leaves a kubeconfig for each use of Helm.
func (p Project) temporary() string { return filepath.Join(p.Folder, "temporary") }

func (p Project) env() map[string]string {
	env := map[string]string{
		"PATH":   p.Bin + string(os.PathListSeparator) + os.Getenv("PATH"),
		"TMPDIR": p.temporary(),
		// a killed engine can leave an empty metadata file
		"PULUMI_BACKEND_URL":                            "file://" + filepath.ToSlash(p.backend()) + "?metadata=skip",
		"PULUMI_CONFIG_PASSPHRASE":                      passphrase,
		"PULUMI_SKIP_UPDATE_CHECK":                      "true",
		"PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK":      "true",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION":   "true",
		"PULUMI_IGNORE_AMBIENT_PLUGINS":                 "false",
		"PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
		// The real plugin and the real `aws` would use them; here nothing leaves the machine.
		"AWS_ACCESS_KEY_ID":     "local",
		"AWS_SECRET_ACCESS_KEY": "local",
	}
	for k, v := range p.Env {
		env[k] = v
	}
	return env
}

// ErrNoStack says that there is nothing to destroy.
var ErrNoStack = errors.New("there is no stack")
