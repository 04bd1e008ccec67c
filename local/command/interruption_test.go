package command

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/engine"
	"github.com/modelway/modelway/platform"
)

// TestKilledEngine kills the engine halfway through up and halfway through destroy; each completes when it is repeated.
func TestKilledEngine(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, at := range []string{"modelway-network-nat", "modelway-cluster-eksCluster", "fraud-detection-account"} {
		s.killEngine("up", at, 0)
	}
	require.NoError(t, s.destroy())
	// The Helm release is next, and takes longer than this.
	s.killEngine("up", "modelway-late-addons-coredns", 1500*time.Millisecond)
	_, outs := s.up()
	require.JSONEq(t, `{"predictions":[0.92]}`, s.answer(outs, "fraud-detection", transaction))

	for _, at := range []string{"fraud-detection-ingress", "modelway-compute-general", "modelway-cluster-eksCluster"} {
		s.killEngine("destroy", at, 0)
	}
	require.NoError(t, s.destroy())
	requireEmptyAccount(t, s)
	requireEmptyCluster(t, s)
}

// killEngine runs an operation in a process of its own and kills its engine with SIGKILL when it reports a resource whose
// name starts with the given one, or that long after.
func (s *stack) killEngine(verb, resource string, later time.Duration) {
	s.t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestOperation$", "-test.v")
	cmd.Env = append(os.Environ(), "OPERATION="+verb, "OPERATION_ROOT="+s.c.Root, "OPERATION_PORT="+strconv.Itoa(s.port),
		"OPERATION_ENDPOINT="+s.status.Endpoint, "OPERATION_CA="+s.status.CertificateAuthority, "OPERATION_KUBECONFIG="+s.status.Kubeconfig)
	out, err := cmd.StdoutPipe()
	require.NoError(s.t, err)
	cmd.Stderr = os.Stderr
	require.NoError(s.t, cmd.Start())
	killed := false
	lines := bufio.NewScanner(out)
	var seen []string
	for lines.Scan() {
		seen = append(seen, lines.Text())
		if fields := strings.Fields(lines.Text()); !killed && len(fields) >= 3 && strings.HasPrefix(fields[2], resource) {
			killed = true
			time.Sleep(later)
			for _, pid := range childrenOf(s.t, cmd.Process.Pid) {
				require.NoError(s.t, syscall.Kill(pid, syscall.SIGKILL))
			}
		}
	}
	_, _ = io.Copy(io.Discard, out)
	require.Error(s.t, cmd.Wait(), "%s survived the loss of its engine", verb)
	require.True(s.t, killed, "%s never reported %s:\n%s", verb, resource, strings.Join(seen, "\n"))
	s.t.Logf("killed the engine of %s at %s", verb, resource)
}

// TestOperation is the process of its own that killEngine starts; by itself it does nothing.
func TestOperation(t *testing.T) {
	verb := os.Getenv("OPERATION")
	if verb == "" {
		return
	}
	s := &stack{t: t}
	s.c.Root, s.status.Endpoint, s.status.CertificateAuthority = os.Getenv("OPERATION_ROOT"), os.Getenv("OPERATION_ENDPOINT"),
		os.Getenv("OPERATION_CA")
	s.status.Kubeconfig = os.Getenv("OPERATION_KUBECONFIG")
	s.port, _ = strconv.Atoi(os.Getenv("OPERATION_PORT"))
	progress := &engine.Progress{Out: os.Stdout}
	var err error
	if verb == "up" {
		_, err = engine.Up(context.Background(), s.project(), progress)
	} else {
		err = engine.Destroy(context.Background(), s.project(), progress)
	}
	require.NoError(t, err)
}

// childrenOf lists the processes that a process started, whose program is the engine.
func childrenOf(t *testing.T, pid int) []int {
	t.Helper()
	var found []int
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(t, err)
	for _, path := range stats {
		data, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		var child, parent int
		var state, name string
		text := string(data)
		if _, err := fmt.Sscanf(text, "%d", &child); err != nil {
			continue
		}
		name = text[strings.Index(text, "(")+1 : strings.LastIndex(text, ")")]
		if _, err := fmt.Sscanf(text[strings.LastIndex(text, ")")+1:], " %s %d", &state, &parent); err == nil && parent == pid &&
			name == "pulumi" {
			found = append(found, child)
		}
	}
	require.NotEmpty(t, found, "process %d has no engine", pid)
	return found
}

// TestThrottledAccount brings the platform up while AWS refuses one call in five.
func TestThrottledAccount(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.env = map[string]string{"MODELWAY_AWS_FAULTS": `{"throttle": 0.2, "seed": 7}`}
	_, outs := s.up()
	require.JSONEq(t, `{"predictions":[0.92]}`, s.answer(outs, "fraud-detection", transaction))
	require.NoError(t, s.destroy())
	requireEmptyAccount(t, s)
}

// TestDestroyWithoutTheEdgesHangs takes away the edges from each Ingress to the controller and what it needs. The controller
// goes first then, and the Ingresses wait for it until their time is up.
func TestDestroyWithoutTheEdgesHangs(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.program = func(ctx *pulumi.Context) error {
		if err := ctx.RegisterStackTransformation(withoutEdges); err != nil {
			return err
		}
		return platform.Program(s.c.Root)(ctx)
	}
	s.up()
	// The controller is held back until its release is gone, as it may be on a busy day.
	require.NoError(t, syscall.Kill(s.status.Pid, syscall.SIGSTOP))
	progress := &engine.Progress{Out: writer(func(line string) {
		t.Log(line)
		if strings.Contains(line, "modelway-controller-release") {
			require.NoError(t, syscall.Kill(s.status.Pid, syscall.SIGCONT))
		}
	})}
	err := engine.Destroy(context.Background(), s.project(), progress)
	require.ErrorContains(t, err, "fraud-detection-ingress: timed out")
	why := explain(context.Background(), s.status, err)
	require.ErrorContains(t, why, "finalizer group.ingress.k8s.aws/modelway-public")
	require.ErrorContains(t, why, "Deployment kube-system/aws-load-balancer-controller")
}

// withoutEdges removes the dependencies of Ingresses, classes and params, and gives their deletion a short time. It is a
// transformation of the SDK: the engine's own transforms cannot take a dependency away.
func withoutEdges(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
	switch args.Type {
	case "kubernetes:networking.k8s.io/v1:Ingress", "kubernetes:networking.k8s.io/v1:IngressClass",
		"kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams":
	default:
		return nil
	}
	kept := []pulumi.ResourceOption{pulumi.Timeouts(&pulumi.CustomTimeouts{Delete: "20s"})}
	for _, option := range args.Opts {
		if effect, err := pulumi.NewResourceOptions(option); err == nil && len(effect.DependsOn)+len(effect.DependsOnInputs) == 0 {
			kept = append(kept, option)
		}
	}
	return &pulumi.ResourceTransformationResult{Props: args.Props, Opts: kept}
}

// writer calls a function with each line that is written.
type writer func(line string)

func (w writer) Write(p []byte) (int, error) {
	w(strings.TrimRight(string(p), "\n"))
	return len(p), nil
}
