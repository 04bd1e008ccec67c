package toolchain

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
)

// minimumNode is what @pulumi/pulumi of local/npm/package-lock.json asks for ("engines").
const minimumNode = "18.17"

// minimumDisk is about twice what an empty Go build cache, the modules, the npm packages and the programs take together.
const minimumDisk = 10 << 30

// Machine is what was found on this machine.
type Machine struct {
	// GoVersion is the toolchain that builds the project, such as go1.26.8.
	GoVersion string
	// Platform is the operating system and architecture, such as linux/amd64.
	Platform string
	// Engine is the installed pulumi, an absolute path; empty when there is none.
	Engine string
}

// CheckPrerequisites finds Go, Node.js and npm. Its error has one line for each thing that is missing or too old, with the fix.
func CheckPrerequisites(ctx context.Context, root string) (Machine, error) {
	machine, err := checkGo(ctx, root)
	errs := []error{err, checkNode(ctx)}
	if _, err := exec.LookPath("npm"); err != nil {
		errs = append(errs, errors.New("npm is not on PATH: install it (it comes with Node.js; on Debian and Ubuntu: apt install npm)"))
	}
	if path, err := exec.LookPath("pulumi"); err == nil {
		machine.Engine, _ = filepath.Abs(path)
	}
	return machine, errors.Join(errs...)
}

// checkGo asks the go command inside the root module, where GOTOOLCHAIN may fetch the version that go.mod names.
func checkGo(ctx context.Context, root string) (Machine, error) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return Machine{}, fmt.Errorf("reading the project's go.mod: %w", err)
	}
	want := regexp.MustCompile(`(?m)^go (\S+)`).FindSubmatch(text)
	if want == nil {
		return Machine{}, fmt.Errorf("%s has no go line", filepath.Join(root, "go.mod"))
	}
	fix := fmt.Sprintf("Go %s or newer is needed: install it from https://go.dev/dl/", want[1])
	command := exec.CommandContext(ctx, "go", "env", "GOVERSION", "GOOS", "GOARCH")
	command.Dir = root
	out, err := command.Output()
	fields := strings.Fields(string(out))
	if err != nil || len(fields) != 3 {
		return Machine{}, errors.New(fix)
	}
	if older(strings.TrimPrefix(fields[0], "go"), string(want[1])) {
		return Machine{}, fmt.Errorf("%s (found %s)", fix, fields[0])
	}
	return Machine{GoVersion: fields[0], Platform: fields[1] + "/" + fields[2]}, nil
}

func checkNode(ctx context.Context) error {
	fix := "Node.js " + minimumNode + " or newer is needed: install it from https://nodejs.org/"
	out, err := exec.CommandContext(ctx, "node", "--version").Output()
	if err != nil {
		return errors.New(fix + " (no node on PATH)")
	}
	if found := strings.TrimSpace(string(out)); older(strings.TrimPrefix(found, "v"), minimumNode) {
		return fmt.Errorf("%s (found %s)", fix, found)
	}
	return nil
}

var number = regexp.MustCompile(`^\d+`)

// older compares dotted versions number by number; what follows a number (rc1, -dev) does not count.
func older(have, want string) bool {
	haves, wants := strings.Split(have, "."), strings.Split(want, ".")
	for i, part := range wants {
		w, _ := strconv.Atoi(number.FindString(part))
		h := 0
		if i < len(haves) {
			h, _ = strconv.Atoi(number.FindString(haves[i]))
		}
		if h != w {
			return h < w
		}
	}
	return false
}

// warnAboutDisk says so when the checkout's disk is nearly full; it cannot know how much of the Go build cache is there already.
func warnAboutDisk(root string, progress *Progress) {
	var stat syscall.Statfs_t
	if syscall.Statfs(root, &stat) != nil {
		return
	}
	if free := uint64(stat.Bavail) * uint64(stat.Bsize); free < minimumDisk {
		progress.say(fmt.Sprintf("warning: %.1f GB of disk are free; a first build takes up to %d GB", float64(free)/(1<<30), minimumDisk>>30))
	}
}
