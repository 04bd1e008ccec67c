package cost_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/resource"
)

// TestAddonsFollowTheirSettings counts pods of 9.010025 a month, and of 10.63245 with 1 GB.
func TestAddonsFollowTheirSettings(t *testing.T) {
	for _, test := range []struct{ addon, settings, least, most string }{
		{"coredns", ``, "18.02", "18.02"},
		{"coredns", `{"replicaCount":3}`, "27.03", "27.03"},
		{"coredns", `{"autoScaling":{"enabled":true,"minReplicas":2,"maxReplicas":10}}`, "18.02", "90.10"},
		{"coredns", `{"autoScaling":{"enabled":false,"minReplicas":5,"maxReplicas":10}}`, "18.02", "18.02"},
		{"coredns", `{"resources":{"requests":{"memory":"512Mi"}}}`, "21.26", "21.26"},
		{"metrics-server", `{"replicas":1}`, "9.01", "9.01"},
		{"kube-proxy", ``, "0.00", "0.00"},
	} {
		properties := object{"addonName": test.addon}
		if test.settings != "" {
			properties["configurationValues"] = test.settings
		}
		b := bill(one(profile("system", object{"namespace": "kube-system"}), of("modelway:addons:Addons", "aws:eks/addon:Addon", "addon",
			properties)))
		require.Equal(t, []string{test.least, test.most}, []string{b.Least().String(), b.Most().String()}, "%s %s", test.addon, test.settings)
	}
}

// TestReleasesAreKnownByTheirCharts requires profiles to find the pods of a chart by its labels, wherever the chart comes from.
func TestReleasesAreKnownByTheirCharts(t *testing.T) {
	for _, test := range []struct {
		chart, label string
		want         string
	}{
		{"aws-load-balancer-controller", "aws-load-balancer-controller", "9.01"},
		{"./local/charts/aws-load-balancer-controller", "aws-load-balancer-controller", "9.01"},
		{"cluster-autoscaler", "aws-cluster-autoscaler", "9.01"},
		{"cluster-autoscaler", "cluster-autoscaler", "0.00"},
	} {
		b := bill(one(
			profile("system", object{"namespace": "kube-system", "labels": object{"app.kubernetes.io/name": test.label}}),
			of("modelway:x:X", "kubernetes:helm.sh/v3:Release", "release", object{"chart": test.chart, "name": "release", "namespace": "kube-system",
				"values": object{
					"cloudProvider": "aws", "replicaCount": 1.0, "resources": object{"requests": requests("250m", "256Mi")}, "other": resource.Unknown{},
				}}),
		))
		require.Equal(t, test.want, b.Least().String(), "%s by %s", test.chart, test.label)
	}
}
