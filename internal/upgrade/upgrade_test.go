package upgrade_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/naming"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/upgrade"
)

var day = time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)

const prefix = "urn:pulumi:prod::modelway::"

// environment is what a program makes at a Kubernetes version.
type environment struct {
	groups  []string
	fargate bool
	more    []resource.Resource
}

func made(token, name string, properties map[string]any) resource.Resource {
	return resource.Resource{URN: prefix + token + "::" + name, Type: token, Name: name, Custom: true, Properties: properties}
}

func (e environment) at(version string) upgrade.Stage {
	all := []resource.Resource{made("aws:eks/cluster:Cluster", "c", map[string]any{"name": "modelway-prod", "version": version})}
	for _, name := range e.groups {
		all = append(all, made("aws:eks/nodeGroup:NodeGroup", name, map[string]any{"version": version, "capacityType": "SPOT",
			"scalingConfig": map[string]any{"minSize": 1.0, "maxSize": 3.0}}))
	}
	for _, addon := range []string{addons.KubeProxy, addons.CoreDNS} {
		_, standard := addons.Offered(addon, version)
		all = append(all, made("aws:eks/addon:Addon", addon, map[string]any{"addonName": addon, "addonVersion": standard}))
	}
	if e.fargate {
		all = append(all, made("aws:eks/fargateProfile:FargateProfile", "system", map[string]any{
			"selectors": []any{map[string]any{"namespace": "kube-system"}}}))
	}
	return upgrade.Stage{Version: version, Set: resource.NewSet(append(all, e.more...))}
}

func (e environment) plan(from, to string, nodes map[string]string) (upgrade.Plan, error) {
	way, err := upgrade.Way(from, to)
	if err != nil {
		return upgrade.Plan{}, err
	}
	r := upgrade.Request{Stack: "prod", Region: "us-east-1", SettingsFile: "Pulumi.prod.yaml", Nodes: nodes, Day: day}
	for _, version := range way {
		r.Stages = append(r.Stages, e.at(version))
	}
	return upgrade.Make(r)
}

func number(t require.TestingT, version string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(version, "1."))
	require.NoError(t, err, version)
	return n
}

// follow takes the steps of a plan one by one, and requires after each that the control plane has moved by one minor version at the most,
// that no kubelet is newer than it or more than three behind, and that managed nodes are its equals before it moves, which EKS demands. It
// returns the versions at the end.
func follow(t require.TestingT, p upgrade.Plan, control string, nodes map[string]string) (string, map[string]string) {
	for i, s := range p.Steps {
		require.Equal(t, i+1, s.Number)
		require.NotEmpty(t, s.Seen)
		require.NotEmpty(t, s.Back)
		switch s.Kind {
		case upgrade.ControlPlane:
			require.Equal(t, control, s.From)
			require.Equal(t, number(t, s.From)+1, number(t, s.To))
			require.Contains(t, s.Setting, `kubernetesVersion: "`+s.To+`"`)
			for name, version := range nodes {
				require.Equal(t, control, version, "%s before step %d", name, s.Number)
			}
			control = s.To
		case upgrade.NodeGroup:
			require.Equal(t, nodes[s.Name], s.From)
			nodes[s.Name] = s.To
		case upgrade.FargatePods:
			require.Equal(t, nodes[upgrade.Fargate], s.From)
			nodes[upgrade.Fargate] = s.To
		}
		for name, version := range nodes {
			behind := number(t, control) - number(t, version)
			require.True(t, 0 <= behind && behind <= 3, "%s is %d behind after step %d", name, behind, s.Number)
		}
	}
	return control, nodes
}

// TestPlansKeepTheSkew holds for any environment, with nodes as far behind as Kubernetes allows.
func TestPlansKeepTheSkew(t *testing.T) {
	offered := upgrade.Offered()
	rapid.Check(t, func(t *rapid.T) {
		e := environment{
			groups:  rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"general", "gpu", "spot"}), 0, 3, rapid.ID).Draw(t, "groups"),
			fargate: rapid.Bool().Draw(t, "fargate"),
		}
		first := rapid.IntRange(0, len(offered)-1).Draw(t, "from")
		from, to := offered[first], offered[rapid.IntRange(first, len(offered)-1).Draw(t, "to")]
		given, nodes := map[string]string{}, map[string]string{}
		for _, name := range e.groups {
			nodes[name] = from
		}
		if e.fargate {
			nodes[upgrade.Fargate] = from
		}
		for name := range nodes {
			if behind := rapid.IntRange(0, 3).Draw(t, name); behind > 0 {
				given[name] = fmt.Sprintf("1.%d", number(t, from)-behind)
				nodes[name] = given[name]
			}
		}
		p, err := e.plan(from, to, given)
		require.NoError(t, err)
		control, nodes := follow(t, p, from, nodes)
		require.Equal(t, to, control)
		for name, version := range nodes {
			require.True(t, version == to || from == to, "%s ends at %s", name, version)
		}
		if from == to {
			require.Empty(t, p.Steps)
		}
	})
}

func TestRefusals(t *testing.T) {
	nodes := environment{groups: []string{"general"}}
	policy := environment{more: []resource.Resource{made("kubernetes:admissionregistration.k8s.io/v1beta1:ValidatingAdmissionPolicy", "guard",
		map[string]any{})}}
	for _, test := range []struct {
		name, from, to string
		e              environment
		nodes          map[string]string
		want           []string
	}{
		{"back", "1.36", "1.35", nodes, nil, []string{"older than 1.36", "allowed: 1.36, 1.37", "rollback-cluster"}},
		{"not offered", "1.33", "1.99", nodes, nil, []string{"the target 1.99 is not offered", "1.33, 1.34, 1.35, 1.36, 1.37"}},
		{"present not offered", "1.20", "1.36", nodes, nil, []string{"the present version 1.20 is not offered"}},
		{"both no versions", "latest", "v1.36", nodes, nil, []string{`"latest" is not`, `"v1.36" is not`, "as in 1.36"}},
		{"a patch", "1.33", "1.36.1", nodes, nil, []string{`"1.36.1" is not`}},
		{"leading zero", "1.33", "1.036", nodes, nil, []string{`"1.036" is not`}},
		{"nodes ahead", "1.34", "1.35", nodes, map[string]string{"general": "1.35"}, []string{"newer than the control plane with 1.34"}},
		{"nodes behind", "1.36", "1.37", nodes, map[string]string{"general": "1.32"}, []string{"more than 3 minor versions behind", "bring them to 1.36"}},
		{"nodes without version", "1.36", "1.37", nodes, map[string]string{"general": "old"}, []string{`version "old"`, "general=1.36"}},
		{"unknown group", "1.36", "1.37", nodes, map[string]string{"gpu": "1.35"}, []string{"gpu are not in the environment", "allowed: general"}},
		{"no Fargate", "1.36", "1.37", nodes, map[string]string{"fargate": "1.35"}, []string{"fargate are not in the environment"}},
		{"an API that is gone", "1.33", "1.35", policy, nil, []string{"guard is a ValidatingAdmissionPolicy", "no longer serves",
			"write it with admissionregistration.k8s.io/v1,"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := test.e.plan(test.from, test.to, test.nodes)
			require.Error(t, err)
			for _, want := range append(test.want, "allowed: ", "fix: ") {
				require.ErrorContains(t, err, want)
			}
		})
	}
	_, err := policy.plan("1.33", "1.33", nil)
	require.NoError(t, err, "Kubernetes 1.33 still has the API")
}

// model is a Deployment of a model with its component and budget.
func model(name string, replicas float64, budget map[string]any) []resource.Resource {
	component := resource.Resource{URN: prefix + resource.ModelType + "::" + name, Type: resource.ModelType, Name: name,
		Properties: map[string]any{"name": name}}
	labels := map[string]any{"app": name}
	deployment := made("kubernetes:apps/v1:Deployment", name+"-deployment", map[string]any{
		"metadata": map[string]any{"name": name, "namespace": "models"},
		"spec": map[string]any{"replicas": replicas, "template": map[string]any{"metadata": map[string]any{"labels": labels},
			"spec": map[string]any{"containers": []any{}}}},
	})
	deployment.Parent = component.URN
	budget["selector"] = map[string]any{"matchLabels": labels}
	return []resource.Resource{component, deployment, made("kubernetes:policy/v1:PodDisruptionBudget", name+"-budget", map[string]any{
		"metadata": map[string]any{"name": name, "namespace": "models"}, "spec": budget})}
}

func TestBudgetsThatBlock(t *testing.T) {
	for _, test := range []struct {
		name     string
		replicas float64
		budget   map[string]any
		blocks   bool
	}{
		{"the only one has to stay", 1, map[string]any{"minAvailable": 1.0}, true},
		{"one of two may go", 2, map[string]any{"minAvailable": 1.0}, false},
		{"half of one, rounded up", 1, map[string]any{"minAvailable": "50%"}, true},
		{"half of two", 2, map[string]any{"minAvailable": "50%"}, false},
		{"all have to stay", 3, map[string]any{"minAvailable": "100%"}, true},
		{"none may go", 3, map[string]any{"maxUnavailable": 0.0}, true},
		{"one may go", 1, map[string]any{"maxUnavailable": 1.0}, false},
		{"no pods", 0, map[string]any{"minAvailable": 1.0}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := environment{groups: []string{"general"}, more: model("churn", test.replicas, test.budget)}
			p, err := e.plan("1.35", "1.36", nil)
			require.NoError(t, err)
			require.Equal(t, test.blocks, p.Steps[0].Kind == upgrade.Prepare, "%+v", p.Steps[0])
			if test.blocks {
				require.Contains(t, p.Steps[0].Seen, "lets none go")
				require.Contains(t, p.Steps[0].Setting, fmt.Sprintf("min: %v", test.replicas+1))
			}
			group := p.Steps[slices.IndexFunc(p.Steps, func(s upgrade.Step) bool { return s.Kind == upgrade.NodeGroup })]
			require.Equal(t, test.replicas <= 1, strings.Contains(strings.Join(group.Interrupts, "\n"), "model churn has one replica"))
			require.Contains(t, strings.Join(group.Interrupts, "\n"), "spot capacity")
		})
	}
}

func TestInsights(t *testing.T) {
	make := func(live upgrade.Live) (upgrade.Plan, error) {
		e := environment{groups: []string{"general"}}
		return upgrade.Make(upgrade.Request{Stack: "prod", Region: "xx-nowhere-1", Stages: []upgrade.Stage{e.at("1.35"), e.at("1.36")}, Live: live,
			Day: day})
	}
	insight := upgrade.Insight{Name: "Deprecated APIs", KubernetesVersion: "1.36", Status: "ERROR", Reason: "a client calls one",
		Recommendation: "stop that client"}
	_, err := make(upgrade.Live{Read: true, Insights: []upgrade.Insight{insight}})
	require.ErrorContains(t, err, `insight "Deprecated APIs" of EKS for Kubernetes 1.36 is ERROR: a client calls one; allowed: PASSING or WARNING; `+
		"fix: stop that client")
	later := insight
	later.KubernetesVersion = "1.37"
	warned := insight
	warned.Status = "WARNING"
	p, err := make(upgrade.Live{Read: true, Insights: []upgrade.Insight{later, warned},
		Nodes: map[string]string{"general-0a1b2c3": "1.34", "other": "1.33"}})
	require.NoError(t, err)
	notes := strings.Join(p.Notes, "\n")
	require.Contains(t, notes, "stop that client")
	require.Contains(t, notes, "node group other with 1.33 is not of the program")
	require.Contains(t, notes, "prices of the control plane are not known")
	require.Equal(t, "1.34", p.Steps[0].From, "the group is brought to the control plane's version first")
	require.NotContains(t, strings.Join(p.Unread, "\n"), "insights")
	p, err = make(upgrade.Live{})
	require.NoError(t, err)
	require.Contains(t, p.Text(), "Not looked at, so that it may still be in the way\n\n- the versions that run, and the upgrade insights of EKS: give "+
		"--live\n")
}

// TestNodeGroupsOfOneBeginning have names of which one begins another.
func TestNodeGroupsOfOneBeginning(t *testing.T) {
	long := strings.Repeat("long-", 11) + "name"
	e := environment{groups: []string{"general", "general-gpu", long}}
	for range 20 { // maps have no order
		p, err := upgrade.Make(upgrade.Request{Stack: "prod", Region: "us-east-1", Stages: []upgrade.Stage{e.at("1.35"), e.at("1.36")}, Day: day,
			Live: upgrade.Live{Read: true, Nodes: map[string]string{"general-0a1b2c3": "1.35", "general-gpu-4d5e6f7": "1.34",
				naming.Prefix(long, naming.NodeGroup) + "20261130095021123400000001": "1.33", "general-blue": "1.32", "general-gpu-0a1b2c3": "1.35"}}})
		require.NoError(t, err)
		var behind []string
		for _, s := range p.Steps {
			if s.Kind == upgrade.NodeGroup && s.Minor == "1.35" {
				behind = append(behind, s.Name+" "+s.From)
			}
		}
		require.Equal(t, []string{"general-gpu 1.34", long + " 1.33"}, behind, "the older of two of one group counts")
		require.Contains(t, strings.Join(p.Notes, "\n"), "node group general-blue with 1.32 is not of the program")
		require.Equal(t, 1, strings.Count(strings.Join(p.Notes, "\n"), "is not of the program"))
	}
}

// TestPins are versions of add-ons in the settings that EKS has for the present Kubernetes version and not for the next.
func TestPins(t *testing.T) {
	at := func(version string) upgrade.Stage {
		return upgrade.Stage{Version: version, Set: resource.NewSet([]resource.Resource{made("aws:eks/addon:Addon", "coredns",
			map[string]any{"addonName": "coredns", "addonVersion": "v1.12.4-eksbuild.18"})})}
	}
	p, err := upgrade.Make(upgrade.Request{Stack: "prod", SettingsFile: "Pulumi.prod.yaml", Stages: []upgrade.Stage{at("1.33"), at("1.34")}, Day: day})
	require.NoError(t, err)
	require.Len(t, p.Steps, 1)
	require.Equal(t, "v1.12.4-eksbuild.29", p.Steps[0].To)
	require.Contains(t, p.Steps[0].Setting, "addonVersions:\n    coredns: v1.12.4-eksbuild.29")
}
