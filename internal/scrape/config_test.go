package scrape_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/scrape"
	"github.com/modelway/modelway/internal/serving"
)

// relabel does what Prometheus does with the rules of a ScrapeConfig: nil where the target is dropped
// (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config).
func relabel(t *testing.T, config scrape.Config, target map[string]string) map[string]string {
	t.Helper()
	for _, item := range config.Spec["relabelings"].([]any) {
		rule := item.(map[string]any)
		joined := ""
		sources, _ := rule["sourceLabels"].([]any)
		for i, source := range sources {
			if i > 0 {
				joined += ";"
			}
			joined += target[source.(string)]
		}
		pattern, given := rule["regex"].(string)
		if !given {
			pattern = "(.*)"
		}
		form := regexp.MustCompile("^(?s:" + pattern + ")$")
		fits := form.MatchString(joined)
		switch action := rule["action"]; {
		case action == "Keep" && !fits, action == "Drop" && fits:
			return nil
		case action == "Replace" && fits:
			target[rule["targetLabel"].(string)] = form.ReplaceAllString(joined, rule["replacement"].(string))
		}
	}
	return target
}

// pod is a target of a version's pod, as Prometheus finds it: one for each port of a container.
func pod(v serving.Version, container, port string, number int) map[string]string {
	target := map[string]string{
		"__address__":                               fmt.Sprintf("10.0.1.2:%d", number),
		"__meta_kubernetes_namespace":               "models",
		"__meta_kubernetes_pod_name":                v.Name + "-7d9",
		"__meta_kubernetes_pod_phase":               "Running",
		"__meta_kubernetes_pod_container_name":      container,
		"__meta_kubernetes_pod_container_port_name": port,
	}
	for key, value := range v.PodLabels() {
		target["__meta_kubernetes_pod_label_"+regexp.MustCompile(`\W`).ReplaceAllString(key, "_")] = value
	}
	return target
}

func versions(t *testing.T) []serving.Version {
	t.Helper()
	m := modelspec.Default()
	m.Name, m.Image = "fraud", "example.com/fraud:1"
	m.Canary.Image, m.Canary.Weight = "example.com/fraud:2", 10
	all := serving.Versions(m)
	require.Len(t, all, 2)
	return all
}

func TestModelsAreFoundInBothVersions(t *testing.T) {
	config := scrape.Models("models")
	for i, track := range []string{metrics.Stable, metrics.Canary} {
		v := versions(t)[i]
		found := relabel(t, config, pod(v, "model", "http", 8080))
		require.NotNil(t, found)
		require.Equal(t, []string{"fraud", track, "models", "models", v.Name + "-7d9", "10.0.1.2:8080"},
			[]string{found["model"], found["track"], found["job"], found["namespace"], found["pod"], found["__address__"]})
	}
}

// TestModelsOfFilesAreFoundWhateverTheirRuntimeDeclares wants one target of a predictor: targets whose address and labels are equal are
// one.
func TestModelsOfFilesAreFoundWhateverTheirRuntimeDeclares(t *testing.T) {
	config, v := scrape.Models("models"), versions(t)[0]
	for name, target := range map[string]map[string]string{
		"the platform's port": pod(v, kserve.Container, "http", kserve.Port),
		"no name":             pod(v, kserve.Container, "", kserve.Port),
		"another port":        pod(v, kserve.Container, "h2c", 8033),
	} {
		found := relabel(t, config, target)
		require.NotNil(t, found, name)
		require.Equal(t, "10.0.1.2:8080", found["__address__"], name)
	}
	without := pod(v, kserve.Container, "", 0)
	without["__address__"] = "10.0.1.2" // a container without ports
	require.Equal(t, "10.0.1.2:8080", relabel(t, config, without)["__address__"])
	moved := pod(v, kserve.Container, "", kserve.Port)
	moved["__address__"] = "127.0.1.2:8080" // as a scrape class may have it
	require.Equal(t, "127.0.1.2:8080", relabel(t, config, moved)["__address__"])
}

func TestWhatIsNoModelIsLeftOut(t *testing.T) {
	config, v := scrape.Models("models"), versions(t)[0]
	require.Nil(t, relabel(t, config, pod(v, kserve.Initializer, "", 0)), "the init container")
	require.Nil(t, relabel(t, config, pod(v, "model", "admin", 9000)), "another port of an image")
	for label, value := range map[string]string{
		"__meta_kubernetes_pod_label_app_kubernetes_io_part_of":   "another",
		"__meta_kubernetes_pod_label_app_kubernetes_io_component": "schedule",
		"__meta_kubernetes_pod_phase":                             "Succeeded",
	} {
		target := pod(v, "model", "http", 8080)
		target[label] = value
		require.Nil(t, relabel(t, config, target), label)
	}
}

func facts(fargate bool) addons.Facts {
	f := addons.Facts{On: map[string]bool{kserve.Setting: true, "compute.clusterAutoscaler": true}, Resizable: true}
	f.Monitoring = monitoring.Plan{Spec: monitoring.Default(), Fargate: fargate}
	return f
}

// TestThePlatformItselfIsScraped wants a ScrapeConfig for each kind of pods whose row says where its metrics are.
func TestThePlatformItselfIsScraped(t *testing.T) {
	var names []string
	for _, config := range scrape.Configs(facts(false), "models") {
		names = append(names, config.Name)
		require.Regexp(t, `^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`, config.Name)
	}
	require.Equal(t, []string{"models", "aws-load-balancer-controller", "cluster-autoscaler", "cert-manager-controller",
		"cert-manager-ca-injector", "cert-manager-webhook", "kserve-controller"}, names)
	controller := scrape.Configs(facts(false), "models")[6]
	require.Equal(t, []any{"HTTPS", monitoring.ClusterScrapes}, []any{controller.Spec["scheme"], controller.Spec["scrapeClass"]},
		"it asks who is calling")
	found := relabel(t, controller, map[string]string{
		"__address__": "10.0.1.2:9443", "__meta_kubernetes_pod_phase": "Running", "__meta_kubernetes_namespace": "kserve",
		"__meta_kubernetes_pod_name": "c", "__meta_kubernetes_pod_label_app_kubernetes_io_name": kserve.Controller,
	})
	require.Equal(t, []string{"10.0.1.2:8443", "kserve-controller"}, []string{found["__address__"], found["job"]})
}

// TestContainersOnFargateComeFromTheAPIServer wants the path of the node, and no node that has a kubelet of its own.
func TestContainersOnFargateComeFromTheAPIServer(t *testing.T) {
	all := scrape.Configs(facts(true), "models")
	config := all[len(all)-1]
	node := func(compute string) map[string]string {
		return map[string]string{"__address__": "10.0.1.2:10250", "__meta_kubernetes_node_name": "fargate-ip-10-0-1-2.ec2.internal",
			"__meta_kubernetes_node_label_eks_amazonaws_com_compute_type": compute}
	}
	found := relabel(t, config, node("fargate"))
	require.Equal(t, []string{"kubernetes.default.svc:443", "/api/v1/nodes/fargate-ip-10-0-1-2.ec2.internal/proxy/metrics/cadvisor", "kubelet",
		"/metrics/cadvisor"}, []string{found["__address__"], found["__metrics_path__"], found["job"], found["metrics_path"]})
	require.Nil(t, relabel(t, config, node("ec2")))
	require.Nil(t, relabel(t, config, node("")))
	for _, other := range scrape.Configs(facts(false), "models") {
		require.NotEqual(t, config.Name, other.Name)
	}
}
