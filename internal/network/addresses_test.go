package network_test

import (
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/network"
)

func blocks(texts ...string) []netip.Prefix {
	var all []netip.Prefix
	for _, text := range texts {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

func TestAddressesThatDoNotFitAreRefusedWithTheArithmetic(t *testing.T) {
	err := network.CheckAddresses(map[string][]netip.Prefix{
		network.Private: blocks("10.0.0.0/23", "10.0.2.0/23"), network.Public: blocks("10.0.192.0/26", "10.0.196.0/26"),
	}, []network.Demand{
		{What: "nodes of group cpu", Subnets: network.Private, Addresses: 21, Arithmetic: "21 nodes of 1"},
		{What: "pods", Subnets: network.Pod, Addresses: 1201, Arithmetic: "1200 replicas and 1 controller"},
		{What: "nothing", Subnets: network.Private},
		{What: "load balancers", Subnets: network.Public, Addresses: 200},
	})
	require.EqualError(t, err, `the private subnets are too small: 612 addresses could be taken in one zone, and 10.0.0.0/23 holds 507
  nodes of group cpu: 21 (21 nodes of 1), up to 11 in one of 2 zones
  pods: 1201 (1200 replicas and 1 controller), up to 601 in one of 2 zones
  sum: 1222, up to 612 in one of 2 zones
  a /23 has 512 addresses, of which AWS keeps 5: it holds 507
  fix: use a Cidr of /19 or larger, as each private subnet is 1/8 of it: a /22, which holds 1019; or a PodCidr, so that pods have subnets of their own; or more than 2 zones; or fewer nodes or replicas
the public subnets are too small: 100 addresses could be taken in one zone, and 10.0.192.0/26 holds 59
  load balancers: 200, up to 100 in one of 2 zones
  sum: 200, up to 100 in one of 2 zones
  a /26 has 64 addresses, of which AWS keeps 5: it holds 59
  fix: use a Cidr of /19 or larger, as each public subnet is 1/64 of it: a /25, which holds 123; or more than 2 zones; or fewer load balancers`)
}

func TestFixesFitTheKindOfSubnet(t *testing.T) {
	six := blocks("10.0.0.0/23", "10.0.2.0/23", "10.0.4.0/23", "10.0.6.0/23", "10.0.8.0/23", "10.0.10.0/23")
	pods := []network.Demand{{What: "pods", Subnets: network.Pod, Addresses: 6 * 600}}
	nodes := []network.Demand{{What: "nodes", Subnets: network.Private, Addresses: 6 * 9000}}
	for want, given := range map[string]struct {
		subnets map[string][]netip.Prefix
		demand  []network.Demand
	}{
		"fix: use a PodCidr of /19 or larger, as each pod subnet is 1/8 of it: a /22, which holds 1019; or fewer replicas": {
			map[string][]netip.Prefix{network.Private: blocks("10.0.0.0/19"), network.Pod: six}, pods},
		"fix: use a Cidr of /19 or larger, as each private subnet is 1/8 of it: a /22, which holds 1019; or a PodCidr, so that pods have subnets of their own; or fewer nodes or replicas": {
			map[string][]netip.Prefix{network.Private: six}, pods},
		"fix: use a PodCidr, so that pods have subnets of their own; or fewer nodes or replicas": {map[string][]netip.Prefix{network.Private: six}, nodes},
		"fix: use fewer nodes or replicas": {map[string][]netip.Prefix{network.Private: six, network.Pod: six}, nodes},
	} {
		err := network.CheckAddresses(given.subnets, given.demand)
		require.ErrorContains(t, err, want)
	}
}

func TestDemandsThatAreMistakesAreRefused(t *testing.T) {
	err := network.CheckAddresses(map[string][]netip.Prefix{network.Private: blocks("10.0.0.0/23", "10.0.2.0/23")}, []network.Demand{
		{What: "nodes", Subnets: "intra", Addresses: 1},
		{What: "pods", Subnets: network.Pod, Addresses: -1},
		{What: "more pods", Subnets: network.Pod, Addresses: 1<<32 + 1},
		{What: "load balancers", Subnets: network.Public, Addresses: 8},
		{What: "NAT gateways", Subnets: network.Public, Addresses: 2},
	})
	require.EqualError(t, err, `the demand of nodes is for subnets "intra": use private, pod or public
the demand of pods is -1 addresses: use 0 to 4294967296
the demand of more pods is 4294967297 addresses: use 0 to 4294967296
there are no public subnets, but load balancers and NAT gateways would take 10 of their addresses: name public subnets in at least 2 zones`)
	require.NoError(t, network.CheckAddresses(nil, []network.Demand{{What: "nothing", Subnets: network.Public}}))
	require.NoError(t, network.CheckAddresses(nil, nil))
}

// fullest deals the addresses of each demand out to the zones in turn, and begins with the first zone each time: what the
// first zone has got in the end is the most that a zone can have when each demand is spread evenly.
func fullest(demand []network.Demand, zones int) int {
	dealt := make([]int, zones)
	for _, d := range demand {
		for address := range d.Addresses {
			dealt[address%zones]++
		}
	}
	return dealt[0]
}

var number = regexp.MustCompile(`[0-9]+`)

func TestAddressesFitExactlyWhenTheFullestZoneFitsTheSmallestSubnet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]string{network.Private, network.Pod, network.Public}).Draw(t, "kind")
		bits := rapid.SliceOfN(rapid.IntRange(20, 28), 1, network.MaxZones).Draw(t, "bits")
		holds, subnets := 1<<12, map[string][]netip.Prefix{}
		for zone, b := range bits {
			subnets[kind] = append(subnets[kind], netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(zone), 0, 0}), b))
			holds = min(holds, 1<<(32-b)-5)
		}
		var demand []network.Demand
		for i := range rapid.IntRange(0, 4).Draw(t, "demands") {
			// Around what fits, so that both answers are common.
			most := 2 * (holds + 1) * len(bits) / 4
			demand = append(demand, network.Demand{What: fmt.Sprintf("demand %d", i), Subnets: kind, Addresses: rapid.IntRange(0, most).Draw(t,
				"addresses")})
		}
		needed, sum := fullest(demand, len(bits)), 0
		err := network.CheckAddresses(subnets, demand)
		if needed <= holds {
			require.NoError(t, err)
			return
		}
		require.Error(t, err)
		said := map[string]bool{}
		for _, n := range number.FindAllString(err.Error(), -1) {
			said[n] = true
		}
		for _, d := range demand {
			sum += d.Addresses
			if d.Addresses > 0 {
				require.Contains(t, err.Error(), d.What)
				require.True(t, said[strconv.Itoa(d.Addresses)], "%d of %s in %s", d.Addresses, d.What, err)
			}
		}
		for _, n := range []int{needed, sum, holds, holds + 5, 5, len(bits)} {
			require.True(t, said[strconv.Itoa(n)], "%d in %s", n, err)
		}
	})
}

// What the message proposes is what fits.
func TestTheProposedCidrFits(t *testing.T) {
	proposal := regexp.MustCompile(`a Cidr of (/[0-9]+) or larger`)
	rapid.Check(t, func(t *rapid.T) {
		zones := rapid.IntRange(2, network.MaxZones).Draw(t, "zones")
		demand := []network.Demand{{What: "nodes", Subnets: network.Private, Addresses: rapid.IntRange(1, 60000).Draw(t, "addresses")}}
		small, err := network.NewPlan("10.0.0.0/20", "", zones)
		require.NoError(t, err)
		err = network.CheckAddresses(small.Subnets(), demand)
		if err == nil {
			return
		}
		largest, planErr := network.NewPlan("10.0.0.0/16", "", zones)
		require.NoError(t, planErr)
		proposed := proposal.FindStringSubmatch(err.Error())
		if proposed == nil {
			require.Error(t, network.CheckAddresses(largest.Subnets(), demand), "nothing is proposed only where no Cidr would do")
			return
		}
		larger, planErr := network.NewPlan("10.0.0.0"+proposed[1], "", zones)
		require.NoError(t, planErr)
		require.NoError(t, network.CheckAddresses(larger.Subnets(), demand))
	})
}

func TestUses(t *testing.T) {
	uses := network.Uses(map[string][]netip.Prefix{network.Private: blocks("10.0.0.0/24", "10.0.2.0/23")}, []network.Demand{
		{What: "pods", Subnets: network.Pod, Addresses: 5}, {What: "nodes", Subnets: network.Private, Addresses: 4},
		{What: "load balancers", Subnets: network.Public, Addresses: 8},
	})
	require.Equal(t, map[string]network.Use{network.Private: {Taken: 3 + 2, Held: 256 - 5}}, uses, "pods without subnets of their own are "+
		"in the private ones")
}
