package command

import (
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSignals runs a process that is stuck, and sends it signals.
func TestSignals(t *testing.T) {
	for name, c := range map[string]struct {
		signals []syscall.Signal
		code    int
	}{
		"Ctrl-C twice":       {[]syscall.Signal{syscall.SIGINT, syscall.SIGINT}, 130},
		"Ctrl-C and SIGTERM": {[]syscall.Signal{syscall.SIGINT, syscall.SIGTERM}, 143},
		"SIGTERM twice":      {[]syscall.Signal{syscall.SIGTERM, syscall.SIGTERM}, 143},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestStuck$", "-test.v")
			cmd.Env = append(os.Environ(), "STUCK=yes")
			out, err := cmd.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			text := readUntil(t, out, "stuck")
			for i, signal := range c.signals {
				require.NoError(t, cmd.Process.Signal(signal))
				if i == 0 {
					text += readUntil(t, out, "cancelled")
				}
			}
			rest, _ := io.ReadAll(out)
			_ = cmd.Wait()
			require.Equal(t, c.code, cmd.ProcessState.ExitCode(), "%s%s", text, rest)
			require.Contains(t, text, "Interrupted: waiting for")
			require.Contains(t, string(rest), "Ending at once")
		})
	}
}

// TestStuck is the process of its own that TestSignals starts; by itself it does nothing.
func TestStuck(t *testing.T) {
	if os.Getenv("STUCK") == "" {
		return
	}
	ctx, stop := interruptible(context.Background(), os.Stdout, os.Exit)
	defer stop()
	_, _ = os.Stdout.WriteString("stuck\n")
	<-ctx.Done()
	_, _ = os.Stdout.WriteString("cancelled\n")
	select {}
}

// readUntil reads up to the end of a line that is the given one.
func readUntil(t *testing.T, in io.Reader, line string) string {
	t.Helper()
	var text strings.Builder
	for b := make([]byte, 1); !strings.HasSuffix(text.String(), line+"\n"); {
		n, err := in.Read(b)
		require.NoError(t, err, text.String())
		text.Write(b[:n])
	}
	return text.String()
}
