package alerts

import (
	"fmt"

	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/slo"
)

// MinCanaryRequests, minCanaryErrors and MinCanaryScore are what a comparison of versions needs before it is taken for more than chance:
// requests and bad requests of the canary in half an hour, and how many standard errors it is worse. 3 is passed by chance once in 740
// comparisons.
const (
	MinCanaryRequests = 100
	minCanaryErrors   = 5
	MinCanaryScore    = 3
)

const ofCanary = `{track="canary"}`

// canaries are the alerts on canaries: against the stable version beside it, and against the model's own objectives.
func canaries() []Alert {
	named := "{{ $labels.model }}: its canary{{ with $labels.version }} {{ . }}{{ end }} "
	fast, slow := slo.Burns()[0], slo.Burns()[1]
	return []Alert{
		{
			Name: "ModelCanaryWorse", Severity: monitoring.SeverityWarning, For: "5m", Model: true,
			Expr: withOwner(slo.Ratio(slo.Version, "30m")+ofCanary) +
				fmt.Sprintf("\nand on (model, slo) %s > %d", slo.CanaryScore, MinCanaryScore) +
				atLeast(slo.Counted(slo.Version, "30m"), MinCanaryRequests) + atLeast(slo.Errors(slo.Version, "30m"), minCanaryErrors),
			Summary: named + "misses the {{ $labels.slo }} objective of {{ $labels.objective }} with {{ $value | humanizePercentage }} " +
				"of its requests, more than the stable version does",
			When: fmt.Sprintf("in half an hour the canary has a larger part of bad requests than the stable version, by more than %d "+
				"standard errors, with at least %d requests and %d bad ones", MinCanaryScore, MinCanaryRequests, minCanaryErrors),
		},
		{
			Name: "ModelCanaryBudgetBurn", Severity: monitoring.SeverityWarning, For: "2m", Model: true,
			Expr: fmt.Sprintf("(\n%s\nor\n%s\n)\nand on (model, track, version, slo) %s%s >= %d",
				burns(slo.Version, ofCanary, fast), burns(slo.Version, ofCanary, slow), slo.Errors(slo.Version, "6h"), ofCanary, minErrors),
			Summary: named + "misses the {{ $labels.slo }} objective of {{ $labels.objective }} with {{ $value | humanizePercentage }} " +
				"of its requests: with all of them it would use up the error budget in days",
			When: fmt.Sprintf("as ModelErrorBudgetBurn, of the canary's own requests, with the factors %v and %v", fast.Factor, slow.Factor),
		},
	}
}

// atLeast requires a number of a canary's requests.
func atLeast(series string, n int) string {
	return fmt.Sprintf("\nand on (model, slo) (sum by (model, slo) (%s%s) >= %d)", series, ofCanary, n)
}
