package monitoring_test

import (
	"slices"
	"testing"
)

func TestKindsOfServers(t *testing.T) { run(t, kinds()) }

// kinds are the kinds of servers: the series of each lead to the same alert, and in good times to none.
func kinds() []situation {
	const name = "ModelErrorBudgetBurn"
	of := func(model, owner, slo, objective, ratio string) []fired {
		page := burn("1h", "5m", "critical", "14.4", slo, objective, ratio)
		page.labels["model"], page.summary = model, model+page.summary[len("churn"):]
		if page.labels["owner"] = owner; owner == "" {
			delete(page.labels, "owner")
		}
		return []fired{page}
	}
	counter := func(metric, model, labels, values string) series {
		return series{metric + `{job="models",namespace="models",pod="` + model + `-1",model="` + model + `",track="stable",` + labels + `}`, values}
	}
	kserve := func(total, fast string) []series {
		return []series{
			counter("request_predict_seconds_count", "fraud", `model_name="fraud"`, total),
			counter("request_predict_seconds_bucket", "fraud", `model_name="fraud",le="0.25"`, "0x900"),
			counter("request_predict_seconds_bucket", "fraud", `model_name="fraud",le="0.5"`, fast),
			counter("request_predict_seconds_bucket", "fraud", `model_name="fraud",le="+Inf"`, total),
		}
	}
	triton := func(good, bad, rejected string) []series {
		const labels = `exported_model="ranker",version="1"`
		return []series{
			counter("nv_inference_request_success", "ranker", labels, good),
			counter("nv_inference_request_failure", "ranker", labels+`,reason="BACKEND"`, bad),
			counter("nv_inference_request_failure", "ranker", labels+`,reason="CANCELED"`, rejected),
		}
	}
	vllm := func(good, bad, fast, all string) []series {
		return []series{
			counter("http_requests_total", "ranker", `handler="/v1/completions",method="POST",status="2xx"`, good),
			counter("http_requests_total", "ranker", `handler="/v1/completions",method="POST",status="5xx"`, bad),
			counter("http_requests_total", "ranker", `handler="/health",method="GET",status="5xx"`, "0+900x900"),
			counter("vllm:num_requests_running", "ranker", `model_name="m"`, "1x900"),
			counter("vllm:e2e_request_latency_seconds_count", "ranker", `model_name="m"`, all),
			counter("vllm:e2e_request_latency_seconds_bucket", "ranker", `model_name="m",le="1.0"`, fast),
			counter("vllm:e2e_request_latency_seconds_bucket", "ranker", `model_name="m",le="+Inf"`, all),
		}
	}
	other := []series{{`http_requests_total{job="models",namespace="models",pod="ranker-1",model="ranker",track="stable",handler="/v1/models",status="5xx"}`,
		"0+60x900"}}
	image := []series{
		counter("request_predict_seconds_count", "churn", `model_name="churn"`, "0+100x900"),
		counter("request_predict_seconds_bucket", "churn", `model_name="churn",le="0.25"`, "0+10x900"),
		counter("request_predict_seconds_bucket", "churn", `model_name="churn",le="0.5"`, "0+75x900"),
		counter("request_predict_seconds_bucket", "churn", `model_name="churn",le="+Inf"`, "0+100x900"),
	}
	return []situation{
		{name: "KServe: the load balancer counts a tenth as failed", alert: name, at: "10m",
			input: slices.Concat(kserve("0+60x900", "0+60x900"), loadBalancer(60, 6)), on: of("fraud", "fraud", "availability", "99.9%", "10%")},
		{name: "KServe: half is slower than 500 ms", alert: name, at: "10m",
			input: slices.Concat(kserve("0+60x900", "0+30x900"), loadBalancer(60, 0)), on: of("fraud", "fraud", "latency", "99% in 500ms", "50%")},
		{name: "KServe: all is well", alert: name, at: "1h", input: slices.Concat(kserve("0+60x900", "0+60x900"), loadBalancer(60, 0))},
		{name: "KServe: eight failures, which CloudWatch has by zone, too, are eight", alert: name, at: "8m",
			input: slices.Concat(kserve("0+4x900", "0+4x900"), loadBalancer(4, 1))},
		{name: "an image with KServe's library: the bound above 300 ms is 500 ms", alert: name, at: "10m", input: image,
			on: of("churn", "risk", "latency", "99% in 300ms", "25%")},
		{name: "KServe: its histogram alone says nothing of failures", alert: "ModelMetricsAbsent", at: "30m",
			input: append(kserve("0+60x900", "0+60x900"), target("fraud", "stable", "1")), on: []fired{{
				map[string]string{"model": "fraud", "owner": "fraud", "slo": "availability", "objective": "99.9%", "severity": "warning"},
				"fraud: its pods are scraped, and there is no count of its requests: its objectives are not watched"}}},
		{name: "Triton: a fifth fails", alert: name, at: "10m", input: triton("0+80x900", "0+20x900", "0x900"),
			on: of("ranker", "", "availability", "99%", "20%")},
		{name: "Triton: clients cancel a fifth", alert: name, at: "1h", input: triton("0+80x900", "0x900", "0+20x900")},
		{name: "vLLM: a fifth fails", alert: name, at: "10m", input: vllm("0+80x900", "0+20x900", "0+100x900", "0+100x900"),
			on: of("ranker", "", "availability", "99%", "20%")},
		{name: "vLLM: a fifth takes more than a second", alert: name, at: "10m", input: vllm("0+100x900", "0x900", "0+80x900", "0+100x900"),
			on: of("ranker", "", "latency", "99% in 1s", "20%")},
		{name: "vLLM: health checks are no requests", alert: name, at: "1h", input: vllm("0+100x900", "0x900", "0+100x900", "0+100x900")},
		{name: "another server of that name for its counter is not taken for vLLM", alert: name, at: "1h", input: other},
	}
}
