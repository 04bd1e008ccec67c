package network_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/network"
)

// Each row of https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html#add-cidr-block-restrictions.
func TestSecondBlocksThatAwsTakesAndRefuses(t *testing.T) {
	for _, row := range []struct {
		cidr           string
		taken, refused []string
	}{
		{"10.8.0.0/16", []string{"10.9.0.0/16", "10.0.0.0/16", "100.64.0.0/16", "100.127.240.0/20", "203.0.0.0/16"},
			[]string{"172.16.0.0/16", "172.31.0.0/20", "192.168.0.0/16", "192.168.240.0/20", "198.19.0.0/16"}},
		{"10.0.0.0/20", []string{"10.1.0.0/16", "10.2.0.0/16", "100.64.0.0/16"}, []string{"10.0.16.0/20", "172.16.0.0/16", "198.19.0.0/16"}},
		{"10.1.0.0/16", []string{"10.2.0.0/16"}, []string{"10.0.0.0/16", "10.0.240.0/20"}},
		{"10.2.0.0/16", []string{"10.0.0.0/16", "10.1.0.0/16"}, nil},
		{"172.16.0.0/16", []string{"172.18.0.0/16", "172.30.0.0/16", "100.64.0.0/16", "203.0.0.0/16"},
			[]string{"172.31.0.0/16", "172.31.240.0/20", "10.0.0.0/16", "192.168.0.0/16", "198.19.0.0/16"}},
		{"192.168.0.0/20", []string{"192.168.16.0/20", "100.64.0.0/16", "203.0.0.0/16"}, []string{"10.0.0.0/16", "172.16.0.0/16",
			"198.19.0.0/16"}},
		{"198.19.0.0/20", []string{"198.19.16.0/20", "100.64.0.0/16", "203.0.0.0/16"}, []string{"10.0.0.0/16", "172.16.0.0/16",
			"192.168.0.0/16"}},
		{"203.0.0.0/16", []string{"100.64.0.0/16", "203.1.0.0/16"}, []string{"10.0.0.0/16", "172.16.0.0/16", "192.168.0.0/16", "198.19.0.0/16"}},
		{"100.64.0.0/16", []string{"100.65.0.0/16", "203.1.0.0/16"}, []string{"10.0.0.0/16", "172.16.0.0/16", "192.168.0.0/16", "198.19.0.0/16"}},
	} {
		for _, pods := range row.taken {
			_, err := network.NewPlan(row.cidr, pods, 2)
			require.NoError(t, err, "%s beside %s", pods, row.cidr)
		}
		for _, pods := range row.refused {
			_, err := network.NewPlan(row.cidr, pods, 2)
			require.ErrorContains(t, err, `podCidr is "`+pods+`": in `, "%s beside %s", pods, row.cidr)
			require.ErrorContains(t, err, "of which AWS adds no blocks to a VPC of "+row.cidr+"; allowed: an IPv4 block in canonical form")
		}
	}
}

func TestASecondBlockDoesNotOverlapTheFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vpc, pods := draw(t, "vpc", shared), draw(t, "pods", shared)
		_, err := network.NewPlan(vpc.String(), pods.String(), 2)
		if !vpc.Overlaps(pods) {
			require.NoError(t, err, "blocks of 100.64.0.0/10 are taken everywhere")
			return
		}
		require.ErrorContains(t, err, `podCidr is "`+pods.String()+`": overlaps cidr, `+vpc.String())
		_, fix, _ := strings.Cut(err.Error(), "set podCidr to ")
		_, err = network.NewPlan(vpc.String(), fix, 2)
		require.NoError(t, err, "the fix holds")
	})
}

// Blocks of the internet and of 100.64.0.0/10 are taken beside every first block.
func TestSharedBlocksAreTakenEverywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vpc, pods := vpcs(t), draw(t, "pods", netip.MustParsePrefix("100.64.0.0/10"))
		if vpc.Overlaps(pods) {
			return
		}
		_, err := network.NewPlan(vpc.String(), pods.String(), 2)
		require.NoError(t, err)
	})
}
