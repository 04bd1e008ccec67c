package programs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/modelway/modelway/internal/image"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/durable"
	"github.com/modelway/modelway/local/kubelet"
)

// keptFile holds the user's programs as the last `modelway up` read them, for the supervisor and for other commands.
func keptFile(c checkout.Checkout) string { return c.State("run", "programs.json") }

// Keep gives the user's programs to the running supervisor, and to one that is started later. Containers whose program is another one then
// are started again.
func Keep(c checkout.Checkout, table kubelet.Table) error {
	text, err := json.MarshalIndent(table, "", "  ")
	if err != nil {
		return err
	}
	if before, err := os.ReadFile(keptFile(c)); err == nil && string(before) == string(text) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(keptFile(c)), 0o755); err != nil {
		return err
	}
	return durable.WriteFile(keptFile(c), text, 0o600)
}

// Programs are the programs of a checkout's local stack; it follows what [Keep] writes.
type Programs struct {
	c checkout.Checkout

	mutex    sync.Mutex
	read     time.Time // when the kept file that was read was written
	revision uint64
	given    kubelet.Table // by the user
}

// Of returns the programs of a checkout.
func Of(c checkout.Checkout) *Programs {
	p := &Programs{c: c}
	p.Revision()
	return p
}

// Revision reads the kept file where it has changed, and returns how often it has.
func (p *Programs) Revision() uint64 {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	info, err := os.Stat(keptFile(p.c))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return p.revision
	}
	written := time.Time{}
	if err == nil {
		written = info.ModTime()
	}
	if written.Equal(p.read) {
		return p.revision
	}
	given := kubelet.Table{}
	if text, err := os.ReadFile(keptFile(p.c)); err == nil {
		if json.Unmarshal(text, &given) != nil {
			return p.revision // it is replaced at once, so this one is damaged: the next `modelway up` writes it again
		}
	}
	p.given, p.read = given, written
	p.revision++
	return p.revision
}

// Find returns the program of an image, or why there is none. The user's programs win over the local stack's own.
func (p *Programs) Find(name string) (kubelet.Program, string) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	program, why := p.given.Find(name)
	if why == "" {
		return program, ""
	}
	repository, _, _ := image.Split(name)
	for _, r := range rows {
		if r.is(repository) {
			return r.own(p.c)
		}
	}
	return program, fmt.Sprintf("%s: name one in %s", why, FileName)
}
