package command

import (
	"context"
	"fmt"
	"net"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	k8s "k8s.io/client-go/kubernetes"

	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/monitoring"

	"github.com/modelway/modelway/local/kubelet"
)

// page is a program of the monitoring that people open: the label of the pods that the operator makes
// (https://github.com/prometheus-operator/prometheus-operator/blob/v0.93.1/pkg/prometheus/server/statefulset.go), and where they listen.
type page struct{ name, port string }

var prometheusPage = page{"prometheus", "9090"}

// pages are all of them.
var pages = []page{prometheusPage, {"alertmanager", "9093"}}

// place is where a page is.
type place struct {
	// url of the page, or "", and why there is none then.
	url, why string
	// starts says that it may come.
	starts bool
}

// String is the URL, or why there is none.
func (p place) String() string { return p.url + p.why }

// find looks a page up among the pods of the local stack's nodes.
func (p page) find(ctx context.Context, client k8s.Interface) place {
	pods, err := client.CoreV1().Pods(monitoring.Namespace).List(ctx, metav1.ListOptions{LabelSelector: labels.Name + "=" + p.name})
	if err != nil {
		return place{why: fmt.Sprintf("unknown: the API server does not tell of its pods: %v", err)}
	}
	found := place{why: "has not started: `modelway status` tells its address once it answers", starts: true}
	for _, pod := range pods.Items {
		reason, idle := kubelet.RunsNothing(pod)
		switch {
		case idle:
			found = place{why: "runs nothing: " + reason}
		case pod.Status.PodIP != "" && kubelet.IsReady(pod):
			return place{url: "http://" + net.JoinHostPort(kubelet.Loopback(pod.Status.PodIP), p.port)}
		default:
			if what := awaited(pod); what != "" {
				found = place{why: "waits: " + what}
			}
		}
	}
	return found
}

// awaited is what a pod that does not start waits for, such as a Secret that its volume is made of; "" where it only takes its time.
func awaited(pod corev1.Pod) string {
	for _, status := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		if status.State.Waiting != nil && status.State.Waiting.Message != "" {
			return status.State.Waiting.Message
		}
	}
	return ""
}
