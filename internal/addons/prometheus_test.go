package addons

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/fargate"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/recorder"
)

// measured are facts of a cluster with the monitoring.
func measured(store string, change func(*monitoring.Plan)) Facts {
	plan := monitoring.Plan{Spec: monitoring.Default(), Store: store, Nodes: true}
	plan.Enabled = true
	if change != nil {
		change(&plan)
	}
	return Facts{
		Partition: "aws", Region: "us-east-1", Account: "111122223333", ClusterName: "modelway-prod", KubernetesVersion: "1.36",
		On: map[string]bool{monitoring.Setting: true}, Monitoring: plan,
	}
}

// valuesOf are the values of the monitoring in a cluster, its row being the installed one.
func valuesOf(t *testing.T, f Facts) map[string]any {
	t.Helper()
	for _, row := range Installed(f) {
		if row.Key == PrometheusKey {
			return row.ValuesOf(Install{Facts: f})
		}
	}
	require.Fail(t, "not installed")
	return nil
}

func at(t *testing.T, values map[string]any, keys ...string) any {
	t.Helper()
	for _, key := range keys[:len(keys)-1] {
		below, isMap := values[key].(map[string]any)
		require.True(t, isMap, "%s of %v", key, keys)
		values = below
	}
	return values[keys[len(keys)-1]]
}

func TestPrometheusValuesGolden(t *testing.T) {
	for name, f := range map[string]Facts{
		"nodes": measured(monitoring.StoreDisk, func(p *monitoring.Plan) {
			p.Replicas, p.KeepDisks = 2, true
			p.Alerts = monitoring.Alerts{DeadMansSwitch: "dead-mans-switch/url", Receivers: []monitoring.Receiver{
				{Name: "everyone", Type: monitoring.TypeSns, Severities: []string{"critical"}, TopicArn: "arn:aws:sns:us-east-1:111122223333:ml"},
				{Name: "risk", Type: monitoring.TypeSlack, Teams: []string{"risk", "fraud"}, Severities: []string{"critical", "warning"},
					Secret: "slack/url"},
			}}
		}),
		"fargate": measured(monitoring.StoreManaged, func(p *monitoring.Plan) { p.Nodes, p.Fargate = false, true }),
	} {
		values, err := yaml.Marshal(valuesOf(t, f))
		require.NoError(t, err)
		recorder.Golden(t, filepath.Join("testdata", "monitoring-"+name+".golden.yaml"), values)
	}
}

// TestPrometheusHasDisksOnlyWhereThereAreSome wants volumes on nodes and none elsewhere, and series deleted before the disk is full.
func TestPrometheusHasDisksOnlyWhereThereAreSome(t *testing.T) {
	disk := valuesOf(t, measured(monitoring.StoreDisk, func(p *monitoring.Plan) { p.SizeGiB, p.RetentionDays = 100, 30 }))
	require.Equal(t, "30d", at(t, disk, "prometheus", "prometheusSpec", "retention"))
	require.Equal(t, "81920MB", at(t, disk, "prometheus", "prometheusSpec", "retentionSize"), "80 % of 100 GiB")
	require.Equal(t, monitoring.StorageClass, at(t, disk, "prometheus", "prometheusSpec", "storageSpec", "volumeClaimTemplate", "spec",
		"storageClassName"))
	for _, store := range []string{monitoring.StoreManaged, monitoring.StoreMemory} {
		short := valuesOf(t, measured(store, nil))
		require.Contains(t, at(t, short, "prometheus", "prometheusSpec", "storageSpec"), "emptyDir")
		require.Nil(t, at(t, short, "alertmanager", "alertmanagerSpec", "storage"))
		require.Equal(t, "3d", at(t, short, "prometheus", "prometheusSpec", "retention"))
	}
}

// TestNothingNeedsANodeOnFargate wants no agent of nodes, no kubelet and no rule that reads their series.
func TestNothingNeedsANodeOnFargate(t *testing.T) {
	fargate := valuesOf(t, measured(monitoring.StoreManaged, func(p *monitoring.Plan) { p.Nodes, p.Fargate = false, true }))
	for _, off := range []string{"nodeExporter", "kubelet", "kubeEtcd", "kubeScheduler", "kubeControllerManager", "kubeProxy"} {
		require.Equal(t, false, at(t, fargate, off, "enabled"), off)
	}
	require.Equal(t, false, at(t, fargate, "prometheusOperator", "kubeletService", "enabled"))
	require.Equal(t, false, at(t, fargate, "defaultRules", "rules", "nodeExporterAlerting"))
	require.Contains(t, at(t, fargate, "prometheus", "additionalRulesForClusterRole").([]any)[0], "resources")
	nodes := valuesOf(t, measured(monitoring.StoreDisk, nil))
	require.Equal(t, true, at(t, nodes, "nodeExporter", "enabled"))
	require.NotContains(t, at(t, nodes, "defaultRules", "rules"), "nodeExporterAlerting")
	require.NotContains(t, nodes["prometheus"], "additionalRulesForClusterRole", "no right that nothing needs")
}

// TestPortsThatFargateKeeps wants nothing on the port of Fargate's kubelets, which share a pod's addresses.
func TestPortsThatFargateKeeps(t *testing.T) {
	values := valuesOf(t, measured(monitoring.StoreManaged, nil))
	require.Equal(t, false, at(t, values, "prometheusOperator", "tls", "enabled"), "with TLS the chart's operator listens on 10250")
	require.Equal(t, false, at(t, values, "prometheusOperator", "admissionWebhooks", "enabled"))
}

// TestMonitoringPodsFollowTheSetting wants the number of pods wherever pods are counted, and a budget only where one may go.
func TestMonitoringPodsFollowTheSetting(t *testing.T) {
	f := measured(monitoring.StoreDisk, func(p *monitoring.Plan) { p.Replicas = 3 })
	counted := map[string]int{}
	for _, w := range Workloads(f) {
		counted[w.Name] = w.Replicas
	}
	require.Equal(t, []int{3, 3, 1}, []int{counted["Prometheus"], counted["Alertmanager"], counted["Grafana"]})
	require.Equal(t, 1, Prometheus().Workloads[0].Replicas, "the row itself stays")
	values := valuesOf(t, f)
	require.Equal(t, 3, at(t, values, "prometheus", "prometheusSpec", "replicas"))
	require.Equal(t, 2, at(t, values, "prometheus", "podDisruptionBudget", "minAvailable"))
	one := valuesOf(t, measured(monitoring.StoreDisk, nil))
	require.Equal(t, false, at(t, one, "prometheus", "podDisruptionBudget", "enabled"), "it would stop drains")
}

// TestMonitoringAsksForWhatItUses wants no right in AWS that the settings do not need, and each of those within the cluster.
func TestMonitoringAsksForWhatItUses(t *testing.T) {
	for _, account := range Prometheus().Accounts {
		require.Regexp(t, key, account.Key)
		require.Empty(t, account.Policy(measured(monitoring.StoreDisk, nil)).Statements, account.Name)
	}
	managed := measured(monitoring.StoreManaged, func(p *monitoring.Plan) {
		p.Alerts.Receivers = []monitoring.Receiver{{Name: "all", Type: monitoring.TypeSns, TopicArn: "arn:aws:sns:us-east-1:111122223333:ml"}}
	})
	for _, account := range Prometheus().Accounts {
		document := account.Policy(managed)
		require.NoError(t, document.Validate(), account.Name)
		require.Len(t, document.Statements, 1, account.Name)
		recorder.GoldenJSON(t, "testdata/monitoring-"+account.Key+".json", document)
	}
}

// TestMemoryOfPrometheus has the pod ask for the memory of the settings, less what is left to what runs beside it: as a size of Fargate is.
func TestMemoryOfPrometheus(t *testing.T) {
	for given, memory := range map[int][2]string{1: {"768Mi", "704Mi"}, 3: {"2816Mi", "2752Mi"}, 8: {"7936Mi", "7872Mi"}} {
		facts := measured(monitoring.StoreDisk, func(m *monitoring.Plan) { m.MemoryGiB = given })
		facts.On = map[string]bool{monitoring.Setting: true}
		rows := Installed(facts)
		row := rows[slices.IndexFunc(rows, func(h Helm) bool { return h.Key == PrometheusKey })]
		require.Equal(t, memory[0], row.Workloads[0].Memory)
		spec := row.ValuesOf(Install{Facts: facts})["prometheus"].(map[string]any)["prometheusSpec"].(map[string]any)
		require.Equal(t, fixed("450m", memory[1]), spec["resources"])
		size, err := fargate.Fit(500, int64(given)<<30-256<<20)
		require.NoError(t, err)
		require.Equal(t, int64(given)<<30, size.Memory)
	}
}
