package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/local/supervisor"
)

// explain adds to the error of a failed destroy what Kubernetes waits for: the Ingresses that are being deleted, their
// finalizers, and why the controller does not remove them.
func explain(ctx context.Context, status supervisor.Status, failure error) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	client, err := status.Client()
	if err != nil {
		return failure
	}
	ingresses, err := client.NetworkingV1().Ingresses("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return failure
	}
	var lines []string
	for _, ingress := range ingresses.Items {
		if ingress.DeletionTimestamp != nil && len(ingress.Finalizers) > 0 {
			lines = append(lines, stuck(ingress))
		}
	}
	if len(lines) == 0 {
		return failure
	}
	return fmt.Errorf("%w\n%s\n%s", failure, strings.Join(lines, "\n"), controllerState(ctx, client))
}

func stuck(ingress networkingv1.Ingress) string {
	return fmt.Sprintf("Ingress %s/%s has been waiting for %.0f s for the controller to remove its finalizer %s",
		ingress.Namespace, ingress.Name, time.Since(ingress.DeletionTimestamp.Time).Seconds(), strings.Join(ingress.Finalizers, ", "))
}

// controllerState says whether the controller, which alone removes those finalizers, runs.
func controllerState(ctx context.Context, client kubernetes.Interface) string {
	chart := addons.LoadBalancerController().Chart
	where := "Deployment " + chart.Namespace + "/" + chart.Name
	deployment, err := client.AppsV1().Deployments(chart.Namespace).Get(ctx, chart.Name, metav1.GetOptions{})
	switch {
	case err != nil:
		return fmt.Sprintf("The controller's %s: %v. Install it again (`make up`), then destroy", where, err)
	case deployment.Status.AvailableReplicas == 0:
		return fmt.Sprintf("The controller's %s has no available pod: see its events", where)
	}
	return fmt.Sprintf("The controller's %s is available: see the events of the Ingresses for what AWS refuses", where)
}
