package network_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/network"
)

// unusable are the first octets of blocks in which no host has an address; 169.254.0.0/16 is one more.
func unusable(block netip.Prefix) bool {
	first := block.Addr().As4()[0]
	return first == 0 || first == 127 || first >= 224 || block.Overlaps(netip.MustParsePrefix("169.254.0.0/16"))
}

// vpcs draws blocks of every allowed size with no bits set after the prefix.
func vpcs(t *rapid.T) netip.Prefix { return draw(t, "vpc", netip.MustParsePrefix("0.0.0.0/0")) }

// draw draws a block of an allowed size within another one.
func draw(t *rapid.T, label string, within netip.Prefix) netip.Prefix {
	return rapid.Custom(func(t *rapid.T) netip.Prefix {
		octets, base := [4]byte{}, within.Addr().As4()
		for i := range octets {
			fixed := byte(0xff << (8 - min(8, max(0, within.Bits()-8*i))))
			octets[i] = base[i]&fixed | rapid.Byte().Draw(t, fmt.Sprint("octet", i))&^fixed
		}
		return netip.PrefixFrom(netip.AddrFrom4(octets), rapid.IntRange(16, 20).Draw(t, "bits")).Masked()
	}).Filter(func(p netip.Prefix) bool { return !unusable(p) }).Draw(t, label)
}

// shared is the range that AWS adds to every VPC.
var shared = netip.MustParsePrefix("100.64.0.0/10")

// podBlocks draws "" or a block that AWS adds to every VPC but one that overlaps it.
func podBlocks(t *rapid.T, vpc netip.Prefix) string {
	if rapid.Bool().Draw(t, "without pods") {
		return ""
	}
	pods := draw(t, "pods", shared)
	if pods.Overlaps(vpc) {
		return ""
	}
	return pods.String()
}

func TestPlanIsInsideTheVpcWithoutOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vpc := vpcs(t)
		pods := podBlocks(t, vpc)
		zones := rapid.IntRange(1, network.MaxZones).Draw(t, "zones")
		plan, err := network.NewPlan(vpc.String(), pods, zones)
		require.NoError(t, err)
		require.Equal(t, vpc, plan.Vpc)
		require.Len(t, plan.Private, zones)
		require.Len(t, plan.Public, zones)
		if pods == "" {
			require.Empty(t, plan.Pods)
			require.Equal(t, []netip.Prefix{vpc}, plan.Blocks())
		} else {
			require.Len(t, plan.Pods, zones)
			require.Equal(t, []netip.Prefix{vpc, netip.MustParsePrefix(pods)}, plan.Blocks())
		}
		var all []netip.Prefix
		for kind, subnets := range plan.Subnets() {
			within := vpc
			if kind == network.Pod {
				within = plan.PodVpc
			}
			for _, p := range subnets {
				require.True(t, within.Contains(p.Addr()) && p.Bits() > within.Bits(), "%s in %s", p, within)
				require.Equal(t, p.Masked(), p)
				for _, other := range all {
					require.False(t, p.Overlaps(other), "%s and %s", p, other)
				}
				all = append(all, p)
			}
		}
		require.Len(t, all, len(plan.Private)+len(plan.Public)+len(plan.Pods))
		for i := range zones {
			require.Equal(t, vpc.Bits()+3, plan.Private[i].Bits(), "an eighth: a /19 in a /16")
			require.GreaterOrEqual(t, plan.Public[i].Bits()-plan.Private[i].Bits(), 3, "private is at least eight times larger")
			require.LessOrEqual(t, plan.Public[i].Bits(), 26, "a load balancer fits")
			if pods != "" {
				require.Equal(t, plan.PodVpc.Bits()+3, plan.Pods[i].Bits(), "an eighth: a /19 in a /16")
			}
		}
	})
}

func TestPlanIsStableWhenZonesAreAdded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vpc := vpcs(t)
		few := rapid.IntRange(1, network.MaxZones).Draw(t, "few")
		many := rapid.IntRange(few, network.MaxZones).Draw(t, "many")
		pods := podBlocks(t, vpc)
		before, err := network.NewPlan(vpc.String(), pods, few)
		require.NoError(t, err)
		after, err := network.NewPlan(vpc.String(), pods, many)
		require.NoError(t, err)
		require.Equal(t, before.Private, after.Private[:few])
		require.Equal(t, before.Public, after.Public[:few])
		if pods != "" {
			require.Equal(t, before.Pods, after.Pods[:few])
		}
	})
}

func TestPlanOfTheDefaultVpc(t *testing.T) {
	plan, err := network.NewPlan("10.0.0.0/16", "100.64.0.0/16", 6)
	require.NoError(t, err)
	require.Equal(t, "[10.0.0.0/19 10.0.32.0/19 10.0.64.0/19 10.0.96.0/19 10.0.128.0/19 10.0.160.0/19]", fmt.Sprint(plan.Private))
	require.Equal(t, "[10.0.192.0/22 10.0.196.0/22 10.0.200.0/22 10.0.204.0/22 10.0.208.0/22 10.0.212.0/22]", fmt.Sprint(plan.Public))
	require.Equal(t, "[100.64.0.0/19 100.64.32.0/19 100.64.64.0/19 100.64.96.0/19 100.64.128.0/19 100.64.160.0/19]", fmt.Sprint(plan.Pods))
}

func TestPlanRefusesWhatCannotBeDivided(t *testing.T) {
	for cidr, want := range map[string]string{
		"":               `cidr is "": not an IPv4 block; allowed: an IPv4 block in canonical form, /16 to /20, such as 10.0.0.0/16; set cidr to 10.0.0.0/16`,
		"10.0.0.0":       `cidr is "10.0.0.0": an address without a length`,
		"fd00::/16":      `cidr is "fd00::/16": not an IPv4 block`,
		"10.0.0.0/15":    `cidr is "10.0.0.0/15": /15 is out of range`,
		"10.0.0.0/21":    `/21 is out of range`,
		"10.1.2.0/16":    `cidr is "10.1.2.0/16": not the first address of its block`,
		"10.0.0.0/16 or": `not an IPv4 block`,
		"0.0.0.0/16":     `cidr is "0.0.0.0/16": inside 0.0.0.0/8, which AWS refuses for a VPC`,
		"127.1.0.0/16":   `inside 127.0.0.0/8`,
		"169.254.0.0/16": `inside 169.254.0.0/16`,
		"240.0.0.0/16":   `inside 224.0.0.0/3`,
	} {
		_, err := network.NewPlan(cidr, "", 2)
		require.ErrorContains(t, err, want)
		if cidr == "" {
			continue
		}
		_, err = network.NewPlan("10.200.0.0/16", cidr, 2)
		require.ErrorContains(t, err, strings.Replace(want, "cidr is", "podCidr is", 1))
	}
	for _, zones := range []int{-1, 0, 7} {
		_, err := network.NewPlan("10.0.0.0/16", "", zones)
		require.ErrorContains(t, err, "use 1 to 6")
	}
	_, err := network.NewPlan("10.0.0.0", "100.64.0.0/24", 7)
	for _, want := range []string{`cidr is "10.0.0.0"`, `podCidr is "100.64.0.0/24": /24 is out of range`, "the number of zones is 7"} {
		require.ErrorContains(t, err, want, "all faults together")
	}
}
