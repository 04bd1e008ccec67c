package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/modelway/modelway/local/durable"
)

// lastGood is the state as it was a moment ago, or as the last command found it. The engine's own backup, .bak, is of the step before, and
// is damaged with the state when the disk stays full: the engine then replaces a file by the part of it that it could write.
func lastGood(state string) string { return state + ".good" }

// keepTime is how old the good state may be that a run on a full disk leaves.
const keepTime = time.Second

// keeping keeps the last good state while an operation runs.
func (p Project) keeping(run func() error) error {
	over := make(chan struct{})
	var keeper sync.WaitGroup
	keeper.Go(func() {
		tick := time.NewTicker(keepTime)
		defer tick.Stop()
		for {
			select {
			case <-over:
				return
			case <-tick.C:
				_ = keepGood(p.StateFile(p.Stack)) // the next one may be good
			}
		}
	})
	defer func() { close(over); keeper.Wait() }()
	return run()
}

// keepGood keeps a state that can be read, at the cost of a link, for which a full disk has room: the engine only ever replaces the file.
func keepGood(state string) error {
	fresh := lastGood(state) + ".new"
	_ = os.Remove(fresh)
	if err := os.Link(state, fresh); err != nil {
		return err
	}
	defer os.Remove(fresh) // a rename to the same file does nothing
	data, err := os.ReadFile(fresh)
	if err == nil {
		_, err = parseState(data)
	}
	if err != nil {
		return err
	}
	return os.Rename(fresh, lastGood(state))
}

// ErrStateLost is the error of a command that has no state to go on from.
var ErrStateLost = errors.New("the state is lost")

// backups are the files that can take the place of a state, the newest first.
func backups(state string) []string { return []string{durable.BackupOf(state), lastGood(state)} }

// mendState makes sure that the state can be read: it keeps a copy of a good one, and puts a backup in the place of one that is damaged or
// missing, which it says. It fails where there is no backup that can be read; a new stack has neither a state nor a backup.
func (p Project) mendState(progress *Progress) error {
	state := p.StateFile(p.Stack)
	data, err := os.ReadFile(state)
	missing := errors.Is(err, fs.ErrNotExist)
	if missing && !p.Exists() {
		return nil
	}
	if err != nil && !missing {
		return err
	}
	what := "The state " + state + " is missing: something other than the engine removed it"
	if !missing {
		_, fault := parseState(data)
		if fault == nil {
			return durable.WriteFile(lastGood(state), data, 0o600)
		}
		what = fmt.Sprintf("The state %s cannot be read (%v): it was cut off while it was written, as by a full disk", state, fault)
	}
	for _, backup := range backups(state) {
		data, err := os.ReadFile(backup)
		if err == nil {
			_, err = parseState(data)
		}
		if err != nil {
			continue
		}
		kept := ""
		if missing {
			err = durable.WriteFile(state+damagedSuffix, nil, 0o600)
		} else {
			// A link: without its file, a stack that cannot be mended now, as on a disk that is still full, would count as none.
			err, kept = os.Link(state, state+damagedSuffix), "; the damaged one is kept as "+state+damagedSuffix
		}
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		progress.line("  " + what + ". Going on from " + backup + kept)
		return durable.WriteFile(state, data, 0o600)
	}
	return fmt.Errorf("%w: %s, and there is no backup that can be read. `modelway down --forget` removes this local stack without it, and "+
		"`modelway up` makes a new one", ErrStateLost, what)
}

// damagedSuffix ends the name of what is left of a state that was replaced by a backup.
const damagedSuffix = ".damaged"

// damaged says whether the state was replaced by a backup and has not been refreshed since.
func (p Project) damaged() bool {
	_, err := os.Stat(p.StateFile(p.Stack) + damagedSuffix)
	return err == nil
}

func (p Project) forgetDamaged() error {
	return os.Remove(p.StateFile(p.Stack) + damagedSuffix)
}

// parseState reads what a state holds, which is nothing in a new stack.
func parseState(data []byte) (apitype.DeploymentV3, error) {
	var state struct {
		Version    int
		Checkpoint *struct {
			Latest *apitype.DeploymentV3
		}
	}
	if err := json.Unmarshal(data, &state); err != nil {
		return apitype.DeploymentV3{}, err
	}
	if state.Version == 0 || state.Checkpoint == nil {
		return apitype.DeploymentV3{}, errors.New("it has no version or no checkpoint")
	}
	if state.Checkpoint.Latest == nil {
		return apitype.DeploymentV3{}, nil
	}
	return *state.Checkpoint.Latest, nil
}

// Outputs are those of the stack after its last operation.
func (p Project) Outputs() (map[string]any, error) {
	state, err := p.state()
	for _, r := range state.Resources {
		if r.Type == stackType {
			return r.Outputs, err
		}
	}
	return nil, err
}

// stackType is the type of the resource that stands for the stack itself.
const stackType = "pulumi:pulumi:Stack"

// state is what the file of the state holds.
func (p Project) state() (apitype.DeploymentV3, error) {
	data, err := os.ReadFile(p.StateFile(p.Stack))
	if errors.Is(err, fs.ErrNotExist) {
		return apitype.DeploymentV3{}, nil
	}
	if err != nil {
		return apitype.DeploymentV3{}, err
	}
	state, err := parseState(data)
	if err != nil {
		return state, fmt.Errorf("reading %s: %w", p.StateFile(p.Stack), err)
	}
	return state, nil
}
