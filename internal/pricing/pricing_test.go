package pricing

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/database"
	"github.com/modelway/modelway/internal/machine"
)

func TestEveryRegionLoads(t *testing.T) {
	require.Equal(t, []string{"ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "eu-central-1", "eu-west-1", "eu-west-2",
		"us-east-1", "us-east-2", "us-west-2"}, Regions())
	for _, region := range Regions() {
		prices, err := In(region)
		require.NoError(t, err)
		require.Equal(t, region, prices.Region)
		for _, instance := range prices.InstanceTypes() {
			_, parsed := machine.ParseInstanceType(instance)
			require.True(t, parsed, instance)
			_, sized := machine.Sizes()[instance]
			require.True(t, sized, instance)
		}
		for _, class := range database.ClassNames() {
			_, found := prices.DatabaseHour(class)
			require.True(t, found, "%s in %s", class, region)
		}
		for _, r := range []string{"aws:ec2/natGateway:NatGateway", "aws:kms/key:Key", "aws:secretsmanager/secret:Secret"} {
			_, found := prices.OfType(r)
			require.True(t, found, "%s in %s", r, region)
		}
	}
}

// TestPricesAreThoseOfTheirSources reads a few prices again.
func TestPricesAreThoseOfTheirSources(t *testing.T) {
	prices, err := In("us-east-1")
	require.NoError(t, err)
	require.Equal(t, "2026-07-20", prices.Date())
	for text, price := range map[string]Price{
		"0.10": prices.ControlPlaneHour, "0.60": prices.ExtendedControlPlaneHour, "0.04048": prices.FargateVCPUHour,
		"0.004445": prices.FargateGBHour, "0.000111": prices.FargateStorageGBHour,
		"0.0225": prices.LoadBalancerHour, "0.005": prices.PublicIPv4Hour, "0.01": prices.InterfaceEndpointHour,
		"0.08": prices.Gp3GBMonth, "0.04": prices.Gp3ThroughputMonth,
	} {
		require.Equal(t, text, price.USD.Price())
	}
	for i, want := range []string{
		"0.045 USD an hour for a NAT gateway", "1.00 USD a month for a KMS key", "0.40 USD a month for a secret of Secrets Manager",
	} {
		r := prices.Resources[i]
		article := map[string]string{Hour: "an ", Month: "a "}[r.Per]
		require.Equal(t, want, r.USD.Price()+" USD "+article+r.Per+" for a "+r.What)
	}
	for instance, want := range map[string]string{
		"t3.medium": "0.0416", "m6i.large": "0.096", "m7g.large": "0.0816", "g5.xlarge": "1.006", "p4d.24xlarge": "21.957642",
	} {
		price, found := prices.InstanceHour(instance)
		require.True(t, found, instance)
		require.Equal(t, want, price.Price(), instance)
	}
	_, found := prices.InstanceHour("m6i.huge")
	require.False(t, found)
	for _, family := range []string{"t3", "t3a", "t4g", "m5", "m5a", "m6i", "m6a", "m6g", "m7i", "m7g", "c5", "c6i", "c6g", "c7g", "r5", "r6i",
		"r6g", "g4dn", "g5", "g6", "inf2", "p3", "p4d", "p5"} {
		require.True(t, strings.Contains(strings.Join(prices.InstanceTypes(), " "), family+"."), family)
	}
}

// TestPricesDifferByRegion reads what differs most from region to region again.
func TestPricesDifferByRegion(t *testing.T) {
	for region, want := range map[string]string{
		// vCPU, GB and storage of Fargate, ALB, endpoint, NAT gateway, gp3, its IOPS and MiB/s, storage and server of a database, t3.large
		"us-east-1":      "0.04048 0.004445 0.000111 0.0225 0.01 0.045 0.08 0.005 0.04 0.115 0.016 0.0832",
		"us-east-2":      "0.04048 0.004445 0.000111 0.0225 0.01 0.045 0.08 0.005 0.04 0.115 0.016 0.0832",
		"us-west-2":      "0.04048 0.004445 0.000111 0.0225 0.01 0.045 0.08 0.005 0.04 0.115 0.016 0.0832",
		"eu-west-1":      "0.04048 0.004445 0.000122 0.0252 0.011 0.048 0.088 0.0055 0.044 0.127 0.017 0.0912",
		"eu-west-2":      "0.04656 0.00511 0.000129 0.02646 0.011 0.05 0.0928 0.0058 0.0464 0.133 0.018 0.0944",
		"eu-central-1":   "0.04656 0.00511 0.000132 0.027 0.012 0.052 0.0952 0.006 0.0476 0.137 0.019 0.096",
		"ap-south-1":     "0.04256 0.004655 0.000127 0.0239 0.013 0.056 0.0912 0.0057 0.0456 0.131 0.021 0.0896",
		"ap-southeast-1": "0.05056 0.00553 0.000133 0.0252 0.013 0.059 0.096 0.006 0.048 0.138 0.025 0.1056",
		"ap-southeast-2": "0.04856 0.00532 0.000133 0.0252 0.013 0.059 0.096 0.006 0.048 0.138 0.025 0.1056",
		"ap-northeast-1": "0.05056 0.00553 0.000133 0.0243 0.014 0.062 0.096 0.006 0.048 0.138 0.025 0.1088",
	} {
		p, err := In(region)
		require.NoError(t, err)
		nat, _ := p.OfType("aws:ec2/natGateway:NatGateway")
		server, _ := p.DatabaseHour("db.t4g.micro")
		node, _ := p.InstanceHour("t3.large")
		var got []string
		for _, price := range []USD{p.FargateVCPUHour.USD, p.FargateGBHour.USD, p.FargateStorageGBHour.USD, p.LoadBalancerHour.USD,
			p.InterfaceEndpointHour.USD, nat.USD, p.Gp3GBMonth.USD, p.Gp3IOPSMonth.USD, p.Gp3ThroughputMonth.USD,
			p.DatabaseStorageGBMonth.USD, server, node} {
			got = append(got, price.Price())
		}
		require.Equal(t, want, strings.Join(got, " "), region)
		require.Equal(t, []string{"0.10", "0.60", "0.005"},
			[]string{p.ControlPlaneHour.USD.Price(), p.ExtendedControlPlaneHour.USD.Price(), p.PublicIPv4Hour.USD.Price()}, region)
	}
}

func TestARegionWithoutPricesIsNamed(t *testing.T) {
	_, err := In("eu-north-1")
	require.EqualError(t, err, `region "eu-north-1" has no list prices here; there are prices for `+strings.Join(Regions(), ", ")+
		": add a table as docs/cost.md says")
}

// TestATableWithAFaultDoesNotLoad changes the table of us-east-1 in one place each time.
func TestATableWithAFaultDoesNotLoad(t *testing.T) {
	good, err := fs.ReadFile(data, "data/us-east-1.yaml")
	require.NoError(t, err)
	for _, test := range []struct{ name, old, new, want string }{
		{"missing", "loadBalancerHour: {usd: 0.0225,", "loadBalancer: {usd: 0.0225,", "loadBalancerHour has no price"},
		{"unknown", "loadBalancerHour: {usd: 0.0225,", "loadBalancer: {usd: 0.0225,", "loadBalancer is not an item; there are controlPlaneHour"},
		{"zero", "usd: 0.0225", "usd: 0", "loadBalancerHour has no price: give one above 0"},
		{"free resource", "usd: 0.045", "usd: 0", "aws:ec2/natGateway:NatGateway has no price: give one above 0"},
		{"per week", "{what: KMS key, per: month", "{what: KMS key, per: week",
			`aws:kms/key:Key is "KMS key" per "week": say what it is, and per: hour or month`},
		{"negative", "usd: 0.045", "usd: -0.045", `"-0.045" is not an amount of dollars`},
		{"too fine", "usd: 0.045", "usd: 0.0450000001", "more than 9 decimal places"},
		{"no day", "read: 2026-10-06", "read: October", `was read on "October"`},
		{"no source", "https://aws.amazon.com/kms/pricing/", "somewhere", `from "somewhere"`},
		{"another region", "region: us-east-1", "region: eu-west-1", `region is "eu-west-1"`},
		{"free instance", "t3.medium: 0.0416", "t3.medium: 0", "instance type t3.medium needs a price"},
		{"unknown instance", "t3.medium: 0.0416", "t3.medum: 0.0416", "instance type t3.medum needs a price above 0, and a size"},
		{"another key", "usd: 0.045,", "usd: 0.045, eur: 0.04,", "field eur not found"},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Contains(t, string(good), test.old)
			changed := strings.Replace(string(good), test.old, test.new, 1)
			_, err := readTables(fstest.MapFS{"data/us-east-1.yaml": {Data: []byte(changed)}})
			require.ErrorContains(t, err, test.want)
		})
	}
	older := strings.Replace(string(good), "read: 2026-10-06", "read: 2025-01-31", 1)
	tables, err := readTables(fstest.MapFS{"data/us-east-1.yaml": {Data: []byte(older)}})
	require.NoError(t, err)
	require.Equal(t, "2025-01-31", tables["us-east-1"].Date(), "the oldest price counts")
}

func TestAmounts(t *testing.T) {
	for text, want := range map[string]USD{"0": 0, "1": Dollar, "0.01": Cent, "12.5": 12*Dollar + 50*Cent, "0.000000001": 1} {
		got, err := ParseUSD(text)
		require.NoError(t, err)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", ".5", "-1", "+1", "1e3", "1,5", "a", "0.0000000001", "99999999999999"} {
		_, err := ParseUSD(text)
		require.Error(t, err, text)
	}
}

// Property: what is written as a price is read as the same amount.
func TestPricesReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := USD(rapid.Int64Range(0, 1<<62).Draw(t, "amount"))
		got, err := ParseUSD(amount.Price())
		require.NoError(t, err)
		require.Equal(t, amount, got)
	})
}
