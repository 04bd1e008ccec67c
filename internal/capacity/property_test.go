package capacity

import (
	"cmp"
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// poolsGen draws pools of which some do not grow and some release what is empty.
var poolsGen = rapid.Custom(func(t *rapid.T) []Pool {
	pools := []Pool{{Name: "private"}, {Name: "public"}, {Name: "fraud", Single: true}}
	for i := range pools {
		pools[i].ReleaseEmpty = rapid.Bool().Draw(t, "release")
	}
	return pools
})

// quotasGen draws quotas so small that few hosts fill an ALB.
var quotasGen = rapid.Custom(func(t *rapid.T) Quotas {
	draw := func(low, high int, label string) int { return rapid.IntRange(low, high).Draw(t, label) }
	return Quotas{
		RulesPerLoadBalancer: draw(4, 12, "rules"), TargetGroupsPerLoadBalancer: draw(4, 12, "target groups"),
		TargetsPerLoadBalancer: draw(4, 40, "targets"), CertificatesPerLoadBalancer: 1, TargetsPerTargetGroup: 40,
		LoadBalancersPerRegion: draw(3, 8, "load balancers"), TargetGroupsPerRegion: draw(10, 60, "target groups of the region"),
	}
})

// hostGen draws a host of the few names there are.
var hostGen = rapid.Custom(func(t *rapid.T) Host {
	name := rapid.StringMatching(`[a-f][a-e]`).Draw(t, "name")
	return Host{
		Name: name, Pool: rapid.SampledFrom([]string{"private", "public", "public", "fraud"}).Draw(t, "pool"),
		Models: models(name, rapid.IntRange(1, 3).Draw(t, "models")),
		Demand: Demand{
			Rules: rapid.IntRange(0, 5).Draw(t, "rules"), TargetGroups: rapid.IntRange(0, 5).Draw(t, "target groups"), Targets: rapid.IntRange(0,
				12).Draw(t, "targets"),
		},
	}
})

func hostsGen(least, most int) *rapid.Generator[[]Host] {
	return rapid.SliceOfNDistinct(hostGen, least, most, func(h Host) string { return h.Name })
}

// manyHosts are hosts in three growing pools, with up to most models each, that fit an ALB of the default quotas.
func manyHosts(random *rand.Rand, n, most int) ([]Pool, []Host) {
	pools := []Pool{{Name: "private"}, {Name: "public"}, {Name: "partners"}}
	hosts := make([]Host, n)
	for i := range hosts {
		host := Host{Name: fmt.Sprintf("h%04d", i), Pool: pools[random.Intn(len(pools))].Name}
		host.Models = models(host.Name, 1+random.Intn(1+random.Intn(most)))
		for range host.Models {
			host.Demand = host.Demand.Add(Demand{Rules: 1 + random.Intn(2), TargetGroups: 1 + random.Intn(2), Targets: 1 + random.Intn(20)})
		}
		hosts[i] = host
	}
	return pools, hosts
}

func byName(a, b Host) int { return cmp.Compare(a.Name, b.Name) }

// requireSound checks what holds for every plan, with or without faults.
func requireSound(t require.TestingT, plan Plan, pools []Pool, hosts []Host, err error) {
	served := map[string]string{}
	names := map[string]bool{}
	var all Demand
	over := len(plan.LoadBalancers) > plan.Quotas.LoadBalancersPerRegion
	for i, lb := range plan.LoadBalancers {
		require.False(t, names[lb.Name], "%s is there twice", lb.Name)
		names[lb.Name] = true
		require.Contains(t, pools, lb.Pool)
		require.Equal(t, lb.Pool.member(lb.Number), lb.Name)
		require.True(t, !lb.Pool.Single || lb.Number == 1, "%s grows", lb.Pool.Name)
		if i > 0 {
			before := plan.LoadBalancers[i-1]
			require.True(t, before.Pool.Name < lb.Pool.Name || before.Pool.Name == lb.Pool.Name && before.Number < lb.Number,
				"the order is by pool and number")
		}
		var used Demand
		for _, host := range lb.Hosts {
			require.Empty(t, served[host.Name], "%s is served twice", host.Name)
			served[host.Name] = lb.Name
			require.Equal(t, lb.Pool.Name, host.Pool)
			used = used.Add(host.Demand)
		}
		require.True(t, slices.IsSortedFunc(lb.Hosts, byName))
		require.Equal(t, used, lb.Used)
		all = all.Add(used)
		over = over || used.Rules > plan.Quotas.RulesPerLoadBalancer || used.TargetGroups > plan.Quotas.TargetGroupsPerLoadBalancer ||
			used.Targets > plan.Quotas.TargetsPerLoadBalancer
	}
	for _, pool := range pools {
		require.True(t, names[pool.Name], "the first ALB of %s is missing", pool.Name)
	}
	require.Len(t, served, len(hosts))
	for _, host := range hosts {
		require.NotEmpty(t, served[host.Name])
		require.Equal(t, served[host.Name], plan.Of(host.Pool, host.Name))
	}
	require.Equal(t, over || all.TargetGroups > plan.Quotas.TargetGroupsPerRegion, err != nil, "there is an error when a quota is exceeded, "+
		"and only then: %v", err)
}

func TestPlansOfAnyHosts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pools, quotas, reserve := poolsGen.Draw(t, "pools"), quotasGen.Draw(t, "quotas"), rapid.IntRange(0, 3).Draw(t, "reserve")
		var hosts []Host
		var plan Plan
		for range rapid.IntRange(1, 6).Draw(t, "deployments") {
			previous, before := plan, hosts
			hosts = changed(t, hosts)
			var err error
			plan, err = New(previous.Placement(), pools, hosts, quotas, reserve)
			requireSound(t, plan, pools, hosts, err)
			requireSticky(t, previous, before, plan, reserve)

			again, errAgain := New(plan.Placement(), rapid.Permutation(pools).Draw(t, "pools again"), rapid.Permutation(hosts).Draw(t,
				"hosts again"), quotas, reserve)
			require.Equal(t, plan, again, "a plan of what is there already changes nothing")
			require.Equal(t, fmt.Sprint(err), fmt.Sprint(errAgain))
			other, errOther := New(previous.Placement(), rapid.Permutation(pools).Draw(t, "pools in another order"), rapid.Permutation(hosts).Draw(t,
				"hosts in another order"), quotas, reserve)
			require.Equal(t, plan, other, "the order of the input does not matter")
			require.Equal(t, fmt.Sprint(err), fmt.Sprint(errOther))
		}
	})
}

// changed drops some hosts, changes others, and adds some.
func changed(t *rapid.T, hosts []Host) []Host {
	kept := map[string]Host{}
	for _, host := range hosts {
		switch rapid.SampledFrom([]string{"keep", "keep", "change", "drop"}).Draw(t, "change") {
		case "keep":
			kept[host.Name] = host
		case "change":
			other := hostGen.Draw(t, "other")
			other.Name = host.Name
			kept[host.Name] = other
		}
	}
	for _, host := range hostsGen(0, 12).Draw(t, "new") {
		if _, taken := kept[host.Name]; !taken {
			kept[host.Name] = host
		}
	}
	var result []Host
	for _, host := range kept {
		result = append(result, host)
	}
	slices.SortFunc(result, byName)
	return result
}

// requireSticky checks that no host moved, that new ones kept to the room there was, and that no ALB was lost.
func requireSticky(t require.TestingT, previous Plan, before []Host, plan Plan, reserve int) {
	pool := map[string]string{}
	for _, host := range before {
		pool[host.Name] = host.Pool
	}
	now := map[string]bool{}
	for _, lb := range plan.LoadBalancers {
		now[lb.Name] = true
		fresh := 0
		for _, host := range lb.Hosts {
			if pool[host.Name] == host.Pool {
				require.Equal(t, previous.Of(host.Pool, host.Name), lb.Name, "%s moved", host.Name)
			} else {
				fresh++
			}
		}
		if fresh > 0 && len(lb.Hosts) > 1 && !lb.Pool.Single {
			require.True(t, lb.Used.Add(Demand{Rules: reserve, TargetGroups: reserve}).within(plan.Quotas.room()),
				"%s took a host without having room", lb.Name)
		}
	}
	for _, lb := range previous.LoadBalancers {
		require.True(t, now[lb.Name] || lb.Pool.ReleaseEmpty && lb.Number > 1, "%s is gone", lb.Name)
	}
	for _, lb := range plan.LoadBalancers {
		require.False(t, lb.Pool.ReleaseEmpty && lb.Number > 1 && len(lb.Hosts) == 0, "%s is kept", lb.Name)
	}
}

func TestPlansOfManyHosts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		reserve := rapid.IntRange(0, 20).Draw(t, "reserve")
		pools, hosts := manyHosts(random, rapid.IntRange(1, 2000).Draw(t, "hosts"), rapid.SampledFrom([]int{1, 5, 40, 120}).Draw(t, "models"))
		plan, err := New(nil, pools, hosts, ample(), reserve)
		requireSound(t, plan, pools, hosts, err)

		room := Demand{Rules: 100 - reserve, TargetGroups: 100 - reserve, Targets: 1000}
		used := map[string]float64{}
		count := map[string]float64{}
		for _, lb := range plan.LoadBalancers {
			require.True(t, len(lb.Hosts) == 1 || lb.Used.within(room), "several hosts leave the reserve free")
			used[lb.Pool.Name] += float64(lb.Used.Rules)/float64(room.Rules) + float64(lb.Used.TargetGroups)/float64(room.TargetGroups) +
				float64(lb.Used.Targets)/float64(room.Targets)
			count[lb.Pool.Name]++
		}
		for pool := range count {
			require.LessOrEqual(t, count[pool], 2*used[pool]+1, "any two ALBs of %s together exceed the room in one respect", pool)
		}
		random.Shuffle(len(hosts), func(i, j int) { hosts[i], hosts[j] = hosts[j], hosts[i] })
		again, _ := New(nil, pools, hosts, ample(), reserve)
		require.Equal(t, plan, again)

		_, more := manyHosts(random, 100, 5)
		for i := range more {
			more[i].Name = "x" + more[i].Name
		}
		left := hosts[:len(hosts)/2]
		grown := append(slices.Clone(left), more...)
		next, err := New(plan.Placement(), pools, grown, ample(), reserve)
		requireSound(t, next, pools, grown, err)
		requireSticky(t, plan, hosts, next, reserve)
	})
}

func TestEqualHostsFillALBs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, reserve := rapid.IntRange(1, 2000).Draw(t, "hosts"), rapid.IntRange(0, 99).Draw(t, "reserve")
		plan := must(t, nil, public, oneModelHosts(n), ample(), reserve)
		require.Len(t, plan.LoadBalancers, (n+99-reserve)/(100-reserve))
	})
}
