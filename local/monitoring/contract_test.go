package monitoring_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/local/testcluster"
)

// TestSampleServerKeepsTheContract asks the real server for a prediction, and holds what it then measures against the contract.
func TestSampleServerKeepsTheContract(t *testing.T) {
	testcluster.Build(t, "modelserver")
	url := serve(t, "--port=0", "--bind-address=127.0.0.1", "--model-name=churn", "--model-version=v7")
	answer, err := http.Post(url+"/v1/models/churn:predict", "application/json", strings.NewReader(`{"instances": [1, 2, 3]}`))
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusOK, answer.StatusCode)
	scraped, err := http.Get(url + "/metrics")
	require.NoError(t, err)
	defer scraped.Body.Close() //nolint:errcheck // nothing is written
	content, err := io.ReadAll(scraped.Body)
	require.NoError(t, err)
	text := string(content)
	for _, m := range metrics.Contract() {
		require.Contains(t, text, "# TYPE "+m.Name+" "+m.Type+"\n")
		series := m.Name
		if m.Type == "histogram" {
			series += "_count"
		}
		found := regexp.MustCompile(`(?m)^`+series+`\{([^}]*)\} `).FindAllStringSubmatch(text, -1)
		require.NotEmpty(t, found, series)
		for _, one := range found {
			var labels []string
			for _, label := range strings.Split(one[1], ",") {
				name, _, _ := strings.Cut(label, "=")
				labels = append(labels, name)
			}
			require.ElementsMatch(t, m.Labels, labels, m.Name)
			require.Contains(t, one[1], `model="churn"`)
			require.Contains(t, one[1], `version="v7"`)
		}
	}
	require.Contains(t, text, metrics.Requests+`{code="200",model="churn",version="v7"} 1`)
	require.Contains(t, text, metrics.Requests+`{code="503",model="churn",version="v7"} 0`)
	bounds := regexp.MustCompile(metrics.Duration+`_bucket\{[^}]*le="([0-9.]+)"\}`).FindAllStringSubmatch(text, -1)
	require.Len(t, bounds, len(metrics.Buckets))
	for i, bound := range bounds {
		seconds, err := strconv.ParseFloat(bound[1], 64)
		require.NoError(t, err)
		require.Equal(t, metrics.Buckets[i].Seconds(), seconds)
	}
}

// serve runs the sample server until the test ends, and returns its address once its model is loaded.
func serve(t testing.TB, args ...string) string {
	t.Helper()
	command := exec.Command("../../.modelway/bin/modelserver", args...)
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait()
	})
	address := ""
	for lines := bufio.NewScanner(output); lines.Scan(); {
		var record struct{ Msg, Address string }
		require.NoError(t, json.Unmarshal(lines.Bytes(), &record), lines.Text())
		if address += record.Address; record.Msg == "ready" {
			go io.Copy(io.Discard, output) //nolint:errcheck // a server whose log nobody reads stands still
			return "http://" + address
		}
	}
	t.Fatal("the server has ended before its model was loaded")
	return ""
}
