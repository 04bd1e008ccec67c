package command

import (
	"context"
	"fmt"
	"io"
	"net"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	k8s "k8s.io/client-go/kubernetes"

	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/traffic"

	"github.com/modelway/modelway/local/kubelet"
	"github.com/modelway/modelway/local/supervisor"
)

const (
	// prometheusPods selects the pods that the operator makes of a Prometheus
	// (https://github.com/prometheus-operator/prometheus-operator/blob/v0.93.1/pkg/prometheus/server/statefulset.go).
	prometheusPods = labels.Name + "=prometheus"
	// prometheusPort is where they listen.
	prometheusPort = "9090"
)

// writeTraffic prints where Prometheus is, and what it measured of each model, where one runs.
func writeTraffic(ctx context.Context, out io.Writer, s supervisor.Status) {
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	client, err := s.Client()
	if err != nil {
		return // writeIdle has said so
	}
	address := prometheusOf(ctx, client)
	if address == "" {
		return
	}
	fmt.Fprintf(out, "%-12s %s\n", "prometheus", address)
	models, err := traffic.Ask(ctx, address)
	switch {
	case err != nil:
		fmt.Fprintf(out, "%-12s unknown: %v\n", "traffic", err)
	case len(models) == 0:
		fmt.Fprintf(out, "%-12s nothing was measured in the last %s\n", "traffic", metrics.Window)
	default:
		fmt.Fprintf(out, "\n%s", traffic.Table(models))
	}
}

// prometheusOf returns the URL of a Prometheus that runs on the local stack's nodes; "" where none does.
func prometheusOf(ctx context.Context, client k8s.Interface) string {
	pods, err := client.CoreV1().Pods(metav1.NamespaceAll).List(ctx, metav1.ListOptions{LabelSelector: prometheusPods})
	if err != nil {
		return ""
	}
	for _, pod := range pods.Items {
		if pod.Status.PodIP != "" && runs(pod) {
			return "http://" + net.JoinHostPort(kubelet.Loopback(pod.Status.PodIP), prometheusPort)
		}
	}
	return ""
}

// runs says whether a pod is ready and all of its programs run.
func runs(pod corev1.Pod) bool {
	ready := false
	for _, condition := range pod.Status.Conditions {
		if condition.Type == kubelet.RunsCondition && condition.Status == corev1.ConditionFalse {
			return false
		}
		ready = ready || condition.Type == corev1.PodReady && condition.Status == corev1.ConditionTrue
	}
	return ready
}
