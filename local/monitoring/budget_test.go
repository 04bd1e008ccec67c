package monitoring_test

import "fmt"

// counts are the requests of a version of churn: answered 200 and 503 a minute, for so many minutes, and then nothing fails any more.
func counts(track, version string, good, bad, minutes int) []series {
	labels := fmt.Sprintf(`job="models",namespace="models",pod="churn-%s",model="churn",track=%q,version=%q`, track, track, version)
	return []series{
		{`model_requests_total{code="200",` + labels + `}`, fmt.Sprintf("0+%dx1000", good)},
		{`model_requests_total{code="503",` + labels + `}`, fmt.Sprintf("0+%dx%d %dx%d", bad, minutes, bad*minutes, 1000)},
		{`up{` + labels + `}`, "1x1000"},
	}
}

// timed are the requests of churn that take up to 300 ms, and those that take longer, a minute.
func timed(fast, slow int) []series {
	const labels = `job="models",namespace="models",pod="churn-a",model="churn",track="stable",version="1"`
	bucket := func(le string, n int) series {
		return series{`model_request_duration_seconds_bucket{` + labels + `,le="` + le + `"}`, fmt.Sprintf("0+%dx1000", n)}
	}
	return []series{bucket("0.25", fast/2), bucket("0.3", fast), bucket("1.0", fast+slow), bucket("+Inf", fast+slow),
		{`model_request_duration_seconds_count{` + labels + `}`, fmt.Sprintf("0+%dx1000", fast+slow)}}
}

// burn is the alert ModelErrorBudgetBurn of churn.
func burn(long, short, severity, factor, slo, objective, ratio string) fired {
	return fired{
		labels: map[string]string{"model": "churn", "owner": "risk", "slo": slo, "objective": objective, "severity": severity, "long": long,
			"short": short},
		summary: "churn: " + ratio + " of its requests missed its " + slo + " objective of " + objective + " in the last " + long +
			", at least " + factor + " times what its error budget allows",
	}
}

func burning() []situation {
	const name = "ModelErrorBudgetBurn"
	availability := func(long, short, severity, factor, ratio string) fired {
		return burn(long, short, severity, factor, "availability", "99.9%", ratio)
	}
	return []situation{
		{name: "half of the requests fail: it pages within minutes", alert: name, at: "10m", input: counts("stable", "1", 50, 50, 900),
			on: []fired{availability("1h", "5m", "critical", "14.4", "50%")}},
		{name: "half of the requests fail while what churn promised before Prometheus started anew is still there", alert: name, at: "10m",
			input: append(counts("stable", "1", 50, 50, 900),
				series{`model:slo_objective:ratio{model="churn",owner="before",slo="availability",objective="99%"}`, "0.99x900"}),
			on: []fired{availability("1h", "5m", "critical", "14.4", "50%")}},
		{name: "half of the requests fail for ten minutes and no longer: the page ends", alert: name, at: "17m",
			input: counts("stable", "1", 50, 50, 10)},
		{name: "one request an hour fails", alert: name, at: "5h", input: []series{
			{`model_requests_total{code="200",model="churn",track="stable",version="1"}`, "0x1000"},
			{`model_requests_total{code="503",model="churn",track="stable",version="1"}`, "0x59 1x59 2x59 3x59 4x59 5x900"},
		}},
		{name: "1% fails: ten times the budget", alert: name, at: "8h", input: counts("stable", "1", 990, 10, 900), on: []fired{
			availability("6h", "30m", "critical", "6", "1%"), availability("1d", "2h", "warning", "3", "1%"), availability("3d", "6h", "warning", "1", "1%"),
		}},
		{name: "0.4% fails: four times the budget, nobody is woken", alert: name, at: "10h", input: counts("stable", "1", 996, 4, 900),
			on: []fired{availability("1d", "2h", "warning", "3", "0.4%"), availability("3d", "6h", "warning", "1", "0.4%")}},
		{name: "0.05% fails: half the budget", alert: name, at: "10h", input: counts("stable", "1", 1999, 1, 900)},
		{name: "clients send what is wrong", alert: name, at: "1h", input: []series{
			{`model_requests_total{code="400",model="churn",track="stable",version="1"}`, "0+100x900"},
			{`model_requests_total{code="503",model="churn",track="stable",version="1"}`, "0x900"},
		}},
		{name: "a fifth is slower than 300 ms", alert: name, at: "10m", input: timed(80, 20),
			on: []fired{burn("1h", "5m", "critical", "14.4", "latency", "99% in 300ms", "20%")}},
		{name: "one in 200 is slower than 300 ms", alert: name, at: "10h", input: timed(1990, 10)},
		{name: "the budget is overspent", alert: "ModelErrorBudgetSpent", at: "3h", input: counts("stable", "1", 998, 2, 900), on: []fired{{
			labels:  map[string]string{"model": "churn", "owner": "risk", "slo": "availability", "objective": "99.9%", "severity": "warning"},
			summary: "churn: nothing is left of the 30 days' error budget of its availability objective of 99.9%: -100%",
		}}},
		{name: "half the budget is spent", alert: "ModelErrorBudgetSpent", at: "3h", input: counts("stable", "1", 1999, 1, 900)},
	}
}
