package command

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/supervisor"
)

// victims are what can die, by how its command line begins or what it contains, and what the command's message then says.
var victims = map[string]struct{ command, cause string }{
	"engine":                  {"/pulumi\x00", "engine was killed"},
	"kubernetes plugin":       {"/pulumi-resource-kubernetes\x00", "plugin of the engine ended|kubernetes"},
	"aws plugin":              {"/pulumi-resource-aws\x00", "plugin of the engine ended|aws"},
	"eks plugin":              {"@pulumi/eks/cmd/provider", "plugin of the engine ended|eks"},
	"supervisor":              {"/modelway-local\x00serve", "The supervisor .* ended"},
	"kube-apiserver":          {"/kube-apiserver\x00", "kube-apiserver ended on its own .signal: killed.*log"},
	"etcd":                    {"/etcd\x00", "etcd ended on its own .signal: killed.*log"},
	"kube-controller-manager": {"/kube-controller-manager\x00", "kube-controller-manager ended on its own .signal: killed.*log"},
}

// killLimit is how long a command may take to end after the kill: the guard's time after a loss, and some for a slow machine.
const killLimit = afterLoss + time.Minute

// TestKillMatrix kills each victim during up and during down. Each command ends, with a message that names the cause and a command; the rerun
// completes, and after down nothing is left. MODELWAY_KILLS=all takes ten points of each, otherwise a seeded sample runs;
// MODELWAY_KILLS=<victim> takes those of one. MODELWAY_KILL_MODELS is the number of models, 3 by default.
func TestKillMatrix(t *testing.T) {
	which := os.Getenv("MODELWAY_KILLS")
	points := []int{1, 8, 20, 35, 50, 62, 75, 85, 95, 105}
	random := rand.New(rand.NewPCG(11, 0))
	if which == "" {
		t.Log("a sample of the matrix: MODELWAY_KILLS=all, as in `make test-long`, takes all of it")
	}
	s := start(t)
	for i := range extraModels(t) {
		s.writeModel(fmt.Sprintf("extra-%d", i), fmt.Sprintf("name: extra-%d\nimage: example.com/extra:1.0.0\n", i))
	}
	for _, name := range sortedVictims() {
		chosen := points
		switch {
		case which == "" && name != "supervisor" && name != "kube-apiserver":
			continue
		case which == "":
			chosen = []int{points[2+random.IntN(len(points)-4)]}
		case which != "all" && which != name:
			continue
		}
		for _, point := range chosen {
			t.Run(fmt.Sprintf("%s at %d", name, point), func(t *testing.T) { s.with(t).killBoth(name, point) })
		}
	}
}

func extraModels(t *testing.T) int {
	t.Helper()
	if os.Getenv("MODELWAY_KILL_MODELS") == "" {
		return 0
	}
	n, err := strconv.Atoi(os.Getenv("MODELWAY_KILL_MODELS"))
	require.NoError(t, err)
	return max(0, n-3)
}

func sortedVictims() []string {
	return []string{"engine", "kubernetes plugin", "aws plugin", "eks plugin", "supervisor", "kube-apiserver", "etcd", "kube-controller-manager"}
}

func (s *stack) with(t *testing.T) *stack {
	same := *s
	same.t = t
	return &same
}

// killBoth kills the victim in up, repeats that, kills it in down, and repeats that.
func (s *stack) killBoth(victim string, point int) {
	s.kill("up", victim, point)
	out, err := s.command("up").CombinedOutput()
	require.NoError(s.t, err, "up again: %s", out)
	s.kill("down", victim, point)
	status, err := supervisor.Start(context.Background(), s.c, "")
	require.NoError(s.t, err)
	s.status = status
	if !local(s.c, s.status, s.port).Exists() {
		return // down completed, and removed the account with it
	}
	require.NoError(s.t, s.destroy())
	requireEmptyAccount(s.t, s)
	requireEmptyCluster(s.t, s)
}

func (s *stack) command(verb string) *exec.Cmd {
	args := []string{verb}
	if verb == "up" {
		args = append(args, "--port", strconv.Itoa(s.port))
	}
	cmd := exec.Command(filepath.Join(s.c.Bin(), "modelway-local"), args...)
	cmd.Dir = s.c.Root
	return cmd
}

var finished = regexp.MustCompile(`^  (create|delete|update|replace) `)

// kill runs a command and kills the victim when that many resources are finished, or as soon as there is one from then on.
func (s *stack) kill(verb, victim string, point int) {
	s.t.Helper()
	cmd := s.command(verb)
	read, write := io.Pipe()
	cmd.Stdout, cmd.Stderr = write, write
	require.NoError(s.t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait(); write.Close() }()
	var text strings.Builder
	killed, limit := false, time.AfterFunc(10*time.Minute, func() { _ = cmd.Process.Kill() })
	defer limit.Stop()
	began := time.Now()
	lines := bufio.NewScanner(read)
	for n := 0; lines.Scan(); {
		fmt.Fprintln(&text, lines.Text())
		if !finished.MatchString(lines.Text()) {
			continue
		}
		if n++; n >= point && !killed {
			if pid := findVictim(cmd.Process.Pid, s.c.Root, victim); pid > 1 && syscall.Kill(pid, syscall.SIGKILL) == nil {
				killed, began = true, time.Now()
				limit.Reset(killLimit)
			}
		}
	}
	err := <-ended
	took := time.Since(began).Round(time.Second)
	if !killed {
		require.NoError(s.t, err, "%s without a kill: %s", verb, text.String())
		s.t.Logf("%s: no %s after %d resources", verb, victim, point)
		return
	}
	require.NotEqual(s.t, -1, cmd.ProcessState.ExitCode(), "%s did not end within %s: %s", verb, killLimit, text.String())
	if err == nil {
		s.t.Logf("%s survived the end of %s, in %s", verb, victim, took)
		return
	}
	s.t.Logf("%s ended %s after the end of %s", verb, took, victim)
	require.Regexp(s.t, "(?s)error:.*("+victims[victim].cause+")", text.String())
	require.Contains(s.t, text.String(), "un `make "+verb+"` again")
}

// findVictim is a process of the command, or of the checkout's supervisor.
func findVictim(command int, root, victim string) int {
	paths, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range paths {
		line, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(line), victims[victim].command) {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if strings.HasPrefix(string(line), root+"/") || descends(pid, command) {
			return pid
		}
	}
	return 0
}

func descends(pid, from int) bool {
	for pid > 1 {
		if pid == from {
			return true
		}
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			return false
		}
		_, rest, _ := strings.Cut(string(status), "PPid:")
		pid, _ = strconv.Atoi(strings.TrimSpace(strings.SplitN(rest, "\n", 2)[0]))
	}
	return false
}
