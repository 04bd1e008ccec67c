package pricing

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// FuzzReadTable requires a table of prices that are all above 0, or an error that names the file.
func FuzzReadTable(f *testing.F) {
	table, err := data.ReadFile("data/us-east-1.yaml")
	require.NoError(f, err)
	f.Add(table)
	for _, text := range []string{"", "region: us-east-1\n", "region: us-east-1\nprices: {keyMonth: {usd: -1}}\n",
		"instances: {usd: {m5.large: 1e3}}\n", "prices: &a {b: *a}\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, table []byte) {
		prices, err := readTable(fstest.MapFS{"data/us-east-1.yaml": {Data: table}}, "us-east-1.yaml")
		if err != nil {
			require.ErrorContains(t, err, "us-east-1.yaml")
			return
		}
		for name, price := range prices.items() {
			require.Positive(t, price.USD, name)
		}
		for _, instance := range prices.InstanceTypes() {
			price, _ := prices.InstanceHour(instance)
			require.Positive(t, price, instance)
		}
	})
}

// FuzzParseUSD requires every amount that is read written back as the same amount.
func FuzzParseUSD(f *testing.F) {
	for _, text := range []string{"0.0416", "73", "1.", ".5", "-1", "+1", "1e3", "9223372036.854775807", "9223372036.854775808", "1_0", "0x1",
		"1..2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		amount, err := ParseUSD(text)
		if err != nil {
			return
		}
		require.GreaterOrEqual(t, amount, USD(0))
		again, err := ParseUSD(amount.Price())
		require.NoError(t, err, "%q is %s", text, amount.Price())
		require.Equal(t, amount, again)
	})
}
