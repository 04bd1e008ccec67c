package command

import (
	"bufio"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/stretchr/testify/require"
)

// command is a command of the checkout, by its verb and its options.
func (s *stack) command(verb string) *exec.Cmd {
	args := strings.Fields(verb)
	if verb == "up" {
		args = append(args, "--port", strconv.Itoa(s.port))
	}
	cmd := exec.Command(filepath.Join(s.c.Bin(), "modelway-local"), args...)
	cmd.Dir = s.c.Root
	return cmd
}

// succeed runs a command that must.
func (s *stack) succeed(verb string) {
	s.t.Helper()
	began := time.Now()
	out, err := s.command(verb).CombinedOutput()
	require.NoError(s.t, err, "%s again: %s", verb, out)
	s.t.Logf("%s again: %s", verb, time.Since(began).Round(time.Second))
}

// upset runs a command and, when the point has come, does what the command cannot bear, again until it says that it is done. Without a
// point that is from the start. It says whether the command succeeded in spite of that. One that fails ends soon, and names the cause and
// what helps.
func (s *stack) upset(verb string, at func(line string) bool, cause string, do func(command int) bool) bool {
	s.t.Helper()
	cmd := s.command(verb)
	read, write := io.Pipe()
	cmd.Stdout, cmd.Stderr = write, write
	require.NoError(s.t, cmd.Start())
	limit := time.AfterFunc(10*time.Minute, func() { _ = cmd.Process.Kill() })
	defer limit.Stop()
	point, over := make(chan struct{}), make(chan struct{})
	go func() { _ = cmd.Wait(); write.Close() }()
	var done time.Time
	var doing sync.WaitGroup
	doing.Go(func() {
		for wait := point; ; wait = nil {
			select {
			case <-over:
				return
			case <-wait:
			case <-pause(wait == nil):
			}
			if do(cmd.Process.Pid) {
				done = time.Now()
				limit.Reset(killLimit)
				return
			}
		}
	})
	text := follow(read, at, point)
	close(over)
	doing.Wait()
	return s.survived(verb, cmd.ProcessState.ExitCode(), cause, text, done)
}

// pause is a moment, or for ever.
func pause(ends bool) <-chan time.Time {
	if !ends {
		return nil
	}
	return time.After(20 * time.Millisecond)
}

// follow reads an output to its end, and closes a channel when the point has come.
func follow(output io.Reader, at func(line string) bool, point chan struct{}) string {
	if at == nil {
		close(point)
	}
	var text strings.Builder
	for lines := bufio.NewScanner(output); lines.Scan(); {
		fmt.Fprintln(&text, lines.Text())
		if at != nil && at(lines.Text()) {
			close(point)
			at = nil
		}
	}
	return text.String()
}

// survived says whether a command succeeded in spite of what was done to it.
func (s *stack) survived(verb string, code int, cause, text string, done time.Time) bool {
	s.t.Helper()
	if done.IsZero() {
		require.Zero(s.t, code, "%s undisturbed: %s", verb, text)
		s.t.Logf("%s succeeded undisturbed", verb)
		return true
	}
	took := time.Since(done).Round(time.Second)
	require.NotEqual(s.t, -1, code, "%s did not end within %s: %s", verb, killLimit, text)
	if code == 0 {
		s.t.Logf("%s succeeded in spite of that, %s later", verb, took)
		return true
	}
	_, message, _ := strings.Cut("\n"+text, "\nerror: ")
	s.t.Logf("%s ended %s later: %s", verb, took, message)
	require.Regexp(s.t, "(?s)"+cause, message, text)
	word, _, _ := strings.Cut(verb, " ")
	require.Regexp(s.t, "\nRun `modelway "+word+"[^`]*` again", message, "no way out")
	return false
}
