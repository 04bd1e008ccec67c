package pricing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/pricing"
)

func sum(amounts []pricing.USD) (total pricing.USD) {
	for _, amount := range amounts {
		total += amount
	}
	return total
}

func TestTheLargestRemainderIsRoundedUp(t *testing.T) {
	third := pricing.Dollar / 3
	require.Equal(t, []string{"0.34", "0.33", "0.33"}, texts(pricing.Apportion(pricing.Dollar, []pricing.USD{third, third, third})))
	halves := []pricing.USD{5_000_000, 5_000_000} // of a cent each, which would be 0.02 together
	require.Equal(t, []string{"0.01", "0.00"}, texts(pricing.Apportion(pricing.Cent, halves)))
	require.Equal(t, []string{"0.02", "0.01"}, texts(pricing.Apportion(3*pricing.Cent, halves)), "a total that is far off is met all the same")
	require.Equal(t, []string{"-0.01", "0.00"}, texts(pricing.Apportion(-pricing.Cent, []pricing.USD{0, 5_000_000})))
	require.Empty(t, pricing.Apportion(pricing.Cent, nil))
}

func texts(amounts []pricing.USD) (all []string) {
	for _, amount := range amounts {
		all = append(all, amount.String())
	}
	return all
}

// Property: the parts add up to the total, and none is a cent or more from what it was.
func TestRoundedPartsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) pricing.USD {
			return pricing.USD(rapid.Int64Range(0, int64(5*pricing.Dollar)).Draw(t, "part")).Rounded() +
				pricing.USD(rapid.SampledFrom([]int64{0, 1, 4_999_999, 5_000_000, 9_999_999}).Draw(t, "rest"))
		}), 1, 12).Draw(t, "parts")
		total := sum(parts).Rounded()
		rounded := pricing.Apportion(total, parts)
		require.Equal(t, total, sum(rounded))
		for i := range parts {
			require.Equal(t, rounded[i], rounded[i].Rounded())
			require.Less(t, max(rounded[i]-parts[i], parts[i]-rounded[i]), pricing.Cent)
		}
	})
}
