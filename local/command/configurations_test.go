package command

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/outputs"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/engine"
)

// configurations puts the settings of examples/configurations into the checkout, beside those of this repository, and names them all but
// local.
func configurations(t *testing.T, c checkout.Checkout) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(repository(t).Root, "examples", "configurations", "Pulumi.*.yaml"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 8)
	names := []string{"dev", "prod"}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(c.Root, filepath.Base(file)), text, 0o644))
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml"))
	}
	return names
}

// elsewhere are the configurations that a sample leaves out, each with the test that brings up what it is about. All of them are previewed
// by TestPreviewOffline.
var elsewhere = map[string]string{
	"argocd":             "TestArgocd",
	"database":           "TestConfigurations chain",
	"graviton-spot":      "TestConfigurations nodes-only",
	"kserve-fargate":     "TestKServeForms",
	"kserve-nodes":       "TestKServeForms",
	"mixed":              "TestLifecycle",
	"mlflow":             "TestConfigurations chain",
	"monitoring-fargate": "TestMonitoringFindsEveryModel",
	"monitoring-nodes":   "TestMonitoringFindsEveryModel",
	"pipelines":          "TestConfigurations chain",
}

// TestConfigurations brings every environment up, brings it up again without a change, and destroys it: several at a time, each on the next
// stack that is free.
func TestConfigurations(t *testing.T) {
	t.Parallel()
	all := configurations(t, newCheckout(t))
	for name, test := range elsewhere {
		require.Contains(t, all, name)
		require.NotContains(t, elsewhere, strings.TrimPrefix(test, "TestConfigurations "), "a test that runs")
	}
	if !whole(t) {
		all = slices.DeleteFunc(all, func(name string) bool { return elsewhere[name] != "" })
	}
	waiting := make(chan string, len(all))
	for _, name := range all {
		waiting <- name
	}
	close(waiting)
	for _, stack := range []string{"one", "two", "three"} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			comeAndGoAll(t, waiting)
		})
	}
}

// comeAndGoAll takes environments as long as there are any, one after the other, to a stack.
func comeAndGoAll(t *testing.T, waiting <-chan string) {
	name, some := <-waiting
	if !some {
		return
	}
	main := start(t)
	configurations(t, main.c)
	for ; some; name, some = <-waiting {
		t.Run(name, func(t *testing.T) {
			s := &stack{t: t, c: main.c, status: main.status}
			var err error
			s.port, err = freePort(0)
			require.NoError(t, err)

			project := s.configuration(name)
			require.NoError(t, seed(project))
			s.comeAndGo(project)
		})
	}
}

// comeAndGo brings an environment up, where a model answers, brings it up again without a change, and destroys it, which leaves nothing.
func (s *stack) comeAndGo(project engine.Project) {
	s.t.Helper()
	destroyed := false
	s.t.Cleanup(func() {
		if !destroyed { // so that the next one finds an empty cluster
			_ = engine.Destroy(context.Background(), project, s.progress())
		}
	})
	progress := s.progress()
	outs, err := engine.Up(context.Background(), project, progress)
	require.NoError(s.t, err)
	require.NotEmpty(s.t, progress.Changes)
	s.requireAnswer(outs, project)

	progress = s.progress()
	_, err = engine.Up(context.Background(), project, progress)
	require.NoError(s.t, err)
	require.Empty(s.t, names(progress.Changes), "a second up changes nothing")

	require.NoError(s.t, engine.Destroy(context.Background(), project, s.progress()))
	destroyed = true
	requireEmptyAccount(s.t, s)
	requireEmptyCluster(s.t, s)
}

// configuration is the project of an environment, brought up in a folder of its own.
func (s *stack) configuration(name string) engine.Project {
	project := hosted(s.c, s.status, name, s.port)
	project.Folder = s.c.State("configurations", name)
	return project
}

// requireAnswer asks a model for a prediction over the load balancer's HTTP listener. One that speaks HTTPS sends it there.
func (s *stack) requireAnswer(outs auto.OutputMap, _ engine.Project) {
	s.t.Helper()
	urls, err := output[map[string]string](outs, outputs.ModelURLs)
	require.NoError(s.t, err)
	address, err := url.Parse(urls["fraud-detection"])
	require.NoError(s.t, err)
	secure := address.Scheme == "https"
	address.Scheme, address.Host = "http", net.JoinHostPort(address.Hostname(), strconv.Itoa(s.port))
	client := &http.Client{
		Transport: &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)))
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	require.Eventually(s.t, func() bool {
		answer, err := client.Post(address.String(), "application/json", strings.NewReader(transaction))
		if err != nil {
			return false
		}
		defer answer.Body.Close()
		if secure {
			return answer.StatusCode == http.StatusMovedPermanently && strings.HasPrefix(answer.Header.Get("Location"), "https://")
		}
		return answer.StatusCode == http.StatusOK
	}, patience, tick, "%s does not answer", address)
}
