package cost_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/resource"
)

// prometheus is the release of the monitoring with values.
func prometheus(values object) resource.Resource {
	return of("modelway:monitoring:Addon", "kubernetes:helm.sh/v3:Release", "monitoring", object{
		"chart": "kube-prometheus-stack", "namespace": "monitoring", "values": values,
	})
}

func claim(size any) object {
	return object{"volumeClaimTemplate": object{"spec": object{"resources": object{"requests": object{"storage": size}}}}}
}

func TestVolumesOfPrometheusAreCounted(t *testing.T) {
	b := bill(one(prometheus(object{
		"prometheus":   object{"prometheusSpec": object{"replicas": 2.0, "storageSpec": claim("100Gi")}},
		"alertmanager": object{"alertmanagerSpec": object{"replicas": 2.0, "storage": claim("1Gi")}},
	})))
	item := find(t, b, "volume of Prometheus, 100 GB gp3")
	require.Equal(t, []string{"2 x 100 GB x 0.08 USD", "16.00"}, []string{item.Arithmetic, item.Least.String()})
	require.Equal(t, "2 x 1 GB x 0.08 USD", find(t, b, "volume of Alertmanager, 1 GB gp3").Arithmetic)
	unknown := bill(one(prometheus(object{"prometheus": object{"prometheusSpec": object{"replicas": 2.0, "storageSpec": claim(resource.Unknown{})}}})))
	require.Contains(t, unknown.NotCounted, "volumes of Prometheus, whose size or number is not known yet")
}

// The estimate grows by the pods that a model has at least, and by its canary, and is not priced.
func TestSamplesAreEstimatedAndNotPriced(t *testing.T) {
	release := func(interval string) resource.Resource {
		return prometheus(object{"prometheus": object{"prometheusSpec": object{"scrapeInterval": interval}}})
	}
	workspace := of("modelway:metricstore:MetricStore", "aws:amp/workspace:Workspace", "metrics", object{"alias": "a"})
	b := bill(model("churn", "nodes", 2, 5, requests("250m", "256Mi")), one(release("30s"), workspace))
	load := monitoring.Load{Models: 1, Versions: 1, Pods: 2}
	require.Contains(t, b.NotCounted, fmt.Sprintf("samples that Amazon Managed Service for Prometheus takes, stores and reads: an estimate is %.0f "+
		"million a month, of %d series (1 model with 2 pods at least, and the platform) every 30 seconds",
		load.SamplesSent(30*time.Second, 730*time.Hour)/1e6, load.Sent()))
	require.Contains(t, bill(one(release("1m"), workspace)).NotCounted, "samples that Amazon Managed Service for Prometheus takes, stores and reads: "+
		"an estimate is 175 million a month, of 4000 series (0 models with 0 pods at least, and the platform) every 60 seconds")
	for _, note := range bill(one(release("30s"))).NotCounted {
		require.NotContains(t, note, "samples")
	}
}

// TestPrometheusIsBilledByItsMemory reads the container of Prometheus from the values, and adds what runs beside it.
func TestPrometheusIsBilledByItsMemory(t *testing.T) {
	for memory, size := range map[string]string{"2752Mi": "0.5 vCPU, 3 GB", "7872Mi": "1 vCPU, 8 GB", "15Gi": "2 vCPU, 16 GB"} {
		b := bill(one(profile("monitoring", object{"namespace": "monitoring"}), prometheus(object{"prometheus": object{"prometheusSpec": object{
			"replicas": 1.0, "resources": object{"requests": object{"cpu": "450m", "memory": memory}}}}})))
		require.Contains(t, find(t, b, "Fargate pod, "+size).Arithmetic, "1 x (", memory)
	}
}

func TestQuestionsToCloudWatchAreEstimatedAndNotPriced(t *testing.T) {
	notes := func(values object) []string {
		return bill(one(of("modelway:yace:Addon", "kubernetes:helm.sh/v3:Release", "yace", object{
			"chart": "prometheus-yet-another-cloudwatch-exporter", "namespace": "monitoring", "values": values,
		}))).NotCounted
	}
	every := object{"scraping-interval": 60.0}
	config := addons.Questions{Facts: addons.Facts{On: map[string]bool{kserve.Setting: true}, TargetGroups: []string{"a", "b", "c"},
		Certificates: addons.Certificates{Arns: []string{"one"}}}}.YAML()
	require.Contains(t, notes(object{"config": config, "extraArgs": every}), "values that YACE asks CloudWatch for: an estimate is 307 thousand a "+
		"month, of 3 target groups with two metrics each and 1 certificate every 60 seconds")
	for _, unknown := range []object{{"config": config}, {"config": config, "extraArgs": object{"scraping-interval": 0.0}}, {"extraArgs": every}} {
		require.Contains(t, notes(unknown), "values that YACE asks CloudWatch for")
	}
}
