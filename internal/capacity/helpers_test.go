package capacity

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// models gives n names of models at a host.
func models(host string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("%s-%d", host, i)
	}
	return names
}

// sized is a host in pool public with n models of one rule, one target group and two targets each.
func sized(name string, n int) Host {
	return Host{Name: name, Pool: "public", Models: models(name, n), Demand: Demand{Rules: n, TargetGroups: n, Targets: 2 * n,
		LargestTargetGroup: 2}}
}

// ample are the default quotas with a region that nothing here exceeds.
func ample() Quotas {
	quotas := DefaultQuotas()
	quotas.LoadBalancersPerRegion, quotas.TargetGroupsPerRegion = 1e6, 1e6
	return quotas
}

var public = []Pool{{Name: "public"}}

// must plans without faults.
func must(t require.TestingT, previous Placement, pools []Pool, hosts []Host, quotas Quotas, reserve int) Plan {
	plan, err := New(previous, pools, hosts, quotas, reserve)
	require.NoError(t, err)
	return plan
}

func oneModelHosts(n int) []Host {
	hosts := make([]Host, n)
	for i := range hosts {
		hosts[i] = sized(fmt.Sprintf("m%05d.company.com", i), 1)
	}
	return hosts
}

func BenchmarkNew(b *testing.B) {
	hosts := oneModelHosts(10_000)
	placed := must(b, nil, public, hosts, ample(), 5).Placement()
	for _, bench := range []struct {
		name     string
		previous Placement
	}{{"first", nil}, {"again", placed}} {
		b.Run(bench.name, func(b *testing.B) {
			for range b.N {
				_, _ = New(bench.previous, public, hosts, ample(), 5)
			}
		})
	}
}
