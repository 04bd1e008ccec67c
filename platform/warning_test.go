package platform

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
)

func TestAddressesWarning(t *testing.T) {
	network := func(gateways string, zones int) config.Config {
		return config.Config{Region: "us-east-1", Network: config.Network{NatGateways: gateways, AvailabilityZones: zones}}
	}
	require.Contains(t, addressesWarning(network(config.NatGatewaysPerZone, 3)), "3 NAT gateways need 3 Elastic IP addresses, and AWS gives an account 5 in a region")
	require.Empty(t, addressesWarning(network(config.NatGatewaysPerZone, 2)))
	require.Empty(t, addressesWarning(network(config.NatGatewaysSingle, 6)))
	require.Empty(t, addressesWarning(network(config.NatGatewaysNone, 6)))
	named := network(config.NatGatewaysPerZone, 2)
	named.Network.ZoneNames = []string{"a", "b", "c"}
	require.NotEmpty(t, addressesWarning(named))
	named.Network.Existing.VpcId = "vpc-1"
	require.Empty(t, addressesWarning(named), "its gateways are not ours")
}

func TestNewTypesWarning(t *testing.T) {
	of := func(types ...string) config.Config {
		return config.Config{Compute: config.Compute{NodeGroups: []config.NodeGroup{{InstanceTypes: types}}}}
	}
	require.Empty(t, newTypesWarning(of("m6i.large")))
	require.Contains(t, newTypesWarning(of("m6i.large", "m9i.large", "m9i.large")), "the instance types m9i.large, which may be newer")
}
