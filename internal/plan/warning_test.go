package plan

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/serving"
)

// A network policy cannot tell an internal load balancer from pods in the same subnets.
func TestModelsThatEveryPodReachesAreTold(t *testing.T) {
	cfg := config.Config{LoadBalancers: map[string]config.LoadBalancer{"public": {Scheme: serving.SchemeInternetFacing},
		"internal": {Scheme: serving.SchemeInternal}}}
	of := func(name, lb, compute, exposure string) modelspec.Model {
		m := modelspec.Default()
		m.Name, m.Compute, m.Route.LoadBalancer, m.Route.Exposure = name, compute, lb, exposure
		return m
	}
	models := []modelspec.Model{
		of("risk", "internal", modelspec.ComputeGPU, modelspec.ExposureDedicated), of("churn", "internal", modelspec.ComputeNodes,
			modelspec.ExposureShared),
		of("outside", "public", modelspec.ComputeNodes, modelspec.ExposureShared), of("fargate", "internal", modelspec.ComputeFargate,
			modelspec.ExposureShared),
		of("inside", "internal", modelspec.ComputeNodes, modelspec.ExposureNone),
	}
	told := OpenModels(cfg, models)
	require.Len(t, told, 1)
	require.Contains(t, told[0], "every pod of the cluster can reach churn, risk: ")
	require.Contains(t, told[0], "modelway:network.podCidr")
	require.Empty(t, OpenModels(cfg, models[2:]))
	cfg.Network.PodCidr = "100.64.0.0/16"
	require.Empty(t, OpenModels(cfg, models))
}

// A receiver for a team that owns nothing is told nothing.
func TestTeamsWithoutAModelAreTold(t *testing.T) {
	var cfg config.Config
	cfg.Monitoring.Alerts.Receivers = []monitoring.Receiver{{Name: "everybody"}, {Name: "risk", Teams: []string{"risk", "fruad"}}}
	models := []modelspec.Model{{Name: "churn", Owner: "risk"}, {Name: "fraud", Owner: "fraud"}, {Name: "orphan"}}
	require.Empty(t, UnknownTeams(cfg, models), "nobody is told without monitoring")
	cfg.Monitoring.Enabled = true
	require.Equal(t, []string{"receiver risk gets the alerts of fruad, and no model has such an owner: set owner in the file of a model, or " +
		"change teams in modelway:monitoring.alerts.receivers"}, UnknownTeams(cfg, models))
	cfg.Monitoring.Alerts.Receivers[1].Teams = []string{"risk", "fraud"}
	require.Empty(t, UnknownTeams(cfg, models))
}

func TestAddressesWarning(t *testing.T) {
	vpc := func(gateways string, zones int) config.Config {
		return config.Config{Region: "us-east-1", Network: config.Network{NatGateways: gateways, AvailabilityZones: zones}}
	}
	require.Contains(t, addressesWarning(vpc(network.NatPerZone, 3)), "3 NAT gateways need 3 Elastic IP addresses, and AWS gives an account "+
		"5 in a region")
	require.Empty(t, addressesWarning(vpc(network.NatPerZone, 2)))
	require.Empty(t, addressesWarning(vpc(network.NatSingle, 6)))
	require.Empty(t, addressesWarning(vpc(network.NatNone, 6)))
	named := vpc(network.NatPerZone, 2)
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

func TestIsCaller(t *testing.T) {
	for _, c := range []struct {
		principal, caller string
		want              bool
	}{
		{"arn:aws:iam::111122223333:role/deploy", "arn:aws:sts::111122223333:assumed-role/deploy/run-7", true},
		{"arn:aws:iam::111122223333:role/team/ml/deploy", "arn:aws:sts::111122223333:assumed-role/deploy/run-7", true},
		{"arn:aws:iam::111122223333:user/anna", "arn:aws:iam::111122223333:user/anna", true},
		{"arn:aws:iam::111122223333:role/deploy", "arn:aws:sts::444455556666:assumed-role/deploy/run-7", false},
		{"arn:aws:iam::111122223333:role/deploy-dev", "arn:aws:sts::111122223333:assumed-role/deploy/run-7", false},
		{"arn:aws:iam::111122223333:role/deploy", "arn:aws:sts::111122223333:assumed-role/other/deploy", false},
		{"arn:aws:iam::111122223333:user/anna", "arn:aws:sts::111122223333:assumed-role/anna/run-7", false},
		{"", "arn:aws:sts::111122223333:assumed-role/deploy/run-7", false},
	} {
		require.Equal(t, c.want, isCaller(c.principal, c.caller), "%s for %s", c.principal, c.caller)
	}
}

func TestWarnings(t *testing.T) {
	cfg := config.Config{}
	cfg.Cluster.KubernetesVersion = config.KubernetesVersions[0].Version
	cfg.Cluster.AdminRoleArns = []string{"arn:aws:iam::111122223333:role/platform-admin"}
	cfg.Cluster.AccessEntries = []config.AccessEntry{{PrincipalArn: "arn:aws:iam::111122223333:role/on-call"}}
	past := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

	require.Empty(t, Warnings(cfg, "arn:aws:sts::111122223333:assumed-role/platform-admin/anna", past))
	require.Empty(t, Warnings(cfg, "arn:aws:sts::111122223333:assumed-role/on-call/anna", past))

	stranger := Warnings(cfg, "arn:aws:iam::111122223333:user/anna", past)
	require.Len(t, stranger, 1)
	require.Contains(t, stranger[0], "arn:aws:iam::111122223333:user/anna runs this program, but has no access entry")
	require.Contains(t, stranger[0], "modelway:cluster.adminRoleArns")

	require.Len(t, Warnings(cfg, "arn:aws:iam::111122223333:user/anna", past.AddDate(30, 0, 0)), 2, "and the end of support")
}
