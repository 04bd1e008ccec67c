package programs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/image"
	"github.com/modelway/modelway/internal/strict"

	"github.com/modelway/modelway/local/kubelet"
)

// FileName is the user's file, in the root of the checkout: programs by image repository.
const FileName = "programs.yaml"

// Variable is the environment variable of `modelway up` with further programs, which win over those of the file: IMAGE=COMMAND, several divided
// by semicolons, such as "ghcr.io/acme/churn=python3 serve.py". It has no way to write a space in a word; the file has.
const Variable = "MODELWAY_PROGRAMS"

// entry is a program in the user's file.
type entry struct {
	// Command is the program and its first arguments; the container's args follow. $(NAME) stands for a variable of the container. Required
	// unless there is a runtime.
	Command []string `json:"command"`
	// Directory is where it starts, from the folder of the file. Default: that folder.
	Directory string `json:"directory"`
	// Environment has further variables, which win over the container's.
	Environment map[string]string `json:"environment"`
	// Runtime runs the image itself, in place of a command: docker or podman. Default none.
	Runtime string `json:"runtime"`
}

// runtimes are the allowed ones.
var runtimes = []string{"docker", "podman"}

// runtimeTimeout bounds how long a runtime may take to say that it is there.
const runtimeTimeout = 20 * time.Second

// example is a correct file.
const example = "write an image and its command, such as ghcr.io/acme/churn: {command: [python3, serve.py], directory: ../churn}"

// Read returns the programs of the user's file in a folder and of the text of [Variable]. The error holds every fault of both.
func Read(root, variable string) (kubelet.Table, error) {
	table := kubelet.Table{}
	content, err := os.ReadFile(filepath.Join(root, FileName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the programs of images: %w", err)
	}
	faults := readFile(root, content, table)
	faults = append(faults, readVariable(root, variable, table)...)
	return table, strict.Join(faults)
}

// readFile adds the programs of a file to the table. A file without any content has none.
func readFile(root string, content []byte, table kubelet.Table) []strict.Fault {
	if blank(content) {
		return nil
	}
	entries := map[string]entry{}
	f := strict.Decode(FileName, content, &entries, nil)
	for i := range f.Faults {
		if f.Faults[i].Key == "" && f.Faults[i].Fix != "" {
			f.Faults[i].Allowed, f.Faults[i].Fix = "images with their programs", example
		}
	}
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		checkImage(f, name)
		table[name] = checked(f, root, name, entries[name])
	}
	return f.Faults
}

// blank says whether a file has comments at most.
func blank(content []byte) bool {
	for line := range strings.Lines(string(content)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return false
		}
	}
	return true
}

// readVariable adds the programs of the short form to the table.
func readVariable(root, text string, table kubelet.Table) (faults []strict.Fault) {
	for one := range strings.SplitSeq(text, ";") {
		if strings.TrimSpace(one) == "" {
			continue
		}
		name, command, found := strings.Cut(one, "=")
		name = strings.TrimSpace(name)
		f := &strict.File{Name: Variable}
		if !found {
			f.Fault(strict.Fault{File: Variable}, fmt.Sprintf("%q has no command", strings.TrimSpace(one)),
				"IMAGE=COMMAND, several divided by semicolons", fmt.Sprintf("write %s='%s=python3 serve.py'", Variable, strings.TrimSpace(one)))
		} else {
			checkImage(f, name)
			table[name] = checked(f, root, name, short(strings.Fields(command)))
		}
		for _, fault := range f.Faults {
			fault.Line = 0
			faults = append(faults, fault)
		}
	}
	return faults
}

// short is the entry of a command, of which docker and podman alone mean the runtime.
func short(command []string) entry {
	if len(command) == 1 && slices.Contains(runtimes, command[0]) {
		return entry{Runtime: command[0]}
	}
	return entry{Command: command}
}

// checkImage adds a fault for what is no image repository.
func checkImage(f *strict.File, name string) {
	repository, tag, digest := image.Split(name)
	problem, fix := image.Problem(repository + ":1")
	switch {
	case problem != "":
		f.Fault(f.Origin(name), "the image "+problem, "an image repository, such as ghcr.io/acme/churn", strings.ReplaceAll(fix, ":1.0.0", ""))
	case tag != "" || digest != "":
		f.Fault(f.Origin(name), "the image has a tag or a digest",
			"an image repository: its program stands for all versions, and learns the version as the container does", "write "+repository)
	}
}

// checked returns the program of an entry, and adds faults for what this machine cannot run.
func checked(f *strict.File, root, name string, e entry) kubelet.Program {
	checkEnvironment(f, name, e)
	if e.Runtime != "" {
		return checkedRuntime(f, name, e)
	}
	dir := filepath.Join(root, e.Directory)
	if filepath.IsAbs(e.Directory) {
		dir = e.Directory
	}
	program := kubelet.Program{Command: slices.Clone(e.Command), Directory: dir, Environment: e.Environment}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		f.Fault(f.Origin(name+".directory"), fmt.Sprintf("%s is not a folder of this machine", e.Directory),
			"a folder, from the one that holds "+FileName, fmt.Sprintf("make %s, or name the folder of the program", dir))
		return program
	}
	if f.Rejected(name + ".command") {
		return program
	}
	if len(e.Command) == 0 {
		f.Fault(f.Origin(name+".command"), "no command", "the program and its arguments", "write command: [python3, serve.py]")
		return program
	}
	path := e.Command[0]
	if strings.Contains(path, "/") && !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	found, err := exec.LookPath(path)
	if err != nil {
		f.Fault(f.Origin(name+".command"), fmt.Sprintf("%s is not a program of this machine: %v", e.Command[0], errors.Unwrap(err)),
			"a program on PATH, or a path from directory to an executable file",
			"install "+e.Command[0]+", name another program, or make the file executable with chmod +x")
		return program
	}
	program.Command[0] = found
	return program
}

// checkEnvironment adds faults for names that no variable has.
func checkEnvironment(f *strict.File, name string, e entry) {
	for _, variable := range slices.Sorted(maps.Keys(e.Environment)) {
		if variable == "" || strings.ContainsAny(variable, "= ") {
			f.Fault(f.Origin(name+".environment."+variable), fmt.Sprintf("%q is not a name of a variable", variable),
				"names without = and spaces", "rename it")
		}
	}
}

// checkedRuntime returns the program of an entry with a runtime, and adds a fault where it is not at work here.
func checkedRuntime(f *strict.File, name string, e entry) kubelet.Program {
	program := kubelet.Program{Environment: e.Environment}
	fault := func(problem, allowed, fix string) kubelet.Program {
		f.Fault(f.Origin(name+".runtime"), problem, allowed, fix)
		return program
	}
	if !slices.Contains(runtimes, e.Runtime) {
		return fault(fmt.Sprintf("%q is not a container runtime", e.Runtime), strings.Join(runtimes, ", "), "write one of them, or a command")
	}
	if len(e.Command) > 0 || e.Directory != "" {
		return fault(e.Runtime+" runs the image itself, beside a command or its directory", "a runtime or a command",
			"remove command and directory, or the runtime")
	}
	path, err := exec.LookPath(e.Runtime)
	if err != nil {
		return fault(fmt.Sprintf("%s is not a program of this machine: %v", e.Runtime, errors.Unwrap(err)), "a runtime on PATH",
			"install it, or give the command that stands for the image")
	}
	ctx, cancel := context.WithTimeout(context.Background(), runtimeTimeout)
	defer cancel()
	if out, err := exec.CommandContext(ctx, path, "version").CombinedOutput(); err != nil {
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		return fault(fmt.Sprintf("%s does not answer: %s", e.Runtime, cmp.Or(lines[len(lines)-1], err.Error())), "one that runs",
			"start it, until `"+e.Runtime+" version` succeeds, or give the command that stands for the image")
	}
	program.Runtime = path
	return program
}
