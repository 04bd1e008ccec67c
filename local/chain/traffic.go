package chain

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/modelway/modelway/internal/loopback"
)

// payment is what is asked all the time: the request of the README.
const payment = `{"instances": [[1000, 45, 0.67]]}`

// address is the model behind the load balancer.
func (w *way) address() string {
	return fmt.Sprintf("http://api.localhost:%d/v1/models/%s:predict", w.Port, model)
}

var client = &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DialContext: loopback.Dial}}

// answer is a prediction, and which version gave it.
type answer struct {
	Predictions []float64
	version     string
}

func ask(ctx context.Context, url string) (a answer, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewBufferString(payment))
	if err != nil {
		return a, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return a, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, bytes.TrimSpace(text))
	}
	if err == nil {
		err = json.Unmarshal(text, &a)
	}
	a.version = response.Header.Get("X-Model-Version")
	return a, err
}

// requests are the ones of a client that asks ten times a second.
type requests struct {
	mu       sync.Mutex
	answers  map[string]int
	failures []string
	stop     context.CancelFunc
	done     chan struct{}
}

func (w *way) startRequests(ctx context.Context) *requests {
	ctx, cancel := context.WithCancel(ctx)
	r := &requests{answers: map[string]int{}, stop: cancel, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		pace := time.NewTicker(100 * time.Millisecond)
		defer pace.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-pace.C:
				a, err := ask(context.WithoutCancel(ctx), w.address())
				r.record(a.version, err)
			}
		}
	}()
	return r
}

func (r *requests) record(version string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.failures = append(r.failures, time.Now().Format("15:04:05 ")+err.Error())
		return
	}
	r.answers[version]++
}

func (r *requests) end() {
	r.stop()
	<-r.done
}

// counts are the answers so far, by version.
func (r *requests) counts() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.answers)
}

// failed is an error that names requests which failed.
func (r *requests) failed() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.failures) == 0 {
		return nil
	}
	return fmt.Errorf("%d requests failed; the first at %s", len(r.failures), r.failures[0])
}

// since counts the answers after others.
func since(before, now map[string]int) map[string]int {
	left := map[string]int{}
	for version, n := range now {
		if n -= before[version]; n > 0 {
			left[version] = n
		}
	}
	return left
}

// shares tells how answers were divided among versions, which names have.
func shares(counts map[string]int, names map[string]string) string {
	all := 0
	for _, n := range counts {
		all += n
	}
	var words []string
	for _, version := range slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return strings.Compare(names[a], names[b]) }) {
		words = append(words, fmt.Sprintf("%s %d (%.0f %%)", names[version], counts[version], 100*float64(counts[version])/float64(all)))
	}
	return strings.Join(words, ", ")
}
