package capacity

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/alb"
)

func TestDefaultQuotasAgreeWithThoseOfRouting(t *testing.T) {
	ours, theirs := DefaultQuotas(), alb.DefaultQuotas()
	require.Equal(t, theirs.Rules, ours.RulesPerLoadBalancer)
	require.Equal(t, theirs.TargetGroups, ours.TargetGroupsPerLoadBalancer)
	require.Equal(t, theirs.Certificates, ours.CertificatesPerLoadBalancer)
}

func TestDemandOfTwo(t *testing.T) {
	require.Equal(t, Demand{Rules: 3, TargetGroups: 5, Targets: 30, LargestTargetGroup: 9}, Demand{1, 2, 10, 4}.Add(Demand{2, 3, 20, 9}))
}

func TestThousandHosts(t *testing.T) {
	plan := must(t, nil, public, oneModelHosts(1000), DefaultQuotas(), 10)
	require.Len(t, plan.LoadBalancers, 12, "1000 hosts, 90 an ALB")
	require.Equal(t, "public", plan.Of("public", "m00089.company.com"))
	require.Equal(t, "public-2", plan.Of("public", "m00090.company.com"))
	require.Equal(t, "public-12", plan.Of("public", "m00999.company.com"))
	require.Empty(t, plan.Of("public", "m01000.company.com"))
	require.Len(t, must(t, nil, public, oneModelHosts(1000), DefaultQuotas(), 0).LoadBalancers, 10)
}

func TestLargeHostsComeFirst(t *testing.T) {
	plan := must(t, nil, public, []Host{sized("a", 40), sized("b", 40), sized("c", 60), sized("d", 60)}, DefaultQuotas(), 0)
	require.Equal(t, Placement{"public": {"a", "c"}, "public-2": {"b", "d"}}, plan.Placement(), "by name it would take three ALBs")

	for _, d := range []Demand{{Rules: 90}, {TargetGroups: 90}, {Targets: 900}} {
		plan = must(t, nil, public, []Host{{Name: "a", Pool: "public", Demand: Demand{80, 80, 800, 0}}, {Name: "z", Pool: "public", Demand: d}},
			DefaultQuotas(), 0)
		require.Equal(t, Placement{"public": {"z"}, "public-2": {"a"}}, plan.Placement(), "%+v is larger", d)
	}
}

func TestEachQuotaFillsAnALB(t *testing.T) {
	for _, half := range []Demand{{Rules: 51}, {TargetGroups: 51}, {Targets: 501}} {
		hosts := []Host{{Name: "a", Pool: "public", Demand: half}, {Name: "b", Pool: "public", Demand: half}}
		require.Equal(t, Placement{"public": {"a"}, "public-2": {"b"}}, must(t, nil, public, hosts, DefaultQuotas(), 0).Placement(), "%+v", half)
	}
}

func TestReserve(t *testing.T) {
	first := must(t, nil, public, []Host{sized("a", 50), sized("b", 45), sized("c", 45)}, DefaultQuotas(), 5)
	require.Equal(t, Placement{"public": {"a", "b"}, "public-2": {"c"}}, first.Placement())

	grown := []Host{sized("a", 53), sized("b", 47), sized("c", 45), sized("d", 1)}
	second := must(t, first.Placement(), public, grown, DefaultQuotas(), 5)
	require.Equal(t, Placement{"public": {"a", "b"}, "public-2": {"c", "d"}}, second.Placement(), "a and b use the reserve, d may not")

	alone := must(t, first.Placement(), public, []Host{sized("a", 50), sized("b", 45), sized("c", 45), sized("x", 98), sized("y", 1)},
		DefaultQuotas(), 5)
	require.Equal(t, Placement{"public": {"a", "b"}, "public-2": {"c", "y"}, "public-3": {"x"}}, alone.Placement())

	require.Equal(t, Placement{"public": {"x"}}, must(t, nil, public, []Host{sized("x", 98)}, DefaultQuotas(), 5).Placement(),
		"one host alone may use the reserve")

	for _, d := range []Demand{{Rules: 48, TargetGroups: 1}, {Rules: 1, TargetGroups: 48}} {
		hosts := []Host{{Name: "a", Pool: "public", Demand: d}, {Name: "b", Pool: "public", Demand: d}}
		require.Len(t, must(t, nil, public, hosts, DefaultQuotas(), 5).LoadBalancers, 2, "the reserve holds for %+v", d)
	}
	targets := []Host{{Name: "a", Pool: "public", Demand: Demand{Targets: 500}}, {Name: "b", Pool: "public", Demand: Demand{Targets: 500}}}
	require.Len(t, must(t, nil, public, targets, DefaultQuotas(), 5).LoadBalancers, 1, "no targets are reserved")
}

func TestEmptyALBs(t *testing.T) {
	left := Placement{"public": {"a"}, "public-2": {"gone"}, "public-4": {"d"}, "public-5": {}}
	hosts := []Host{sized("a", 90), sized("d", 90)}

	require.Equal(t, Placement{"public": {"a"}, "public-2": {}, "public-4": {"d"}, "public-5": {}},
		must(t, left, public, hosts, DefaultQuotas(), 0).Placement(), "they keep their DNS names")
	require.Equal(t, Placement{"public": {"a"}, "public-2": {"x"}, "public-4": {"d"}, "public-5": {}},
		must(t, left, public, append(hosts, sized("x", 90)), DefaultQuotas(), 0).Placement(), "they take new hosts")
	require.Equal(t, Placement{"public": {"a"}, "public-2": {"x"}, "public-3": {"z"}, "public-4": {"d"}, "public-5": {"y"}},
		must(t, left, public, append(hosts, sized("x", 90), sized("y", 90), sized("z", 90)), DefaultQuotas(), 0).Placement(),
		"the lowest free number is next")

	release := []Pool{{Name: "public", ReleaseEmpty: true}}
	require.Equal(t, Placement{"public": {"a"}, "public-4": {"d"}}, must(t, left, release, hosts, DefaultQuotas(), 0).Placement())
	require.Equal(t, Placement{"public": {}}, must(t, left, release, nil, DefaultQuotas(), 0).Placement(), "the first one stays")
	require.Equal(t, Placement{"public": {}, "public-4": {"d"}}, must(t, Placement{"public-4": {"d"}}, release, hosts[1:], DefaultQuotas(),
		0).Placement())
	require.Equal(t, Placement{"public": {}}, must(t, nil, release, nil, DefaultQuotas(), 0).Placement())
}

func TestReturningHostIsNew(t *testing.T) {
	hosts := []Host{sized("a", 60), sized("b", 50)}
	first := must(t, nil, public, hosts, DefaultQuotas(), 0)
	require.Equal(t, "public-2", first.Of("public", "b"))
	without := must(t, first.Placement(), public, nil, DefaultQuotas(), 0)
	require.Equal(t, "public", must(t, without.Placement(), public, hosts[1:], DefaultQuotas(), 0).Of("public", "b"))
}

func TestPoolOfAHostChanges(t *testing.T) {
	pools := []Pool{{Name: "public"}, {Name: "private"}}
	first := must(t, nil, pools, []Host{sized("a", 60), sized("b", 60)}, DefaultQuotas(), 0)
	moved := sized("b", 60)
	moved.Pool = "private"
	require.Equal(t, Placement{"public": {"a"}, "public-2": {}, "private": {"b"}},
		must(t, first.Placement(), pools, []Host{sized("a", 60), moved}, DefaultQuotas(), 0).Placement())
	require.Equal(t, Placement{"private": {"b"}}, must(t, first.Placement(), pools[1:], []Host{moved}, DefaultQuotas(), 0).Placement(),
		"the ALBs of a removed pool go with it")
}

func TestNamesOfALBs(t *testing.T) {
	pools := map[string]Pool{"a": {Name: "a"}, "a-2": {Name: "a-2", Single: true}, "": {Name: ""}}
	for name, want := range map[string]string{
		"a-3": "a 3", "a-2-2": "a-2 2", "a-2": "a 2", "a": "", "a-1": "", "a-02": "", "a-0": "", "a--2": "", "a-x": "", "a-": "", "b-2": "",
		"2": "", "": "",
	} {
		pool, number, found := laterMember(pools, name)
		require.Equal(t, want != "", found, name)
		if found {
			require.Equal(t, want, fmt.Sprint(pool, " ", number))
		}
	}
	single := []Pool{{Name: "fraud", Single: true}, {Name: "fraud-2", Single: true}}
	hosts := []Host{{Name: "x", Pool: "fraud"}, {Name: "y", Pool: "fraud-2"}}
	require.Equal(t, Placement{"fraud": {"x"}, "fraud-2": {"y"}},
		must(t, Placement{"fraud": {"x"}, "fraud-2": {"y"}}, single, hosts, DefaultQuotas(), 0).Placement(),
		"pools that do not grow may end in a number")
}

func TestSinglePoolUsesTheReserve(t *testing.T) {
	single := []Pool{{Name: "public", Single: true}}
	plan := must(t, nil, single, []Host{sized("a", 50), sized("b", 50)}, DefaultQuotas(), 10)
	require.Equal(t, Placement{"public": {"a", "b"}}, plan.Placement())
	plan, err := New(nil, single, []Host{sized("a", 50), sized("b", 51)}, DefaultQuotas(), 10)
	require.ErrorContains(t, err, `load balancer "public" would have 101 rules (quota 100), 101 target groups (quota 100, not adjustable)`)
	require.Equal(t, Placement{"public": {"a", "b"}}, plan.Placement())
}

func TestHostListedTwiceInPlacement(t *testing.T) {
	left := Placement{"public-2": {"a"}, "public-3": {"a", "b"}, "public": nil, "other": {"a"}}
	require.Equal(t, Placement{"public": {}, "public-2": {"a"}, "public-3": {"b"}},
		must(t, left, public, []Host{sized("a", 1), sized("b", 1)}, DefaultQuotas(), 0).Placement())
}
