package aws

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/modelway/modelway/local/durable"
)

// AccountID is the number of the simulated account.
const AccountID = "123456789012"

// EnvState names the environment variable that holds the path of the account file.
const EnvState = "MODELWAY_AWS_STATE"

// EnvDelay names the environment variable that holds how long an asynchronous operation takes (a Go duration).
const EnvDelay = "MODELWAY_AWS_DELAY"

// EnvCaller names the environment variable that holds the ARN of whoever calls the account: a user, or a session of a role.
const EnvCaller = "MODELWAY_AWS_CALLER"

// Caller is the ARN of whoever calls the account. Default a user of it.
func Caller() string {
	return cmp.Or(os.Getenv(EnvCaller), "arn:aws:iam::"+AccountID+":user/modelway")
}

// DefaultDelay is how long creating or deleting a cluster, a node group, a Fargate profile, an add-on or a NAT gateway takes
// when [EnvDelay] is not set.
const DefaultDelay = 50 * time.Millisecond

// Account is the simulated AWS account. Its methods may be used by several goroutines and several processes at once.
type Account struct {
	// Region is where new resources are created. Default us-east-1.
	Region string
	// Delay is how long an asynchronous operation takes. Default [DefaultDelay].
	Delay time.Duration
	// Now is the clock. Default time.Now.
	Now func() time.Time

	path     string
	volatile bool // not synced to disk, for tests that make thousands of changes

	sharing  sync.Mutex
	shared   *State   // what Snapshot last returned
	readFrom *os.File // where it was read, kept open so that no later file gets its identity
}

// Open returns the account kept in the file at path, creating its folder. The file appears with the first change.
func Open(path string) (*Account, error) {
	if path == "" {
		return nil, fmt.Errorf("no account file: set %s to the path of the simulated AWS account, such as .modelway/aws/account.json", EnvState)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	delay, err := Duration(EnvDelay, DefaultDelay)
	return &Account{Region: "us-east-1", Delay: delay, Now: time.Now, path: path}, err
}

// Duration reads an environment variable that holds a Go duration which is not negative.
func Duration(name string, unset time.Duration) (time.Duration, error) {
	v := os.Getenv(name)
	if v == "" {
		return unset, nil
	}
	d, err := time.ParseDuration(v)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%s is %q: want a duration that is not negative, such as 50ms", name, v)
	}
	return d, nil
}

// View calls fn with a snapshot of the account. Changes that fn makes are lost. It takes no lock: the file is only ever
// replaced whole.
func (a *Account) View(fn func(*State) error) error {
	s, err := a.load()
	if err != nil {
		return fmt.Errorf("reading the AWS account: %w", err)
	}
	return fn(s)
}

// Snapshot returns the account for reading only, the same one to all callers. Pointers tell changes: while nothing changes, neither
// by an update nor by the end of asynchronous work, it is the same [State] again, at the cost of opening a file.
func (a *Account) Snapshot() (*State, error) {
	a.sharing.Lock()
	defer a.sharing.Unlock()
	file, err := os.Open(a.path)
	if errors.Is(err, fs.ErrNotExist) {
		return a.fresh()
	}
	if err != nil {
		return nil, fmt.Errorf("reading the AWS account: %w", err)
	}
	if same(file, a.readFrom) && (a.shared.next.IsZero() || a.Now().Before(a.shared.next)) {
		return a.shared, file.Close()
	}
	raw, err := io.ReadAll(file)
	var read *State
	if err == nil {
		read, err = a.parse(raw)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("reading the AWS account: %w", err), file.Close())
	}
	_ = a.readFrom.Close() // nil at first, which does no harm
	a.shared, a.readFrom = read, file
	return read, nil
}

// same says whether two open files are one. The account's file is never written to, only replaced.
func same(x, y *os.File) bool {
	one, err := x.Stat()
	other, otherErr := y.Stat()
	return err == nil && otherErr == nil && os.SameFile(one, other)
}

// Update calls fn with the account and keeps the changes when fn returns nil; on an error nothing is changed. One update
// runs at a time over all processes. The file is replaced by a synced temporary file, so a process killed at any
// point leaves either the old account or the new one.
func (a *Account) Update(fn func(*State) error) error {
	lock := flock.New(a.path + ".lock")
	if err := lock.Lock(); err != nil {
		return fmt.Errorf("locking the AWS account: %w", err)
	}
	defer lock.Unlock() //nolint:errcheck // the lock ends with the file handle in any case
	return a.View(func(s *State) error {
		if err := fn(s); err != nil {
			return err
		}
		s.writeLogs()
		s.Serial++
		if err := a.save(s); err != nil {
			return fmt.Errorf("writing the AWS account: %w", err)
		}
		return nil
	})
}

func (a *Account) load() (*State, error) {
	raw, err := os.ReadFile(a.path)
	if errors.Is(err, fs.ErrNotExist) {
		return a.fresh()
	}
	if err != nil {
		return nil, err
	}
	return a.parse(raw)
}

func (a *Account) parse(raw []byte) (*State, error) {
	s := newState()
	if err := json.Unmarshal(raw, s); err != nil {
		return nil, a.damaged(err)
	}
	s.region, s.delay, s.now = a.Region, a.Delay, a.Now()
	s.settle()
	return s, nil
}

// fresh is an account that nothing was ever written to. One that has a backup is not: its file was taken away.
func (a *Account) fresh() (*State, error) {
	if _, err := os.Lstat(durable.BackupOf(a.path)); !errors.Is(err, fs.ErrNotExist) {
		return nil, a.wayOut(fmt.Errorf("%s is missing: something other than the local stack removed it", a.path))
	}
	return a.parse([]byte("{}"))
}

// damaged is the error for an account file that does not parse.
func (a *Account) damaged(fault error) error {
	return a.wayOut(fmt.Errorf("%s is not the JSON of an account (%w): something other than the local stack wrote or cut it", a.path, fault))
}

// wayOut adds to a fault of the account file what helps.
func (a *Account) wayOut(fault error) error {
	backup := durable.BackupOf(a.path)
	if raw, err := os.ReadFile(backup); err == nil && json.Unmarshal(raw, newState()) == nil {
		return fmt.Errorf("%w. The account before the last change is in %s: `mv %s %s`, and run the command again", fault, backup, backup, a.path)
	}
	return fmt.Errorf("%w, and there is no backup that can be read. `modelway down --forget` removes this local stack without it, and "+
		"`modelway up` makes a new one", fault)
}

func (a *Account) save(s *State) error {
	raw, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return err
	}
	if a.volatile {
		return errors.Join(os.WriteFile(a.path+".new", raw, 0o644), os.Rename(a.path+".new", a.path))
	}
	if err := durable.Backup(a.path); err != nil {
		return err
	}
	return durable.WriteFile(a.path, raw, 0o644)
}
