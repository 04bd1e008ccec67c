package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modelway/modelway/internal/localcli"
	"github.com/modelway/modelway/internal/localstore"
	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/project"
	"github.com/modelway/modelway/internal/terminal"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/kubelet"
	"github.com/modelway/modelway/local/standing"
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
	told, err := standingOf(ctx, c)
	_, written := fmt.Fprint(out, told.Text(terminal.Of(out)))
	return cmp.Or(err, written)
}

// standingOf is what is known of a checkout's stack. With an error it is what is known nevertheless.
func standingOf(ctx context.Context, c checkout.Checkout) (told standing.Stack, err error) {
	add := func(name, text string) {
		told.Facts = append(told.Facts, standing.Fact{Name: name, Text: project.Callable(text, ".")})
	}
	stack := cmp.Or(upStack(c), localStack)
	if atWork(c) {
		add("command", "one is at work on this checkout's local stack")
	}
	if server, ok := tracking.Running(c); ok {
		add("mlflow", server.URL+", see docs/promotion.md")
	}
	s, ok := supervisor.Running(c)
	if !ok {
		add("stack", fmt.Sprintf("not running: start it with `%s`", upCommand(stack)))
		return told, nil
	}
	add("stack", cmp.Or(upStack(c), "none"))
	add("supervisor", fmt.Sprintf("process %d", s.Pid))
	add("kubernetes", s.Endpoint)
	told.Facts = append(told.Facts, standing.Fact{Name: "kubectl", Command: true,
		Text: fmt.Sprintf("%s --kubeconfig %s get pods -A", near(filepath.Join(c.Bin(), "kubectl")), near(s.Kubeconfig))})
	if connection, err := localstore.Read(c.Root); err == nil {
		add("s3", connection.Endpoint+", see docs/store.md")
	}
	if state := kserveState(c, stack); state != "" {
		add("kserve", state)
	}
	if address := mapAddress(c); address != "" {
		add("map", address)
	}
	add("logs", near(c.Logs()))
	add("volumes", volumesOf(s))
	told.Facts = append(told.Facts, idlePods(ctx, s)...)
	prometheus := ""
	if settings, err := settingsOf(deployedSettings(c), stack); err == nil && hasMonitoring(settings) {
		var pages []standing.Fact
		pages, prometheus = monitoringPages(ctx, s, 0)
		told.Facts = append(told.Facts, pages...)
	}
	p := local(c, s, 0)
	p.Stack = stack
	values, err := p.Outputs()
	if err != nil {
		return told, err
	}
	if bucket, _ := values[outputs.ModelStore].(string); bucket != "" {
		add("model store", fmt.Sprintf("s3://%s/", bucket))
	}
	told.URLs = map[string]string{}
	urls, _ := values[outputs.ModelURLs].(map[string]any) // none before the first up has ended
	for name, url := range urls {
		told.URLs[name] = fmt.Sprint(url)
	}
	measure(ctx, &told, prometheus)
	return told, nil
}

// near is a path as a command in this folder has it: relative where it is below.
func near(path string) string {
	here, err := os.Getwd()
	if err != nil {
		return path
	}
	if below, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(below) {
		return below
	}
	return path
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

// idlePods says which images run nothing here, and in how many pods.
func idlePods(ctx context.Context, s supervisor.Status) (facts []standing.Fact) {
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	client, err := s.Client()
	var pods *corev1.PodList
	if err == nil {
		pods, err = client.CoreV1().Pods(metav1.NamespaceAll).List(ctx, metav1.ListOptions{})
	}
	if err != nil {
		return []standing.Fact{{Name: "idle pods", Text: fmt.Sprintf("unknown: the API server does not tell of its pods: %v", err)}}
	}
	for _, line := range idle(pods.Items) {
		facts = append(facts, standing.Fact{Name: "idle pods", Text: line})
	}
	return facts
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
