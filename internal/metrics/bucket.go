package metrics

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Buckets are the upper bounds of the contract's latency histogram: every latency objective is one of them, so that a request is either
// within it or not, and nothing is interpolated. The last one tells slow from stuck and is no objective.
var Buckets = []time.Duration{
	5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond,
	200 * time.Millisecond, 250 * time.Millisecond, 300 * time.Millisecond, 500 * time.Millisecond, 750 * time.Millisecond,
	time.Second, 2 * time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute,
}

// kserveBuckets are those of KServe's Python library, which are the defaults of its client library
// (https://github.com/prometheus/client_python/blob/v0.22.1/prometheus_client/metrics.py).
var kserveBuckets = []time.Duration{
	5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond, 75 * time.Millisecond, 100 * time.Millisecond,
	250 * time.Millisecond, 500 * time.Millisecond, 750 * time.Millisecond, time.Second, 2500 * time.Millisecond, 5 * time.Second,
	7500 * time.Millisecond, 10 * time.Second,
}

// vllmBuckets are those of vLLM's time of a whole request
// (https://github.com/vllm-project/vllm/blob/main/vllm/v1/metrics/loggers.py).
var vllmBuckets = []time.Duration{
	300 * time.Millisecond, 500 * time.Millisecond, 800 * time.Millisecond, time.Second, 1500 * time.Millisecond, 2 * time.Second,
	2500 * time.Millisecond, 5 * time.Second, 10 * time.Second, 15 * time.Second, 20 * time.Second, 30 * time.Second, 40 * time.Second,
	50 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute,
}

// Objectives are the latencies that a model can have as its objective: the contract's buckets but the last, and of a format of files that
// KServe's own library serves only those that its histogram has, too. Format is "" for an image.
func Objectives(format string) []time.Duration {
	all := Buckets[:len(Buckets)-1]
	if RuntimeOf(format).Name != Kserve {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(bound time.Duration) bool { return !slices.Contains(kserveBuckets, bound) })
}

// Within returns the lowest bound that is not below the latency; false where there is none.
func Within(latency time.Duration, bounds []time.Duration) (time.Duration, bool) {
	i, _ := slices.BinarySearch(bounds, latency)
	if i == len(bounds) {
		return 0, false
	}
	return bounds[i], true
}

// Le writes a bound as the label le has it once Prometheus has scraped it: seconds as a floating point number with a point
// (https://prometheus.io/docs/prometheus/latest/migration/#le-and-quantile-label-values).
func Le(bound time.Duration) string {
	text := strconv.FormatFloat(bound.Seconds(), 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}
