package plan

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/network"
)

// TestTheMonitoringReachesAWSWithoutTheInternet adds endpoints where nothing else leads to what is called, and only there.
func TestTheMonitoringReachesAWSWithoutTheInternet(t *testing.T) {
	cfg := config.Defaults("test", "us-east-1")
	cfg.Network.InterfaceEndpoints = []string{network.EndpointsPrivate}
	plain, err := Endpoints(cfg)
	require.NoError(t, err)
	cfg.Monitoring.Enabled = true
	cfg.Monitoring.Alerts.Receivers = []monitoring.Receiver{{Type: monitoring.TypeSns, TopicArn: "arn:aws:sns:us-east-1:111122223333:ml"}}
	same, err := Endpoints(cfg)
	require.NoError(t, err)
	require.Equal(t, plain, same, "a NAT gateway leads there")
	cfg.Network.NatGateways = network.NatNone
	more, err := Endpoints(cfg)
	require.NoError(t, err)
	require.ElementsMatch(t, append(plain, "aps-workspaces", "sns"), more)
	require.IsIncreasing(t, more)
	cfg.KServe.Enabled = true
	asked, err := Endpoints(cfg)
	require.NoError(t, err)
	require.ElementsMatch(t, append(more, "monitoring", "tagging"), asked, "YACE asks CloudWatch")
	cfg.Network.InterfaceEndpoints = []string{"everything"}
	_, err = Endpoints(cfg)
	require.ErrorContains(t, err, "everything")
}
