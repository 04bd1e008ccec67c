package chain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/modelway/modelway/internal/argocd"
	"github.com/modelway/modelway/local/supervisor"
)

const (
	application = "/apis/" + argocd.ApiVersion + "/namespaces/" + argocd.Namespace + "/applications/" + model
	services    = "/apis/serving.kserve.io/v1beta1/namespaces/models/inferenceservices"
	// deliveryTime bounds what Argo CD and KServe take for a commit.
	deliveryTime = 5 * time.Minute
)

// status is that of the stack, which is up.
func (w *way) status() (supervisor.Status, error) {
	status, up := supervisor.Running(w.c)
	if !up {
		return status, errors.New("the local stack has ended: " + supervisor.LastLines(w.c))
	}
	return status, nil
}

// get reads an object of the cluster.
func (w *way) get(ctx context.Context, path string, into any) error {
	status, err := w.status()
	if err != nil {
		return err
	}
	client, err := status.Client()
	if err != nil {
		return err
	}
	text, err := client.CoreV1().RESTClient().Get().AbsPath(path).DoRaw(ctx)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// notify has Argo CD look at the repository now, as GitHub does by its webhook after a push.
func (w *way) notify(ctx context.Context) error {
	status, err := w.status()
	if err != nil {
		return err
	}
	client, err := status.Client()
	if err != nil {
		return err
	}
	return client.CoreV1().RESTClient().Patch(types.MergePatchType).AbsPath(application).
		Body([]byte(`{"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}}`)).Do(ctx).Error()
}

// delivery is what Argo CD says of the model.
type delivery struct {
	Status struct {
		Sync           struct{ Status, Revision string }
		Health         struct{ Status string }
		Conditions     []struct{ Message string }
		OperationState struct{ Phase, Message string }
	}
}

func (d delivery) String() string {
	said := []string{"Argo CD: " + strings.Trim(d.Status.Sync.Status+", "+d.Status.Health.Status, ", ")}
	for _, c := range d.Status.Conditions {
		said = append(said, c.Message)
	}
	if d.Status.OperationState.Phase != "Succeeded" && d.Status.OperationState.Message != "" {
		said = append(said, d.Status.OperationState.Message)
	}
	return strings.Join(said, "; ")
}

// awaitDelivery waits until Argo CD has delivered a commit, and everything in it is healthy.
func (w *way) awaitDelivery(ctx context.Context, commit string, say func(string)) error {
	if err := w.notify(ctx); err != nil {
		return err
	}
	return await(ctx, deliveryTime, say, func(ctx context.Context) (bool, string) {
		var d delivery
		if err := w.get(ctx, application, &d); err != nil {
			return false, err.Error()
		}
		s := d.Status
		return s.Sync.Revision == commit && s.Sync.Status == "Synced" && s.Health.Status == "Healthy" && s.OperationState.Phase == "Succeeded",
			d.String()
	})
}

// served tells of each InferenceService that it is ready.
func (w *way) served(ctx context.Context) (string, error) {
	var found struct {
		Items []struct {
			Metadata struct{ Name string }
			Status   struct {
				Conditions []struct{ Type, Status string }
			}
		}
	}
	if err := w.get(ctx, services, &found); err != nil {
		return "", err
	}
	var words []string
	for _, service := range found.Items {
		ready := "not ready"
		for _, c := range service.Status.Conditions {
			if c.Type == "Ready" && c.Status == "True" {
				ready = "ready"
			}
		}
		words = append(words, fmt.Sprintf("InferenceService %s is %s", service.Metadata.Name, ready))
	}
	return strings.Join(words, ", "), nil
}
