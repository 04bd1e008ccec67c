package chain

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/traffic"
)

// answers asks once, and from the first time on all the time.
func (w *way) answers(ctx context.Context) error {
	return w.t.step("Load balancer", fmt.Sprintf("curl -s %s -d '%s'", w.address(), payment), func(say func(string)) (string, error) {
		var a answer
		err := await(ctx, time.Minute, say, func(ctx context.Context) (bool, string) {
			var err error
			a, err = ask(ctx, w.address())
			return err == nil, fmt.Sprint(err)
		})
		if err != nil {
			return "", err
		}
		name, known := w.versions[a.version]
		if !known {
			return "", fmt.Errorf("version %q answers, which was not promoted; known: %v", a.version, w.versions)
		}
		if w.requests == nil {
			w.requests = w.startRequests(ctx)
			return fmt.Sprintf("{\"predictions\":%s} by %s; from here on it is asked ten times a second", predictions(a), name), nil
		}
		return fmt.Sprintf("{\"predictions\":%s} by %s", predictions(a), name), nil
	})
}

func predictions(a answer) string {
	words := make([]string, len(a.Predictions))
	for i, p := range a.Predictions {
		words[i] = strconv.FormatFloat(p, 'f', 2, 64)
	}
	return "[" + strings.Join(words, ",") + "]"
}

// watchTime is how long answers are counted.
const watchTime = 10 * time.Second

// seen counts answers for a while by version.
func (w *way) seen(ctx context.Context, say func(string)) (map[string]int, error) {
	say("counting answers")
	before := w.requests.counts()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(watchTime):
	}
	return since(before, w.requests.counts()), w.requests.failed()
}

// divided wants two versions to answer.
func (w *way) divided(ctx context.Context) error {
	return w.t.step("Load balancer", "", func(say func(string)) (string, error) {
		counts, err := w.seen(ctx, say)
		if err == nil && len(counts) != 2 {
			err = fmt.Errorf("two versions should answer, and these do: %s", shares(counts, w.versions))
		}
		return shares(counts, w.versions), err
	})
}

// only wants one version to answer.
func (w *way) only(version int) func(context.Context) error {
	return func(ctx context.Context) error {
		return w.t.step("Load balancer", "", func(say func(string)) (string, error) {
			counts, err := w.seen(ctx, say)
			if err == nil && len(counts) == 0 {
				err = errors.New("nothing answered")
			}
			for answered := range counts {
				if name := w.versions[answered]; err == nil && name != fmt.Sprintf("version %d", version) {
					err = fmt.Errorf("only version %d should answer, and these do: %s", version, shares(counts, w.versions))
				}
			}
			return shares(counts, w.versions), err
		})
	}
}

// measured waits until Prometheus has counted what each version has answered.
func (w *way) measured(ctx context.Context) error {
	return w.t.step("Prometheus", traffic.VersionsQuery(model), func(say func(string)) (string, error) {
		status, err := w.status()
		if err != nil {
			return "", err
		}
		counts := map[string]int{}
		err = await(ctx, 2*time.Minute, say, func(ctx context.Context) (bool, string) {
			address, err := w.Prometheus(ctx, status)
			if err != nil {
				return false, err.Error()
			}
			found, err := traffic.Versions(ctx, address, model)
			if err != nil {
				return false, err.Error()
			}
			for version, n := range found {
				counts[version] = int(n)
			}
			missing := slices.DeleteFunc(w.answered(), func(version string) bool { return counts[version] > 0 })
			return len(missing) == 0, fmt.Sprintf("Prometheus has no requests yet of %v", missing)
		})
		return shares(counts, w.versions), err
	})
}

// answered are the versions that have answered until now.
func (w *way) answered() (all []string) {
	for version := range w.requests.counts() {
		all = append(all, version)
	}
	slices.Sort(all)
	return all
}

// trace goes back from an answer to the commit.
func (w *way) trace(ctx context.Context) error {
	return w.t.step("From an answer to its commit", "modelway trace "+w.address(), func(func(string)) (string, error) {
		said, err := w.run(ctx, "modelway", "trace", w.address())
		return strings.TrimSpace(said), err
	})
}

// sum tells of all requests.
func (w *way) sum(context.Context) error {
	return w.t.step("Requests all the time", "", func(func(string)) (string, error) {
		w.requests.end()
		counts, all := w.requests.counts(), 0
		for _, n := range counts {
			all += n
		}
		return fmt.Sprintf("%s\n%d requests, none failed", shares(counts, w.versions), all), w.requests.failed()
	})
}
