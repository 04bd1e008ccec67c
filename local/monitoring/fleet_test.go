package monitoring_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/monitoring"
)

// example is the model whose real texts are told of every model of a fleet.
const example = "churn"

// replicasOf is how many pods a version of a fleet's models has, and everyCanary that each of so many models has a canary.
const (
	replicasOf  = 2
	everyCanary = 10
)

// texts are what the real programs tell: the sample server of its model, kube-state-metrics of the objects of one model with two pods and of
// everything else, and the API server of itself.
type texts struct{ server, state, platform string }

// fleet answers for models that are not there, in the words of the real programs, with numbers that grow.
type fleet struct {
	models int
	began  time.Time
	texts  texts
}

// pods of a fleet's versions.
func (f fleet) pods() int {
	return f.models*replicasOf + (f.models+everyCanary-1)/everyCanary*replicasOf
}

// load is what is estimated of the fleet.
func (f fleet) load() monitoring.Load {
	versions := f.pods() / replicasOf
	return monitoring.Load{Models: f.models, Canaries: versions - f.models, Versions: versions, Pods: f.pods()}
}

func nameOf(i int) string { return fmt.Sprintf("model-%04d", i) }

// targets are those that Prometheus scrapes, as its service discovery by files reads them.
func (f fleet) targets(address string) []any {
	var all []any
	add := func(path, instance string, labels map[string]string) {
		labels["__metrics_path__"], labels["instance"] = path, instance
		all = append(all, map[string]any{"targets": []string{address}, "labels": labels})
	}
	pods := 0
	for i := range f.models {
		tracks := []string{metrics.Stable}
		if i%everyCanary == 0 {
			tracks = append(tracks, metrics.Canary)
		}
		for _, track := range tracks {
			for replica := range replicasOf {
				pods++
				add(fmt.Sprintf("/server/%s/%s/%d", nameOf(i), track, replica), fmt.Sprintf("10.%d.%d.%d:8080", pods>>16, pods>>8&255, pods&255),
					map[string]string{"job": metrics.Job, metrics.LabelModel: nameOf(i), metrics.LabelTrack: track, "namespace": "models",
						"pod": fmt.Sprintf("%s-%s-%d", nameOf(i), track, replica)})
			}
		}
	}
	for first := 0; first < pods; first += podsOfNode {
		node := fmt.Sprintf("node-%d", first/podsOfNode)
		add(fmt.Sprintf("/containers/%d/%d", first, min(pods, first+podsOfNode)), node,
			map[string]string{"job": "kubelet", "node": node, "metrics_path": "/metrics/cadvisor"})
	}
	add("/state", "kube-state-metrics", map[string]string{"job": "kube-state-metrics"})
	add("/platform", "platform", map[string]string{"job": "platform"})
	return all
}

// ServeHTTP implements http.Handler.
func (f fleet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch parts[0] {
	case "server":
		_, _ = io.WriteString(w, f.grown(strings.ReplaceAll(f.texts.server, example, parts[1]), r.URL.Path))
	case "containers":
		first, _ := strconv.Atoi(parts[1])
		end, _ := strconv.Atoi(parts[2])
		for pod := first; pod < end; pod++ {
			_, _ = io.WriteString(w, f.grown(containers(fmt.Sprintf("%s-%d", nameOf(pod/replicasOf), pod%replicasOf)), strconv.Itoa(pod)))
		}
	case "state": // values of objects hardly ever change
		for i := range f.models {
			_, _ = io.WriteString(w, strings.ReplaceAll(f.texts.state, example, nameOf(i)))
			if i%everyCanary == 0 {
				_, _ = io.WriteString(w, strings.ReplaceAll(f.texts.state, example, nameOf(i)+"-canary"))
			}
		}
	case "platform":
		_, _ = io.WriteString(w, f.grown(f.texts.platform, ""))
	}
}

// grown is a text whose numbers have grown since the fleet began: those of requests by ten a second of each pod, all others that are not small
// by a part that differs from series to series and from scrape to scrape.
func (f fleet) grown(text, of string) string {
	seconds := time.Since(f.began).Seconds()
	seed := fnv.New32a()
	_, _ = io.WriteString(seed, of)
	shift := float64(seed.Sum32()%1000) / 1000
	var out bytes.Buffer
	number := 0
	for line := range strings.Lines(text) {
		cut := strings.LastIndexByte(line, ' ')
		value, err := strconv.ParseFloat(strings.TrimSuffix(line[cut+1:], "\n"), 64)
		number++
		if line[0] == '#' || cut < 0 || err != nil {
			out.WriteString(line)
			continue
		}
		out.WriteString(line[:cut+1])
		noise := float64((uint64(seconds*1000)*2654435761+uint64(number)*40503)%997) / 997
		switch requests := seconds * (10 + shift); {
		case strings.Contains(line[:cut], metrics.Requests+`{code="200"`), strings.Contains(line[:cut], "_bucket{") && value > 0,
			strings.Contains(line[:cut], metrics.Duration+"_count"):
			value = float64(int64(requests + noise))
		case strings.Contains(line[:cut], metrics.Duration+"_sum"), strings.Contains(line[:cut], "seconds_total"):
			value += requests * 0.003 * (1 + noise/10)
		case strings.Contains(line[:cut], "_total") && value > 0:
			value += float64(int64(requests * 100 * (shift + noise/100)))
		case value > 10000 && !strings.Contains(line[:cut], "start_time") && !strings.Contains(line[:cut], "_max_"):
			value = float64(int64(value * (1 + noise/10)))
		}
		out.WriteString(strconv.FormatFloat(value, 'g', -1, 64))
		out.WriteByte('\n')
	}
	return out.String()
}

// podsOfNode is how many pods one kubelet tells of.
const podsOfNode = 30

// Series that a kubelet of EKS tells of a pod through cAdvisor, once the chart has left out what nobody asks for: of each of the three control
// groups of a pod with one container, and of the pod's network. Names by
// https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md, what is left out by cAdvisorMetricRelabelings of
// https://github.com/prometheus-community/helm-charts/blob/kube-prometheus-stack-88.5.3/charts/kube-prometheus-stack/values.yaml.
var (
	ofGroup = []string{
		"cpu_usage_seconds_total", "cpu_cfs_periods_total", "cpu_cfs_throttled_periods_total", "fs_reads_bytes_total", "fs_reads_total",
		"fs_writes_bytes_total", "fs_writes_total", "last_seen", "memory_cache", "memory_failcnt", "memory_kernel_usage", "memory_max_usage_bytes",
		"memory_rss", "memory_total_active_file_bytes", "memory_total_inactive_file_bytes", "memory_usage_bytes", "memory_working_set_bytes",
		"oom_events_total", "pressure_cpu_stalled_seconds_total", "pressure_cpu_waiting_seconds_total", "pressure_io_stalled_seconds_total",
		"pressure_io_waiting_seconds_total", "pressure_memory_stalled_seconds_total", "pressure_memory_waiting_seconds_total", "processes", "sockets",
		"start_time_seconds", "threads", "ulimits_soft",
	}
	ofNetwork = []string{
		"receive_bytes_total", "receive_errors_total", "receive_packets_dropped_total", "receive_packets_total", "transmit_bytes_total",
		"transmit_errors_total", "transmit_packets_dropped_total", "transmit_packets_total",
	}
)

// containers are the series of a pod's containers.
func containers(pod string) string {
	var out strings.Builder
	id := "/kubepods/burstable/pod" + pod
	for _, group := range []string{
		`container="",id="` + id + `",image="",name=""`,
		`container="",id="` + id + `/0a0a0a0a",image="602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/pause:3.10",name="0a0a0a0a"`,
		`container="model",id="` + id + `/0b0b0b0b",image="ghcr.io/modelway/model-server:0.1.0",name="0b0b0b0b"`,
	} {
		for _, name := range ofGroup {
			fmt.Fprintf(&out, "container_%s{%s,namespace=\"models\",pod=%q} 123456\n", name, group, pod)
		}
	}
	for _, name := range ofNetwork {
		fmt.Fprintf(&out, "container_network_%s{id=%q,image=\"\",interface=\"eth0\",name=\"\",namespace=\"models\",pod=%q} 123456\n", name, id, pod)
	}
	return out.String()
}

// serve answers for the fleet until the test ends, and writes its targets into a file of a folder.
func (f fleet) serve(t testing.TB, folder string) {
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	text, err := json.Marshal(f.targets(strings.TrimPrefix(server.URL, "http://")))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "targets.json"), text, 0o644))
}
