package monitoring_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/promrule"

	"github.com/modelway/modelway/local/testcluster"
)

// exported is a series of a target group, as YACE 0.67.0 writes it and Prometheus keeps it: dimensions and tags with their prefix, the ARN as
// name, and the labels of the scrape
// (https://github.com/prometheus-community/yet-another-cloudwatch-exporter/blob/v0.67.0/pkg/promutil/migrate.go).
func exported(metric, resource, pod, zone, values string) series {
	const group = "targetgroup/k8s-models-fraudpre-0f1e2d3c4b/73e2d6bc24d8a067"
	labels := fmt.Sprintf(`account_id="111122223333",region="us-east-1",name="arn:aws:elasticloadbalancing:us-east-1:111122223333:%s",`+
		`dimension_LoadBalancer="app/k8s-modelway-1a2b3c4d5e/50dc6c495c0c9188",%s=%q,%s=%q,`+
		`job="yace",instance="10.0.1.9:5000",namespace="monitoring",pod=%q`,
		group, metrics.LabelTargetGroup, group, metrics.LabelResource, resource, pod)
	if zone != "" {
		labels += fmt.Sprintf(`,dimension_AvailabilityZone=%q`, zone)
	}
	return series{metric + "{" + labels + "}", values}
}

const (
	fraudGroup = "models/fraud-fraud-predictor:80"
	yacePod    = "prometheus-yet-another-cloudwatch-exporter-6d5f7c9b8-x2x4q"
)

// loadBalancer is what YACE exports of the target group of fraud: requests and failures of each minute. CloudWatch has them by zone, too.
func loadBalancer(requests, failures int) []series {
	var all []series
	for _, zone := range []string{"", "us-east-1a"} {
		all = append(all, exported(metrics.TargetGroupRequests, fraudGroup, yacePod, zone, fmt.Sprintf("%dx900", requests)),
			exported(metrics.TargetGroupErrors, fraudGroup, yacePod, zone, fmt.Sprintf("%dx900", failures)))
	}
	return all
}

// TestAvailabilityFromTargetGroups asks for the requests and the failures of a model whose server counts no failures, a second, and for the
// part that failed.
func TestAvailabilityFromTargetGroups(t *testing.T) {
	testcluster.Build(t, "promtool")
	folder := t.TempDir()
	rules, file := filepath.Join(folder, "rules.yaml"), filepath.Join(folder, "test.yaml")
	text, err := promrule.YAML(groups(t, room))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(rules, text, 0o644))
	requests := func(pod, values string) series {
		return exported(metrics.TargetGroupRequests, fraudGroup, pod, "", values)
	}
	failures := func(pod, values string) series {
		return exported(metrics.TargetGroupErrors, fraudGroup, pod, "", values)
	}
	const none = -1
	var tests []any
	for name, of := range map[string]struct {
		input                []series
		counted, bad, failed float64
	}{
		"one in a hundred fails":              {loadBalancer(600, 6), 10, 0.1, 0.01},
		"none has failed since two weeks":     {[]series{requests(yacePod, "600x30")}, 10, 0, 0},
		"failures in one minute of five":      {[]series{requests(yacePod, "600x30"), failures(yacePod, "0x17 60 0x12")}, 10, 0.2, 0.02},
		"quiet minutes between busy ones":     {[]series{requests(yacePod, "0x16 300 0 0 300 0x10"), failures(yacePod, "0x16 30 0 0 30 0x10")}, 2, 0.2, 0.1},
		"nobody asks any more":                {[]series{requests(yacePod, "600x10 0x20"), failures(yacePod, "6x10 0x20")}, 0, 0, none},
		"YACE's pod has just been replaced":   {[]series{requests(yacePod, "600x17 stale"), requests("next", "_x17 600x12")}, 10, 0, 0},
		"YACE has been away for half an hour": {[]series{requests(yacePod, "600x2 stale")}, none, none, none},
		"a group of a model that counts itself": {[]series{
			exported(metrics.TargetGroupRequests, "models/churn-churn:80", yacePod, "", "600x30")}, none, none, none},
	} {
		var asked []any
		ask := func(expr string, want float64) {
			samples := []any{}
			if want != none {
				samples = append(samples, map[string]any{"labels": "{}", "value": want})
			}
			asked = append(asked, map[string]any{"expr": "round(sum(" + expr + "), 0.0001)", "eval_time": "20m", "exp_samples": samples})
		}
		ask(`version:slo_requests:rate5m{slo="availability",model=~"fraud|churn"}`, of.counted)
		ask(`version:slo_errors:rate5m{slo="availability",model=~"fraud|churn"}`, of.bad)
		ask(`model:slo_errors:ratio_rate5m{slo="availability",model=~"fraud|churn"}`, of.failed)
		tests = append(tests, map[string]any{"name": name, "interval": "1m", "input_series": of.input, "promql_expr_test": asked})
	}
	write(t, file, map[string]any{"rule_files": []string{rules}, "evaluation_interval": "30s", "tests": tests})
	output, err := exec.Command(promtool, "test", "rules", file).CombinedOutput()
	require.NoError(t, err, string(output))
}
