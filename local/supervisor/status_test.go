package supervisor

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/checkout"
)

// FuzzReadStatus wants a status file that names no process refused, whatever else it has.
func FuzzReadStatus(f *testing.F) {
	for _, text := range []string{
		`{"pid":4711,"endpoint":"https://127.0.0.1:6443","certificateAuthority":"LS0t","kubeconfig":"kubeconfig"}`,
		`null`, `{}`, ``, `{"pid":0,"endpoint":"https://127.0.0.1:1","kubeconfig":"k"}`, `{"pid":-1,"endpoint":"https://127.0.0.1:1","kubeconfig":"k"}`,
		`{"pid":1e9}`, `{"pid":4711,"endpoint":"`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		status, err := readStatus(data)
		if err != nil {
			require.Zero(t, status)
			return
		}
		require.Greater(t, status.Pid, 1)
		require.NotEmpty(t, status.Kubeconfig)
	})
}

// TestADamagedStatusEndsNobody holds the supervisor's lock beside a damaged status, and stops it. A signal to process 0 would end the test itself.
func TestADamagedStatusEndsNobody(t *testing.T) {
	c := checkout.Checkout{Root: t.TempDir()}
	require.NoError(t, os.MkdirAll(filepath.Dir(lockFile(c)), 0o755))
	lock := flock.New(lockFile(c))
	require.NoError(t, lock.Lock())
	defer lock.Unlock() //nolint:errcheck // the file goes with the test
	for _, text := range []string{`null`, `{}`, `{"pid":0}`, `{"pid":-1}`, `{"pi`} {
		require.NoError(t, os.WriteFile(statusFile(c), []byte(text), 0o600))
		_, running := Running(c)
		require.False(t, running, text)
		require.ErrorContains(t, Stop(c, time.Millisecond), "does not tell its process id", text)
	}
}
