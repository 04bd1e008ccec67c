package metrics

import (
	"slices"
	"strings"
	"time"
)

// Names of kinds of servers.
const (
	Own    = "Modelway"
	Kserve = "KServe"
	Triton = "Triton"
	Vllm   = "vLLM"
)

// Runtime is a kind of server: the queries by which its series become those of the contract, by model, track and version.
type Runtime struct {
	// Name of the kind, and the formats of files that it serves; servers in images have no format.
	Name    string
	Formats []string
	// Requests are the requests a second, Errors those answered 5xx, "" where the server does not count them.
	Requests, Errors string
	// Histogram is the name of the latency histogram, in seconds, "" for none. Pods, if any, narrows it and the requests to pods that have
	// this series.
	Histogram string
	// Bounds of that histogram, and the label of an objective that has the bound to judge by.
	Bounds  []time.Duration
	BoundAt string
	// InFlight are the requests in work, "" where the server does not say.
	InFlight string
	// Missing says for people what the server does not tell, and where it comes from then.
	Missing string
}

const by = "sum by (model, track, version) "

// Window is the range over which rates are taken from counters, of which all longer ones are made.
const Window = "5m"

func rate(series string) string { return by + "(rate(" + series + "[" + Window + "]))" }

// Runtimes are the kinds of servers. Sources of names: https://github.com/kserve/kserve/blob/v0.20.0/python/kserve/kserve/metrics.py,
// https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/metrics.html,
// https://docs.vllm.ai/en/latest/design/metrics/, https://github.com/trallnag/prometheus-fastapi-instrumentator (vLLM's HTTP requests).
func Runtimes() []Runtime {
	return []Runtime{
		{
			Name: Own, Formats: []string{"mlflow", "modelway"},
			Requests: rate(Requests), Errors: rate(Requests + `{code=~"5.."}`),
			Histogram: Duration, Bounds: Buckets, BoundAt: "le", InFlight: by + "(" + InFlight + ")", Missing: "nothing",
		},
		{
			Name: Kserve, Formats: []string{"sklearn", "xgboost", "lightgbm"},
			Requests:  rate("request_predict_seconds_count"),
			Histogram: "request_predict_seconds", Bounds: kserveBuckets, BoundAt: "le_kserve",
			Missing: "status codes: failures come from the load balancer; requests in work; the histogram leaves out what happens before and after " +
				"the prediction",
		},
		{
			Name:     Triton,
			Requests: by + "(rate(nv_inference_request_success[5m])) + " + by + "(rate(nv_inference_request_failure[5m]))",
			Errors:   rate(`nv_inference_request_failure{reason!~"REJECTED|CANCELED"}`),
			InFlight: by + "(nv_inference_pending_request_count)",
			Missing:  "a latency histogram by default, so there is no latency objective",
		},
		{
			Name:     Vllm,
			Requests: rate(`http_requests_total{handler=~"/v1/.*"}`), Errors: rate(`http_requests_total{handler=~"/v1/.*",status=~"5.."}`),
			Histogram: "vllm:e2e_request_latency_seconds", Bounds: vllmBuckets, BoundAt: "le_vllm",
			InFlight: by + "(vllm:num_requests_running)", Missing: "requests that never reached the engine, in the histogram",
		},
	}
}

// RuntimeOf is the kind of server of a format of files; "" and unknown formats are taken for servers that keep the contract.
func RuntimeOf(format string) Runtime {
	all := Runtimes()
	for _, r := range all {
		if slices.Contains(r.Formats, format) {
			return r
		}
	}
	return all[0]
}

// Any joins the queries of kinds of servers: a model has one kind, so that at most one of them has its series.
func Any(of func(Runtime) string) string {
	var all []string
	for _, r := range Runtimes() {
		if query := of(r); query != "" {
			all = append(all, "("+query+")")
		}
	}
	return strings.Join(all, "\nor ")
}
