package aws

import (
	"testing"

	"github.com/stretchr/testify/require"
)

var existing = Existing{VpcID: "vpc-0aaaaaaaaaaaaaaaa", PrivateSubnetIDs: []string{"subnet-0a", "subnet-0b"},
	PublicSubnetIDs: []string{"subnet-0c", "subnet-0d"},
	ClusterName:     "demo", Zones: map[string]string{"Z0123456789ABC": "company.com"}, LogGroups: []string{"/aws/eks/demo/cluster"},
	Policies: []string{"arn:aws:iam::111122223333:policy/team/boundary"}}

func TestSeed(t *testing.T) {
	w := newWorld(t)
	for range 2 { // the second time nothing changes
		require.NoError(t, w.Update(func(s *State) error { return s.Seed(existing) }))
	}
	require.NoError(t, w.View(func(s *State) error {
		require.True(t, s.Empty(), "what was there before does not count")
		require.Empty(t, s.Sweep(func(string, string) bool { return false }))
		require.Len(t, s.List(Vpc), 1)
		require.Len(t, s.List(Subnet), 4)
		vpc := s.Get(Vpc, existing.VpcID)
		require.True(t, vpc.Bool("enableDnsSupport") && vpc.Bool("enableDnsHostnames"))
		for i, ids := range [][]string{existing.PrivateSubnetIDs, existing.PublicSubnetIDs} {
			require.Equal(t, []string{"us-east-1a", "us-east-1b"}, s.zonesOf(ids))
			for _, id := range ids {
				tags := s.Get(Subnet, id).Inputs["tags"].(map[string]any)
				require.Equal(t, "1", tags[[]string{"kubernetes.io/role/internal-elb", "kubernetes.io/role/elb"}[i]])
				require.Equal(t, "shared", tags["kubernetes.io/cluster/demo"])
				internet, nat := s.defaultRoutes(id)
				require.Equal(t, i == 1, internet)
				require.Equal(t, i == 0, nat)
			}
		}
		require.Equal(t, "company.com", s.Get(Zone, "Z0123456789ABC").String("name"))
		require.NotNil(t, s.Get(LogGroup, "/aws/eks/demo/cluster"))
		require.Equal(t, "boundary", s.Get(Policy, existing.Policies[0]).String("name"))
		return nil
	}))
	group := w.create(SecurityGroup, Properties{"vpcId": existing.VpcID, "name": "x"})
	require.NoError(t, w.View(func(s *State) error { require.False(t, s.Empty()); return nil }))
	w.cluster(network{private: existing.PrivateSubnetIDs})
	require.NoError(t, w.remove(Cluster, "demo"))
	require.NoError(t, w.remove(SecurityGroup, group))
	require.NoError(t, w.remove(Role, "cluster"))
	require.NoError(t, w.View(func(s *State) error { require.True(t, s.Empty()); return nil }))
}

func TestSeedWithoutPublicSubnets(t *testing.T) {
	w := newWorld(t)
	w.Region = "us-west-1" // EKS has no control plane in usw1-az2
	e := Existing{VpcID: "vpc-1", PrivateSubnetIDs: []string{"subnet-1"}}
	require.NoError(t, w.Update(func(s *State) error { return s.Seed(e) }))
	require.NoError(t, w.View(func(s *State) error {
		require.Empty(t, s.Unreachable("subnet-1", "ec2", "sts"), "by a NAT gateway in a subnet of its own")
		require.Equal(t, []string{"us-west-1a"}, s.controlPlaneZones())
		return nil
	}))
	many := Existing{VpcID: "vpc-2", PrivateSubnetIDs: list7()}
	require.ErrorContains(t, w.Update(func(s *State) error { return s.Seed(many) }),
		`seeding Vpc "vpc-2": it has 7 private and 0 public subnets, there is room for 6 and 64`)
	require.ErrorContains(t, w.Update(func(s *State) error {
		return s.Seed(Existing{VpcID: "vpc-3", PrivateSubnetIDs: []string{"subnet-1"}})
	}), "subnet-1")
	require.NoError(t, w.Update(func(s *State) error { return s.Seed(Existing{}) }))
}

func list7() []string { return []string{"a", "b", "c", "d", "e", "f", "g"} }
