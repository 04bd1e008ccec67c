package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	k8s "k8s.io/client-go/kubernetes"

	"github.com/modelway/modelway/internal/envmap"
	envpage "github.com/modelway/modelway/internal/envmap/page"
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/terminal"
	"github.com/modelway/modelway/internal/traffic"
	"github.com/modelway/modelway/platform/ahead"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/durable"
	"github.com/modelway/modelway/local/kubelet"
	"github.com/modelway/modelway/local/standing"
	"github.com/modelway/modelway/local/supervisor"
)

// mapFile has the map of the stack that is up, as data.
func mapFile(c checkout.Checkout) string { return filepath.Join(deployedSettings(c).Root, "map.json") }

// keepMap keeps the map of a stack that came up, with the addresses that its models have on this machine.
func keepMap(c checkout.Checkout, stack string, outs auto.OutputMap) error {
	found, err := ahead.Look(c.Root, stack)
	if err != nil {
		return err
	}
	source := found.MapSource(time.Now())
	if urls, ok := outs[outputs.ModelURLs]; ok {
		source.Outputs[outputs.ModelURLs] = urls.Value
	}
	m, err := envmap.Of(source)
	if err != nil {
		return err
	}
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return durable.WriteFile(mapFile(c), text, 0o644)
}

// writeMap keeps the map, and tells where it is served. A stack that is up is up without one.
func writeMap(out io.Writer, c checkout.Checkout, stack string, outs auto.OutputMap) {
	said := mapAddress(c)
	if err := keepMap(c, stack, outs); err != nil {
		said = "cannot be drawn: " + err.Error()
	}
	fmt.Fprint(out, "\n"+standing.Text(terminal.Of(out), standing.Fact{Name: "map", Text: said}))
}

// mapAddress is where the map is served; "" where no port is remembered.
func mapAddress(c checkout.Checkout) string {
	port, err := supervisor.ReadPort(c.State("run", "port"))
	if err != nil {
		return ""
	}
	return fmt.Sprintf("http://localhost:%d/", port)
}

// mapPage serves the map of the stack that is up, with what its models do.
type mapPage struct {
	file string
	// client reaches the cluster.
	client func() (k8s.Interface, error)
	// prometheus is the URL of the Prometheus that runs, or "", and why there is none then.
	prometheus func(context.Context, k8s.Interface) (url, why string)
}

// newMapPage is the page of a checkout's stack.
func newMapPage(c checkout.Checkout) http.Handler {
	return mapPage{
		file: mapFile(c),
		client: func() (k8s.Interface, error) {
			s, running := supervisor.Running(c)
			if !running {
				return nil, errors.New("the local stack has not started")
			}
			return s.Client()
		},
		prometheus: func(ctx context.Context, client k8s.Interface) (url, why string) {
			found := prometheusPage.find(ctx, client)
			return found.url, found.why
		},
	}
}

// ServeHTTP answers with the page, or with its data.
func (p mapPage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, err := os.ReadFile(p.file)
	var drawn map[string]any
	if err == nil {
		err = json.Unmarshal(text, &drawn)
	}
	if errors.Is(err, fs.ErrNotExist) {
		http.Error(w, "No stack is up yet: the map is here once `modelway up` has ended", http.StatusNotFound)
		return
	}
	if err != nil {
		http.Error(w, "The map cannot be read: "+err.Error()+"; fix: modelway up", http.StatusInternalServerError)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), statusTimeout)
	defer cancel()
	drawn["live"] = p.live(ctx, leastOf(drawn))
	w.Header().Set("Cache-Control", "no-store")
	if r.URL.Path == "/map.json" {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(drawn)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	stack, _ := drawn["stack"].(string)
	_ = envpage.Write(w, stack, drawn, "map.json")
}

// leastOf are the numbers of pods that the models of a map have at the least.
func leastOf(drawn map[string]any) map[string]int {
	least := map[string]int{}
	models, _ := drawn["models"].([]any)
	for _, each := range models {
		m, _ := each.(map[string]any)
		name, _ := m["name"].(string)
		number, _ := m["least"].(float64)
		least[name] = int(number)
	}
	return least
}

// live asks the cluster how the models are, and Prometheus what they were asked.
func (p mapPage) live(ctx context.Context, least map[string]int) *envmap.Live {
	live := &envmap.Live{Models: map[string]envmap.LiveModel{}}
	client, err := p.client()
	if err == nil {
		err = readPods(ctx, client, least, live.Models)
	}
	if err != nil {
		live.Note = "the cluster does not tell how the models are: " + err.Error()
		return live
	}
	url, why := p.prometheus(ctx, client)
	if url == "" {
		live.Note = "nothing is measured: Prometheus " + why
		return live
	}
	measured, err := traffic.Ask(ctx, url)
	if err != nil {
		live.Note = err.Error()
		return live
	}
	live.Measured = true
	for _, m := range measured {
		if one, known := live.Models[m.Name]; known {
			one.Requests, one.Failed, one.P99 = column(m, traffic.Requests), column(m, traffic.Failed), column(m, traffic.P99)
			live.Models[m.Name] = one
		}
	}
	return live
}

// column is what was measured; nil where nothing was.
func column(m traffic.Model, c traffic.Column) *float64 {
	if value, measured := m.Values[c]; measured {
		return &value
	}
	return nil
}

// readPods counts the pods of each model, both versions together.
func readPods(ctx context.Context, client k8s.Interface, least map[string]int, models map[string]envmap.LiveModel) error {
	pods, err := client.CoreV1().Pods(metav1.NamespaceAll).List(ctx, metav1.ListOptions{
		LabelSelector: labels.Component + " in (" + labels.Model + "," + labels.Canary + ")",
	})
	if err != nil {
		return err
	}
	ready, there := map[string]int{}, map[string]int{}
	for _, pod := range pods.Items {
		name := pod.Labels[labels.Name]
		if pod.DeletionTimestamp != nil {
			continue
		}
		there[name]++
		if _, idle := kubelet.RunsNothing(pod); kubelet.IsReady(pod) && !idle {
			ready[name]++
		}
	}
	for name, number := range least {
		wanted := max(number, there[name])
		models[name] = envmap.LiveModel{Health: envmap.HealthOf(ready[name], wanted), Ready: ready[name], Wanted: wanted}
	}
	return nil
}
