package command

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/supervisor"
)

// killPoints are when victims die: after so many resources, or after the first resource of a kind. At those kinds Helm's first release is
// under way, whose record must not block the next run.
var killPoints = []string{"1", "8", "20", "35", "50", "62", "75", "85", "95", "105", "ServiceAccount", "Service"}

// killLimit is how long a command may take to end after the kill: the guard's time after a loss, and some for a slow machine.
const killLimit = afterLoss + time.Minute

// TestKillMatrix kills each victim during up and during down. Each command ends, with a message that names the cause and a command; the
// rerun completes, and after down nothing is left. A sample runs by default. MODELWAY_KILLS is the name of a victim, or all;
// MODELWAY_KILL_POINTS takes some of the points, such as 8,62,Service; MODELWAY_KILL_MODELS is the number of models, 3 by default.
func TestKillMatrix(t *testing.T) {
	t.Parallel()
	which, points := os.Getenv("MODELWAY_KILLS"), killPoints
	if text := os.Getenv("MODELWAY_KILL_POINTS"); text != "" {
		points = strings.Split(text, ",")
	}
	sample := map[string][]string{}
	if which == "" {
		t.Log("a sample of the matrix: MODELWAY_KILLS=all, as in `make test-long`, takes all of it")
		sample = map[string][]string{"supervisor": {"ServiceAccount"}, "kubernetes plugin": {"Service"}, "kube-apiserver": {"85"}}
	}
	s := start(t)
	for i := range extraModels(t) {
		s.writeModel(fmt.Sprintf("extra-%d", i), fmt.Sprintf("name: extra-%d\nimage: example.com/extra:1.0.0\n", i))
	}
	ran := false
	for _, v := range victims {
		chosen := sample[v.name]
		if which == "all" || which == v.name {
			chosen = points
		}
		for _, point := range chosen {
			ran = true
			t.Run(v.name+" at "+point, func(t *testing.T) { s.with(t).killBoth(v, point) })
		}
	}
	require.True(t, ran, "MODELWAY_KILLS=%s is none of %v", which, victims)
}

func extraModels(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv("MODELWAY_KILL_MODELS"), "3"))
	require.NoError(t, err)
	return max(0, n-3)
}

func (s *stack) with(t *testing.T) *stack {
	same := *s
	same.t = t
	return &same
}

// killBoth kills the victim in up, repeats that, kills it in down, and repeats that.
func (s *stack) killBoth(v victim, point string) {
	s.kill("up", v, after(point))
	s.succeed("up")
	if s.kill("down", v, after(point)) {
		s.requireGone()
	} else {
		status, err := supervisor.Start(context.Background(), s.c, "")
		require.NoError(s.t, err)
		s.status = status
		require.NoError(s.t, s.destroy())
		requireEmptyAccount(s.t, s)
		requireEmptyCluster(s.t, s)
		s.succeed("down")
		s.requireGone()
	}
}

// after says by a command's output whether the point has come: so many resources are finished, or the first one of a kind is.
func after(point string) func(line string) bool {
	finished := regexp.MustCompile(`^  (create|delete|update|replace) `)
	left, err := strconv.Atoi(point)
	if err != nil {
		left = 1
		finished = regexp.MustCompile(`^  (create|delete) .*:` + point + ` `)
	}
	return func(line string) bool {
		if finished.MatchString(line) {
			left--
		}
		return left <= 0
	}
}

// kill runs a command and kills the victim when the point has come, or as soon as there is one from then on. It says whether the command
// succeeded in spite of that.
func (s *stack) kill(verb string, v victim, at func(line string) bool) bool {
	s.t.Helper()
	s.t.Logf("%s, and the end of %s", verb, v.name)
	return s.upset(verb, at, v.cause, func(command int) bool { return v.kill(command, s.c) })
}
