package network_test

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/modelway/modelway/infra/network"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// vpcs draws blocks of every allowed size with no bits set after the prefix.
func vpcs(t *rapid.T) netip.Prefix {
	var octets [4]byte
	for i := range octets {
		octets[i] = rapid.Byte().Draw(t, fmt.Sprint("octet", i))
	}
	return netip.PrefixFrom(netip.AddrFrom4(octets), rapid.IntRange(16, 20).Draw(t, "bits")).Masked()
}

func TestPlanIsInsideTheVpcWithoutOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vpc := vpcs(t)
		zones := rapid.IntRange(1, network.MaxZones).Draw(t, "zones")
		plan, err := network.NewPlan(vpc.String(), zones)
		require.NoError(t, err)
		require.Equal(t, vpc, plan.Vpc)
		require.Len(t, plan.Private, zones)
		require.Len(t, plan.Public, zones)
		all := append(append([]netip.Prefix{}, plan.Private...), plan.Public...)
		for i, p := range all {
			require.True(t, vpc.Contains(p.Addr()) && p.Bits() > vpc.Bits(), "%s in %s", p, vpc)
			require.Equal(t, p.Masked(), p)
			for _, other := range all[:i] {
				require.False(t, p.Overlaps(other), "%s and %s", p, other)
			}
		}
		for i := range zones {
			require.Equal(t, vpc.Bits()+3, plan.Private[i].Bits(), "an eighth: a /19 in a /16")
			require.GreaterOrEqual(t, plan.Public[i].Bits()-plan.Private[i].Bits(), 3, "private is at least eight times larger")
			require.LessOrEqual(t, plan.Public[i].Bits(), 26, "a load balancer fits")
		}
	})
}

func TestPlanIsStableWhenZonesAreAdded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vpc := vpcs(t)
		few := rapid.IntRange(1, network.MaxZones).Draw(t, "few")
		many := rapid.IntRange(few, network.MaxZones).Draw(t, "many")
		before, err := network.NewPlan(vpc.String(), few)
		require.NoError(t, err)
		after, err := network.NewPlan(vpc.String(), many)
		require.NoError(t, err)
		require.Equal(t, before.Private, after.Private[:few])
		require.Equal(t, before.Public, after.Public[:few])
	})
}

func TestPlanOfTheDefaultVpc(t *testing.T) {
	plan, err := network.NewPlan("10.0.0.0/16", 6)
	require.NoError(t, err)
	require.Equal(t, "[10.0.0.0/19 10.0.32.0/19 10.0.64.0/19 10.0.96.0/19 10.0.128.0/19 10.0.160.0/19]", fmt.Sprint(plan.Private))
	require.Equal(t, "[10.0.192.0/22 10.0.196.0/22 10.0.200.0/22 10.0.204.0/22 10.0.208.0/22 10.0.212.0/22]", fmt.Sprint(plan.Public))
}

func TestPlanRefusesWhatCannotBeDivided(t *testing.T) {
	for cidr, want := range map[string]string{
		"":               `Cidr "" is not an IPv4 block: write it like 10.0.0.0/16`,
		"10.0.0.0":       `Cidr "10.0.0.0" is not an IPv4 block`,
		"fd00::/16":      `Cidr "fd00::/16" is not an IPv4 block`,
		"10.0.0.0/15":    `Cidr "10.0.0.0/15" has prefix length 15: use /16 to /20`,
		"10.0.0.0/21":    `has prefix length 21: use /16 to /20`,
		"10.1.2.0/16":    `Cidr "10.1.2.0/16" has bits set after its prefix: write 10.1.0.0/16`,
		"10.0.0.0/16 or": `is not an IPv4 block`,
	} {
		_, err := network.NewPlan(cidr, 2)
		require.ErrorContains(t, err, want)
	}
	for _, zones := range []int{-1, 0, 7} {
		_, err := network.NewPlan("10.0.0.0/16", zones)
		require.ErrorContains(t, err, "use 1 to 6")
	}
}
