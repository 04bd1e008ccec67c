package platform

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/plan"
	"github.com/modelway/modelway/internal/recorder"
)

// sample is a Helm add-on that asks for everything that a row can ask for.
func sample() addons.Helm {
	labels := map[string]string{"app.kubernetes.io/name": "prober", "app.kubernetes.io/instance": "prober"}
	return addons.Helm{
		Key: "prober", Title: "Prober", Why: "asks models whether they are well",
		Chart: addons.Chart{
			Name: "prober", Repository: "https://charts.example.com", Version: "1.2.3", AppVersion: "v4.5.6", Namespace: "probing",
			Images: []addons.ChartImage{{Repository: "example.com/probes/prober"}},
		},
		ServiceAccount: "prober",
		Policy: func(f addons.Facts) iamdoc.Document {
			return iamdoc.Document{Statements: []iamdoc.Statement{iamdoc.Grant(iamdoc.Actions("s3", "GetObject"),
				iamdoc.Values{"arn:" + f.Partition + ":s3:::probes-" + f.Account + "-" + f.ClusterName + "/*"}, nil)}}
		},
		Accounts: []addons.Account{
			{Key: "teller", Name: "teller", At: "teller.serviceAccount", Policy: func(addons.Facts) iamdoc.Document {
				return iamdoc.Document{Statements: []iamdoc.Statement{iamdoc.Grant(iamdoc.Actions("sns", "Publish"),
					iamdoc.Values{"arn:aws:sns:us-east-1:111122223333:probes"}, nil)}}
			}},
			{Key: "idle", Name: "idle", At: "idle.serviceAccount", Policy: func(addons.Facts) iamdoc.Document { return iamdoc.Document{} }},
		},
		Suit:   func(f addons.Facts, row *addons.Helm) { row.Chart.AppVersion = "v4.5.6" },
		Places: addons.Places{ClusterName: "cluster.name", ServiceAccount: "serviceAccount"},
		Values: func(f addons.Facts) map[string]any { return map[string]any{"kubernetes": f.KubernetesVersion} },
		Workloads: []addons.Workload{{
			Name: "Prober", Namespace: "probing", Labels: labels, Replicas: 3, CPU: "500m", Memory: "768Mi",
			ReplicasAt: "server.replicas", ResourcesAt: "server.resources", ReadsModels: true,
		}},
		Setting: "modelStore.enabled", When: func(f addons.Facts) bool { return !f.NoInternet }, After: []string{addons.ControllerKey},
		Accepted: map[string]string{"pod-probes": "It is a probe."},
	}
}

// TestSampleRowReachesEveryReader adds a row and looks for it wherever a Helm add-on has to be known.
func TestSampleRowReachesEveryReader(t *testing.T) {
	t.Cleanup(addons.Try(sample()))
	r := recordStored(t)
	component, release := r.Find(t, "modelway:prober:Addon", "modelway-prober"), r.Find(t, "kubernetes:helm.sh/v3:Release",
		"modelway-prober-release")
	namespace := r.Find(t, "kubernetes:core/v1:Namespace", "modelway-prober-namespace")
	role := r.Find(t, "aws:iam/role:Role", "modelway-prober-role-role")
	profile := r.Find(t, "aws:eks/fargateProfile:FargateProfile", "modelway-compute-prober")

	t.Run("release", func(t *testing.T) {
		require.Equal(t, component.URN, release.Parent)
		require.Equal(t, []any{"prober", "1.2.3", "probing"}, []any{release.Input("chart"), release.Input("version"), release.Input("namespace")})
		require.Equal(t, map[string]any{"replicas": 3.0, "resources": map[string]any{
			"requests": map[string]any{"cpu": "500m", "memory": "768Mi"}, "limits": map[string]any{"cpu": "500m", "memory": "768Mi"},
		}}, release.Input("values.server"))
		require.Equal(t, "1.36", release.Input("values.kubernetes"))
		require.Equal(t, "modelway-test", release.Input("values.cluster.name"))
		require.Equal(t, "restricted", namespace.Input(`metadata.labels["pod-security.kubernetes.io/enforce"]`))
	})
	t.Run("service account and role", func(t *testing.T) {
		require.Equal(t, "prober", release.Input("values.serviceAccount.name"))
		require.NotNil(t, release.Input(`values.serviceAccount.annotations["eks.amazonaws.com/role-arn"]`), "its pods run on Fargate")
		require.Contains(t, r.Find(t, "aws:iam/policy:Policy", "modelway-prober-role-policy").Input("policy"), "modelway-test/*")
		require.Contains(t, role.Input("assumeRolePolicy"), "system:serviceaccount:probing:prober")
		teller := r.Find(t, "aws:iam/role:Role", "modelway-prober-teller-role-role")
		require.Contains(t, teller.Input("assumeRolePolicy"), "system:serviceaccount:probing:teller")
		require.Equal(t, "teller", release.Input("values.teller.serviceAccount.name"))
		require.NotNil(t, release.Input(`values.teller.serviceAccount.annotations["eks.amazonaws.com/role-arn"]`))
		require.True(t, release.DependsDirectly(teller.URN), "it calls AWS until it ends")
		require.Equal(t, map[string]any{"create": true, "name": "idle"}, release.Input("values.idle.serviceAccount"), "no rights, no role")
	})
	t.Run("Fargate profile", func(t *testing.T) {
		require.Equal(t, []any{map[string]any{"namespace": "probing"}}, profile.Input("selectors"))
		onNodes := config.Defaults("test", recorder.DefaultRegion)
		onNodes.ModelStore.Enabled = true
		onNodes.Compute.NodeGroups = []config.NodeGroup{compute.DefaultNodeGroup()}
		require.Len(t, plan.Compute(onNodes).FargateProfiles, 2, "nodes take the pods")
		onNodes.Compute = config.Compute{FargateProfiles: []config.FargateProfile{{Name: "all", Selectors: []config.Selector{{Namespace: "*"}}}}}
		require.Len(t, plan.Compute(onNodes).FargateProfiles, 1, "a profile of the settings takes the pods")
		require.False(t, plan.Compute(config.Defaults("test", recorder.DefaultRegion)).OnFargate(sample().Workloads[0]), "it is not installed")
	})
	t.Run("bill", func(t *testing.T) {
		bill := cost.Of(r.Set(), recorder.DefaultRegion, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
		var billed []string
		for _, item := range bill.Items {
			if item.Component == "prober" {
				billed = append(billed, item.What+": "+item.Arithmetic)
			}
		}
		require.Len(t, billed, 1)
		require.Contains(t, billed[0], "Fargate pod, 0.5 vCPU, 1 GB: 3 x")
	})
	t.Run("network policy", func(t *testing.T) {
		for _, policy := range r.OfType("kubernetes:networking.k8s.io/v1:NetworkPolicy") {
			if policy.Name == "stored-network-policy" {
				require.Contains(t, policy.Input("spec.ingress[0].from"), map[string]any{
					"namespaceSelector": map[string]any{"matchLabels": map[string]any{"kubernetes.io/metadata.name": "probing"}},
					"podSelector":       map[string]any{"matchLabels": map[string]any{"app.kubernetes.io/name": "prober"}},
				})
				return
			}
		}
		require.Fail(t, "no network policy of the model")
	})
	t.Run("edges of a destroy", func(t *testing.T) {
		require.Empty(t, missing(r))
		controller := r.Find(t, "kubernetes:helm.sh/v3:Release", "modelway-controller-release")
		for _, outlives := range []*recorder.Resource{namespace, role, profile, controller} {
			require.True(t, release.DependsDirectly(outlives.URN), outlives.Name)
			for _, edge := range r.Edges() {
				if edge.From == release.URN && edge.To == outlives.URN && (outlives == role || outlives == profile) {
					require.NotEmpty(t, missing(r.WithoutEdge(edge)), "the rules ask for the edge to %s", outlives.Name)
				}
			}
		}
	})
	t.Run("mirror, baseline and documents", func(t *testing.T) {
		require.Contains(t, addons.Images(), addons.Image{Repository: "example.com/probes/prober", Tag: "v4.5.6", Runs: "Prober"})
		require.Equal(t, "mirror.example.com/probes/prober",
			sample().ValuesOf(addons.Install{Mirror: "mirror.example.com"})["image"].(map[string]any)["repository"])
		require.Contains(t, addons.Exceptions(), addons.Exception{Check: "pod-probes", Object: "Deployment probing/prober",
			Reason: "It is a probe."})
		require.Contains(t, addons.Table().Markdown(), "| Prober | asks models whether they are well | prober 1.2.3 | probing | 3 of 500m CPU "+
			"and 768Mi | by modelStore.enabled | prober:Addon |")
		documents := addons.Documents(addons.Facts{Partition: "aws"})
		require.Equal(t, []string{"Prober", "Prober, teller"},
			[]string{documents[len(documents)-2].Name, documents[len(documents)-1].Name}, "one without rights has no document")
	})
	t.Run("addresses", func(t *testing.T) {
		cfg := config.Defaults("test", recorder.DefaultRegion)
		cfg.ModelStore.Enabled = true
		p, err := plan.New(cfg, []modelspec.Model{}, plan.Previous{})
		require.NoError(t, err)
		demand := plan.Demand(cfg, p, nil)
		require.Contains(t, demand[len(demand)-1].Arithmetic, "4 services of")
	})
}

// TestSettingsOfRowsExist requires every setting that switches an add-on on to be a switch.
func TestSettingsOfRowsExist(t *testing.T) {
	switches := config.Defaults("test", recorder.DefaultRegion).Facts().On
	for _, row := range addons.All() {
		if row.Setting != "" {
			require.Contains(t, switches, row.Setting, row.Key)
		}
	}
}
