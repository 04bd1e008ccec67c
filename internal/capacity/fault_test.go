package capacity

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOverflow(t *testing.T) {
	left := Placement{"public": {"api.company.com", "big.company.com", "c", "d", "e"}}
	quotas := DefaultQuotas()
	quotas.TargetsPerLoadBalancer = 200
	plan, err := New(left, public, []Host{sized("api.company.com", 90), sized("big.company.com", 8), sized("c", 1), sized("e", 2),
		sized("d", 3)}, quotas, 10)
	require.EqualError(t, err, `load balancer "public" would have 104 rules (quota 100), 104 target groups (quota 100, not adjustable), 208 targets (quota 200)
  host api.company.com (90 models, 90 rules, 90 target groups, 180 targets)
  host big.company.com (8 models, 8 rules, 8 target groups, 16 targets)
  host d (3 models, 3 rules, 3 target groups, 6 targets)
  and 2 hosts more
A host is never moved or split, since its DNS name leads to one load balancer. Choose:
  - give some of its models hosts of their own (route.by: host)
  - give some of its models another shared host (route: {by: path, subdomain: api-2})
  - run fewer pods
  - put models behind a gateway in the cluster, which takes one target group`)
	require.Equal(t, left, plan.Placement(), "the plan is there to be shown")
}

func TestOverflowOfHostsWithOneModel(t *testing.T) {
	_, err := New(Placement{"public": {"a", "b"}}, public, []Host{
		{Name: "a", Pool: "public", Models: models("m", 1), Demand: Demand{Rules: 1, TargetGroups: 51, Targets: 60}},
		{Name: "b", Pool: "public", Models: models("m", 1), Demand: Demand{Rules: 1, TargetGroups: 50, Targets: 60}},
	}, DefaultQuotas(), 10)
	require.EqualError(t, err, `load balancer "public" would have 101 target groups (quota 100, not adjustable)
  host a (1 model, 1 rule, 51 target groups, 60 targets)
  host b (1 model, 1 rule, 50 target groups, 60 targets)
A host is never moved or split, since its DNS name leads to one load balancer. Choose:
  - give a model another host, which is then placed again
  - remove a canary
  - put models behind a gateway in the cluster, which takes one target group`)
}

func TestHostThatFitsNoALB(t *testing.T) {
	plan, err := New(Placement{"public": {"a"}}, public, []Host{sized("a", 1), sized("api", 101), sized("b", 1)}, DefaultQuotas(), 10)
	require.EqualError(t, err, `load balancer "public-2" would have 101 rules (quota 100), 101 target groups (quota 100, not adjustable)
  host api (101 models, 101 rules, 101 target groups, 202 targets)
A host is never moved or split, since its DNS name leads to one load balancer. Choose:
  - give some of its models hosts of their own (route.by: host)
  - give some of its models another shared host (route: {by: path, subdomain: api-2})
  - put models behind a gateway in the cluster, which takes one target group`)
	require.Equal(t, Placement{"public": {"a", "b"}, "public-2": {"api"}}, plan.Placement())

	_, err = New(nil, public, []Host{{Name: "a", Pool: "public", Models: models("m", 2), Demand: Demand{TargetGroups: 101}}}, DefaultQuotas(),
		0)
	require.ErrorContains(t, err, "some of its models another shared host", "two models are some")
	_, err = New(nil, public, []Host{{Name: "a", Pool: "public", Models: models("m", 1), Demand: Demand{TargetGroups: 101}}}, DefaultQuotas(),
		0)
	require.NotContains(t, err.Error(), "another host", "that would be as large")
}

func TestQuotasBesidesThoseOfOneALB(t *testing.T) {
	quotas := DefaultQuotas()
	quotas.LoadBalancersPerRegion, quotas.TargetGroupsPerRegion, quotas.TargetsPerLoadBalancer = 2, 199, 5000
	hosts := []Host{sized("a", 100), sized("b", 100)}
	hosts[0].Demand.LargestTargetGroup = 1001
	hosts[1].Demand.LargestTargetGroup = 1000
	pools := []Pool{{Name: "public", Certificates: 26}, {Name: "private", Certificates: 25}}
	_, err := New(nil, pools, hosts, quotas, 0)
	require.EqualError(t, err, `host "a" has 1001 targets in one target group (quota 1000): run fewer pods of a model, or have AWS raise the quota and set modelway:quotas.targetsPerTargetGroup
each load balancer of "public" would carry 26 certificates besides the default (quota 25): use wildcard certificates, or have AWS raise the quota and set modelway:quotas.certificates
the plan has 3 load balancers in the region (quota 2), and others in the account, which are not known here, count too: let models share hosts and load balancers, remove canaries, or have AWS raise the quota and set modelway:quotas.loadBalancersPerRegion
the plan has 200 target groups in the region (quota 199), and others in the account, which are not known here, count too: let models share hosts and load balancers, remove canaries, or have AWS raise the quota and set modelway:quotas.targetGroupsPerRegion`)
	quotas.LoadBalancersPerRegion, quotas.TargetGroupsPerRegion, quotas.TargetsPerTargetGroup, pools[0].Certificates = 3, 200, 1001, 25
	must(t, nil, pools, hosts, quotas, 0)
}

func TestInput(t *testing.T) {
	pools := []Pool{{Name: "public"}, {Name: "private"}, {Name: "public-2"}, {Name: "private"}}
	hosts := []Host{{Name: "b", Pool: "public"}, {Name: "a", Pool: "publik"}, {Name: "b", Pool: "private"}, {Name: "b", Pool: "private"},
		sized("c", 1), sized("d", 1)}
	plan, err := New(nil, pools, hosts, DefaultQuotas(), 100)
	require.EqualError(t, err, `load balancer "private" is given twice: rename one
load balancer "public-2" has the name that "public" gives to its number 2 as it grows: rename one
host "a" is for load balancer "publik", which does not exist: use one of private, public, public-2
host "b" of load balancer "private" is given twice: give it once, with the demand of all its models
a reserve of 100 target groups and rules on each load balancer is not within 0..99: change it, so that hosts have room`)
	require.Equal(t, Placement{"private": {"b"}, "public": {"b", "c", "d"}, "public-2": {}}, plan.Placement())

	quotas := DefaultQuotas()
	quotas.RulesPerLoadBalancer = 10
	_, err = New(nil, public, nil, quotas, 10)
	require.ErrorContains(t, err, "within 0..9:")
	_, err = New(nil, public, nil, quotas, -1)
	require.ErrorContains(t, err, "a reserve of -1 ")
	must(t, nil, public, nil, quotas, 9)
	must(t, nil, []Pool{{Name: "public", Single: true}, {Name: "public-2"}}, nil, quotas, 0)
}

func TestWarnings(t *testing.T) {
	quotas := DefaultQuotas()
	quotas.LoadBalancersPerRegion, quotas.TargetGroupsPerRegion = 6, 446
	pools := []Pool{{Name: "public"}, {Name: "fraud", Single: true}}
	hosts := append(oneModelHosts(100), sized("api", 87), sized("assist", 3), sized("below", 89), sized("chat", 12), Host{
		Name: "fraud", Pool: "fraud", Models: models("m", 1), Demand: Demand{Rules: 2, TargetGroups: 2, Targets: 900},
	}, Host{Name: "over", Pool: "public", Models: models("m", 2), Demand: Demand{TargetGroups: 101}})
	left := Placement{"public": {"api", "assist"}, "public-2": {"below"}, "public-3": nil, "public-4": {"chat"}, "public-5": {"over"}}
	for _, host := range hosts[:100] {
		left["public-3"] = append(left["public-3"], host.Name)
	}
	plan, err := New(left, pools, hosts, quotas, 0)
	require.ErrorContains(t, err, `"public-5" would have 101 target groups`)
	require.Equal(t, []string{
		`load balancer "fraud" has 900 targets (quota 1000), and does not grow into a second one`,
		`load balancer "public" has 90 rules (quota 100), and host api with its 87 models cannot leave it: give new models other hosts`,
		`load balancer "public" has 90 target groups (quota 100, not adjustable), and host api with its 87 models cannot leave it: give new models other hosts`,
		`the plan has 6 load balancers in the region (quota 6), and others in the account, which are not known here, count too: have AWS raise the quota and set modelway:quotas.loadBalancersPerRegion`,
	}, plan.Warnings())
	quotas.LoadBalancersPerRegion = 5
	plan, err = New(left, pools, hosts, quotas, 0)
	require.ErrorContains(t, err, "6 load balancers in the region (quota 5)")
	require.Len(t, plan.Warnings(), 3, "what is an error is not a warning as well")
	require.Empty(t, must(t, nil, public, oneModelHosts(100), DefaultQuotas(), 0).Warnings())
	require.Empty(t, must(t, nil, public, nil, DefaultQuotas(), 0).Warnings())
}

func TestTable(t *testing.T) {
	pools := []Pool{{Name: "public"}, {Name: "fraud", Single: true}}
	hosts := append(oneModelHosts(120), sized("chat", 3),
		Host{Name: "fraud.company.com", Pool: "fraud", Models: []string{"fraud"}, Demand: Demand{Rules: 2, TargetGroups: 2, Targets: 900}},
		Host{Name: "risk.company.com", Pool: "fraud", Models: []string{"fraud"}, Demand: Demand{Rules: 1}})
	require.Equal(t, `LOAD BALANCER  HOSTS  MODELS  RULES    TARGET GROUPS  TARGETS
fraud          2      1       3/100    2/100          900/1000
public         98     100     100/100  100/100        200/1000
public-2       23     23      23/100   23/100         46/1000
region: 3/50   123    124     126      125/3000       1146
`, must(t, nil, pools, hosts, DefaultQuotas(), 0).Table())
}
