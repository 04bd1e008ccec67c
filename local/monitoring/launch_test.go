package monitoring_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/port"
)

// instance is a Prometheus that a test runs.
type instance struct {
	address, folder string
	process         int
}

// freeAddress is an address of this machine at which nobody listens.
func freeAddress(t testing.TB) string {
	t.Helper()
	chosen, err := port.Choose(0)
	require.NoError(t, err)
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(chosen))
}

// launch runs Prometheus at an address, with the configuration prometheus.yaml of a folder, until the test ends.
func launch(t testing.TB, folder, address string) instance {
	t.Helper()
	command := exec.Command("../../.modelway/bin/prometheus", "--config.file="+filepath.Join(folder, "prometheus.yaml"),
		"--storage.tsdb.path="+filepath.Join(folder, "data"), "--web.listen-address="+address, "--web.enable-admin-api", "--log.level=warn")
	command.Stderr = os.Stderr
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait()
	})
	require.Eventually(t, func() bool {
		answer, err := http.Get("http://" + address + "/-/ready")
		return err == nil && answer.Body.Close() == nil && answer.StatusCode == http.StatusOK
	}, time.Minute, 200*time.Millisecond, "Prometheus does not become ready")
	return instance{address, folder, command.Process.Pid}
}

// ticks of Linux in a second, in which /proc counts the time of processes.
const ticks = 100

// cpu is how many seconds the process has computed; Linux tells.
func (p instance) cpu(t testing.TB) float64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.process))
	require.NoError(t, err)
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	sum := 0.0
	for _, field := range fields[11:13] { // of programs and of the kernel for them
		value, err := strconv.ParseFloat(field, 64)
		require.NoError(t, err)
		sum += value
	}
	return sum / ticks
}

// memory is a line of the process's status, in MiB.
func (p instance) memory(t testing.TB, name string) float64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.process))
	require.NoError(t, err)
	_, after, found := strings.Cut(string(text), "\n"+name+":")
	require.True(t, found, name)
	value, err := strconv.ParseFloat(strings.Fields(after)[0], 64)
	require.NoError(t, err)
	return value / 1024
}
