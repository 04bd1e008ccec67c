package command

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/keda"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/rollout"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/supervisor"
)

// explainWebhooks adds to the error of a failed up which models webhooks refused, and what to do.
func explainWebhooks(c checkout.Checkout, stack string, failure error) error {
	settings, err := settingsOf(c, stack)
	if err != nil {
		return failure
	}
	standard := config.Defaults("", "").Models
	directory, namespace := modelsSetting(settings, "directory", standard.Directory), modelsSetting(settings, "namespace", standard.Namespace)
	fileOf := func(model string) string {
		file, _ := modelspec.Locate(os.DirFS(c.Root), directory, model)
		return cmp.Or(file, path.Join(directory, model+modelspec.Extension))
	}
	if text := rollout.Webhooks(failure.Error(), fileOf, namespace); text != "" {
		return fmt.Errorf("%w\n%s", failure, text)
	}
	return failure
}

// modelsSetting is a text of the settings of models, or what holds where there is none.
func modelsSetting(settings map[string]any, key, standard string) string {
	given, _ := object(settings["modelway:models"])[key].(string)
	return cmp.Or(given, standard)
}

// keeper is a controller whose finalizers keep objects of a kind until it has cleaned up after them.
type keeper struct {
	// kind of the objects, many of them, and the path of the API that lists them.
	kind, plural, path string
	// title, namespace and deployment of the controller.
	title, namespace, deployment string
	// refuses is whose refusals events of the objects tell.
	refuses string
}

// keepers are the controllers that a destroy waits for.
func keepers() []keeper {
	chart := addons.LoadBalancerController().Chart
	return []keeper{
		{"Ingress", "Ingresses", "/apis/networking.k8s.io/v1/ingresses", "controller", chart.Namespace, chart.Name, "AWS"},
		{kserve.Kind, kserve.Kind + "s", "/apis/" + kserve.ApiVersion + "/" + kserve.Plural, "controller of KServe", kserve.Namespace,
			kserve.Controller, "Kubernetes"},
		{keda.Kind, keda.Kind + "s", "/apis/" + keda.ApiVersion + "/" + keda.Plural, "operator of KEDA", keda.Namespace, keda.Operator,
			"Kubernetes"},
	}
}

// explain adds to the error of a failed destroy what Kubernetes waits for: the objects that are being deleted, their finalizers, and why
// their controller does not remove them.
func explain(ctx context.Context, status supervisor.Status, failure error) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	client, err := status.Client()
	if err != nil {
		return failure
	}
	for _, k := range keepers() {
		if lines := k.stuck(ctx, client); len(lines) > 0 {
			failure = fmt.Errorf("%w\n%s\n%s", failure, strings.Join(lines, "\n"), k.state(ctx, client))
		}
	}
	return failure
}

// stuck are lines on the objects that wait for the controller; none where there are no objects of the kind.
func (k keeper) stuck(ctx context.Context, client kubernetes.Interface) (lines []string) {
	text, err := client.CoreV1().RESTClient().Get().RequestURI(k.path).DoRaw(ctx)
	var list metav1.PartialObjectMetadataList
	if err != nil || json.Unmarshal(text, &list) != nil {
		return nil
	}
	for _, object := range list.Items {
		if object.DeletionTimestamp != nil && len(object.Finalizers) > 0 {
			lines = append(lines, fmt.Sprintf("%s %s/%s has been waiting for %.0f s for the %s to remove its finalizer %s", k.kind,
				object.Namespace, object.Name, time.Since(object.DeletionTimestamp.Time).Seconds(), k.title,
				strings.Join(object.Finalizers, ", ")))
		}
	}
	return lines
}

// state says whether the controller, which alone removes those finalizers, runs.
func (k keeper) state(ctx context.Context, client kubernetes.Interface) string {
	where := "The controller's Deployment " + k.namespace + "/" + k.deployment
	deployment, err := client.AppsV1().Deployments(k.namespace).Get(ctx, k.deployment, metav1.GetOptions{})
	switch {
	case err != nil:
		return fmt.Sprintf("%s: %v. Install it again (`modelway up`), then destroy", where, err)
	case deployment.Status.AvailableReplicas == 0:
		return where + " has no available pod: see its events"
	}
	return fmt.Sprintf("%s is available: see the events of the %s for what %s refuses", where, k.plural, k.refuses)
}
