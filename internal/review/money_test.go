package review_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/pricing"
	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/review/events"
)

// drawBill has items of a few components at whole cents, as a bill has them; kept are those of both sides.
func drawBill(rt *rapid.T, kept []cost.Item, label string) cost.Bill {
	item := rapid.Custom(func(rt *rapid.T) cost.Item {
		amount := pricing.USD(rapid.Int64Range(0, 9900).Draw(rt, "amount")) * pricing.Cent
		return cost.Item{Component: rapid.SampledFrom([]string{"network", "cluster", "compute"}).Draw(rt, "component"), Least: amount, Most: amount}
	})
	return cost.Bill{Date: "d", Items: append(rapid.SliceOfN(item, 0, 5).Draw(rt, label), kept...)}
}

// Property: each column of the shown amounts adds up to the shown total, each row's change is the difference of what it shows, and what
// does not change is not shown as a change.
func TestTheCostAddsUpAsItIsShown(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		odd := pricing.USD(rapid.Int64Range(0, 100).Draw(rt, "odd")) * pricing.Cent
		kept := []cost.Item{{Component: "ingress", Least: odd, Most: odd}, {Component: "model", Least: odd, Most: 3 * odd}}
		bills := &review.Bills{Before: drawBill(rt, kept, "before"), After: drawBill(rt, kept, "after")}
		c := review.Of(events.Preview{Stack: "s", CompleteBefore: true, CompleteAfter: true}, bills).Cost
		var was, is, change pricing.USD
		for _, l := range c.Components {
			for _, amount := range []review.Money{l.Before, l.After, l.Change} {
				require.Zero(rt, pricing.USD(amount)%pricing.Cent, "%s is shown as a whole number of cents", l.Name)
			}
			require.Equal(rt, l.Change, l.After-l.Before)
			require.GreaterOrEqual(rt, min(l.Before, l.After), review.Money(0))
			was, is, change = was+pricing.USD(l.Before), is+pricing.USD(l.After), change+pricing.USD(l.Change)
			if l.Name == "ingress" || l.Name == "model" {
				require.Zero(rt, l.Change)
			}
		}
		require.Equal(rt, c.Total, review.CostLine{Before: review.Money(was), After: review.Money(is), Change: review.Money(change)})
	})
}
