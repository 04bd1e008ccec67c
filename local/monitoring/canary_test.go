package monitoring_test

import "slices"

func canaries() []situation {
	canary := func(alert, summary string) []fired {
		return []fired{{
			labels: map[string]string{"model": "churn", "owner": "risk", "slo": "availability", "objective": "99.9%", "track": "canary", "version": "2",
				"severity": "warning"},
			summary: "churn: its canary 2 misses the availability objective of 99.9% with " + summary,
		}}
	}
	const worse, burns = "ModelCanaryWorse", "ModelCanaryBudgetBurn"
	both := func(stable, canary []series) []series { return slices.Concat(stable, canary) }
	return []situation{
		{name: "the canary fails a tenth of its requests, the stable version none", alert: worse, at: "20m",
			input: both(counts("stable", "1", 900, 0, 900), counts("canary", "2", 90, 10, 900)),
			on:    canary(worse, "10% of its requests, more than the stable version does")},
		{name: "the canary fails four of 400 requests", alert: worse, at: "40m",
			input: both(counts("stable", "1", 900, 0, 900), counts("canary", "2", 20, 1, 4))},
		{name: "the canary has had 40 requests, of which half failed", alert: worse, at: "40m",
			input: both(counts("stable", "1", 900, 0, 900), counts("canary", "2", 1, 1, 20))},
		{name: "both versions fail a tenth", alert: worse, at: "40m",
			input: both(counts("stable", "1", 810, 90, 900), counts("canary", "2", 90, 10, 900))},
		{name: "the canary alone would burn the budget", alert: burns, at: "20m",
			input: both(counts("stable", "1", 900, 0, 900), counts("canary", "2", 90, 10, 900)),
			on:    canary(burns, "10% of its requests: with all of them it would use up the error budget in days")},
		{name: "the canary keeps the objective", alert: burns, at: "7h",
			input: both(counts("stable", "1", 900, 0, 900), counts("canary", "2", 1999, 1, 900))},
		{name: "the stable version burns, and the canary does not", alert: burns, at: "20m",
			input: both(counts("stable", "1", 50, 50, 900), counts("canary", "2", 100, 0, 900))},
	}
}
