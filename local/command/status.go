package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modelway/modelway/internal/localcli"
	"github.com/modelway/modelway/internal/localstore"
	"github.com/modelway/modelway/internal/outputs"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/kubelet"
	"github.com/modelway/modelway/local/supervisor"
	"github.com/modelway/modelway/local/tracking"
)

func newStatus() *cobra.Command {
	return localcli.Status(func(cmd *cobra.Command, _ []string) error { return status(cmd.Context(), cmd.OutOrStdout()) })
}

func status(ctx context.Context, out io.Writer) error {
	c, err := checkout.OfBinary()
	if err != nil {
		return err
	}
	stack := cmp.Or(upStack(c), localStack)
	if atWork(c) {
		fmt.Fprintf(out, "%-12s one is at work on this checkout's local stack\n", "command")
	}
	if server, ok := tracking.Running(c); ok {
		fmt.Fprintf(out, "%-12s %s, see docs/promotion.md\n", "mlflow", server.URL)
	}
	s, ok := supervisor.Running(c)
	if !ok {
		say(out, "The local stack is not running: start it with `%s`\n", upCommand(stack))
		return nil
	}
	fmt.Fprintf(out, "%-12s %s\n", "stack", cmp.Or(upStack(c), "none"))
	fmt.Fprintf(out, "%-12s process %d\n", "supervisor", s.Pid)
	fmt.Fprintf(out, "%-12s %s\n", "kubernetes", s.Endpoint)
	fmt.Fprintf(out, "%-12s %s --kubeconfig %s get pods -A\n", "kubectl", filepath.Join(c.Bin(), "kubectl"), s.Kubeconfig)
	if connection, err := localstore.Read(c.Root); err == nil {
		fmt.Fprintf(out, "%-12s %s, see docs/store.md\n", "s3", connection.Endpoint)
	}
	if state := kserveState(c, stack); state != "" {
		fmt.Fprintf(out, "%-12s %s\n", "kserve", state)
	}
	if address := mapAddress(c); address != "" {
		fmt.Fprintf(out, "%-12s %s\n", "map", address)
	}
	fmt.Fprintf(out, "%-12s %s\n", "logs", c.Logs())
	fmt.Fprintf(out, "%-12s %s\n", "volumes", volumesOf(s))
	writeIdle(ctx, out, s)
	prometheus := ""
	if settings, err := settingsOf(deployedSettings(c), stack); err == nil && hasMonitoring(settings) {
		prometheus = writeMonitoring(ctx, out, s, 0)
	}
	p := local(c, s, 0)
	p.Stack = stack
	values, err := p.Outputs()
	if err != nil {
		return err
	}
	if bucket, _ := values[outputs.ModelStore].(string); bucket != "" {
		fmt.Fprintf(out, "%-12s s3://%s/\n", "model store", bucket)
	}
	urls, _ := values[outputs.ModelURLs].(map[string]any) // none before the first up has ended
	writeURLs(out, urls, nil)
	writeTraffic(ctx, out, prometheus)
	return nil
}

// atWork says whether a command has the checkout's lock.
func atWork(c checkout.Checkout) bool {
	release, err := exclusive(c)
	if err == nil {
		release()
	}
	return errors.As(err, new(usageError))
}

// volumesOf says how volumes reach the processes of pods.
func volumesOf(s supervisor.Status) string {
	if s.Isolation == kubelet.Mounted {
		return "at their real paths: each container has a mount namespace"
	}
	return "in folders below .modelway/pods, whose paths stand in commands, arguments and variables: " + s.NotIsolated
}

// statusTimeout bounds the wait for the API server's answer.
const statusTimeout = 10 * time.Second

// writeIdle prints which images run nothing here, and in how many pods.
func writeIdle(ctx context.Context, out io.Writer, s supervisor.Status) {
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	client, err := s.Client()
	var pods *corev1.PodList
	if err == nil {
		pods, err = client.CoreV1().Pods(metav1.NamespaceAll).List(ctx, metav1.ListOptions{})
	}
	if err != nil {
		fmt.Fprintf(out, "%-12s unknown: the API server does not tell of its pods: %v\n", "idle pods", err)
		return
	}
	for _, line := range idle(pods.Items) {
		fmt.Fprintf(out, "%-12s %s\n", "idle pods", line)
	}
}

// idle says, for each reason, how many pods run nothing because of it.
func idle(pods []corev1.Pod) (lines []string) {
	counts := map[string]int{}
	for _, pod := range pods {
		if why, idle := kubelet.RunsNothing(pod); idle {
			counts[why]++
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		lines = append(lines, fmt.Sprintf("%d ready, but run nothing: %s", counts[reason], reason))
	}
	return lines
}
