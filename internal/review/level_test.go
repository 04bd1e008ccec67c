package review_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/review"
)

func TestLevel(t *testing.T) {
	breaks := review.Break{What: "EKS cluster"}
	refused := review.Break{What: "EKS cluster", Refused: "one version at a time"}
	for name, c := range map[string]struct {
		report review.Report
		level  review.Level
	}{
		"nothing":             {review.Report{}, review.Good},
		"models are affected": {review.Report{AffectedModels: []string{"churn"}, Warnings: []string{"w"}}, review.Good},
		"a failed preview":    {review.Report{Failed: true}, review.Bad},
		"a break":             {review.Report{Breaking: []review.Break{breaks}}, review.Bad},
		"a break, allowed":    {review.Report{Breaking: []review.Break{breaks}, Allowed: "the label"}, review.Look},
		"refused by AWS":      {review.Report{Breaking: []review.Break{refused}, Allowed: "the label"}, review.Bad},
		"a condition":         {review.Report{Tripped: []review.Tripped{{Condition: "cost>1"}}}, review.Bad},
		"a policy":            {review.Report{Policies: []review.Rule{{Level: review.Mandatory, Violations: make([]review.Violation, 1)}}}, review.Bad},
		"advice, new":         {review.Report{Policies: []review.Rule{{Violations: []review.Violation{{New: true}}}}}, review.Look},
		"advice, known":       {review.Report{Policies: []review.Rule{{Violations: make([]review.Violation, 1)}}}, review.Good},
		"other NAT gateways":  {review.Report{Egress: make([]review.Egress, 1)}, review.Look},
		"not seen":            {review.Report{Unseen: []string{"a setting"}}, review.Look},
		"over a quota":        {review.Report{Headroom: []review.Headroom{{Mark: review.MarkOver}}}, review.Look},
		"near a quota":        {review.Report{Headroom: []review.Headroom{{Mark: review.MarkNear}}}, review.Good},
	} {
		require.Equal(t, c.level, c.report.Level(), name)
	}
}
