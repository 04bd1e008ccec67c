package command

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/engine"
	"github.com/modelway/modelway/local/supervisor"
)

// stack is a checkout of its own, in a temporary folder, with the programs that were built for this one.
type stack struct {
	t       *testing.T
	c       checkout.Checkout
	status  supervisor.Status
	port    int
	program pulumi.RunFunc
	env     map[string]string
}

// repository is the root of the checkout under test.
func repository(t *testing.T) checkout.Checkout {
	t.Helper()
	c, err := checkout.Find(".")
	require.NoError(t, err)
	return c
}

// newCheckout copies what a stack reads, and links the built programs.
func newCheckout(t *testing.T) checkout.Checkout {
	t.Helper()
	to, err := repository(t).Copy(t.TempDir())
	require.NoError(t, err)
	return to
}

// start runs a supervisor for a new checkout; both are gone at the end of the test.
func start(t *testing.T) *stack {
	t.Helper()
	return startIn(t, newCheckout(t))
}

// startIn runs a supervisor for a checkout until the end of the test.
func startIn(t *testing.T, c checkout.Checkout) *stack {
	t.Helper()
	s := &stack{t: t, c: c}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("supervisor's log:\n%s", lastLines(supervisor.LogFile(s.c), 60))
		}
		require.NoError(t, supervisor.Stop(s.c, 30*time.Second))
	})
	status, err := supervisor.Start(context.Background(), s.c, "")
	require.NoError(t, err)
	s.status = status
	s.port, err = freePort(0)
	require.NoError(t, err)
	return s
}

func lastLines(path string, n int) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(string(data), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

func (s *stack) project() engine.Project {
	p := local(s.c, s.status, s.port)
	if s.program != nil {
		p.Program = s.program
	}
	for k, v := range s.env {
		p.Env[k] = v
	}
	return p
}

// progress shows an operation in the test's log.
func (s *stack) progress() *engine.Progress {
	return &engine.Progress{Out: writer(func(line string) { s.t.Log(line) })}
}

func (s *stack) up() ([]engine.Change, auto.OutputMap) {
	s.t.Helper()
	progress := s.progress()
	outs, err := engine.Up(context.Background(), s.project(), progress)
	require.NoError(s.t, err)
	return progress.Changes, outs
}

// upErr is up for a run that is expected to fail.
func (s *stack) upErr(progress *engine.Progress) error {
	_, err := engine.Up(context.Background(), s.project(), progress)
	return err
}

func (s *stack) destroy() error {
	s.t.Helper()
	return engine.Destroy(context.Background(), s.project(), s.progress())
}

// answer asks a model for a prediction once it is ready.
func (s *stack) answer(outs auto.OutputMap, model, request string) string {
	s.t.Helper()
	urls, err := output[map[string]string](outs, outputs.ModelURLs)
	require.NoError(s.t, err)
	require.Contains(s.t, urls, model)
	require.NoError(s.t, awaitModel(context.Background(), urls[model]))
	answer, err := predict(context.Background(), urls[model], request)
	require.NoError(s.t, err)
	return answer
}

func (s *stack) writeModel(name, text string) {
	s.t.Helper()
	require.NoError(s.t, os.WriteFile(filepath.Join(s.c.Root, "models", name+".yaml"), []byte(text), 0o644))
}

// names are the resources that changed, as "op name", without components, which a change inside marks too.
func names(changes []engine.Change) []string {
	var all []string
	for _, c := range changes {
		if !strings.HasPrefix(c.Type, "modelway:") && !strings.HasPrefix(c.Type, "pulumi:") {
			all = append(all, c.Op+" "+c.Name())
		}
	}
	return all
}

// Bounds of waiting for what happens in the background.
const (
	patience = 30 * time.Second
	tick     = 200 * time.Millisecond
)

// occupy makes sure that somebody listens on a port.
func occupy(t *testing.T, port int) func() {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return func() {} // somebody does already
	}
	return func() { _ = l.Close() }
}

// awaitModel waits until the model behind a predict URL says that it is ready.
func awaitModel(ctx context.Context, predictURL string) error {
	status := strings.TrimSuffix(predictURL, ":predict")
	var last error
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if _, last = call(ctx, http.MethodGet, status, ""); last == nil || ctx.Err() != nil {
			return last
		}
	}
	return fmt.Errorf("not ready after a minute: %w", last)
}
