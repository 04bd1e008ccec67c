package chain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/modelway/modelway/internal/argocd"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/local/supervisor"
)

const (
	application     = "/apis/" + argocd.ApiVersion + "/namespaces/" + argocd.Namespace + "/applications/" + model
	servicesPath    = "/apis/serving.kserve.io/v1beta1/namespaces/models/" + kserve.Plural
	deploymentsPath = "/apis/apps/v1/namespaces/models/deployments"
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

// awaitDelivery waits until Argo CD has delivered a commit, everything in it is healthy, and KServe serves it.
func (w *way) awaitDelivery(ctx context.Context, commit string, say func(string)) (served string, err error) {
	if err := w.notify(ctx); err != nil {
		return "", err
	}
	err = await(ctx, deliveryTime, say, func(ctx context.Context) (bool, string) {
		var d delivery
		if err := w.get(ctx, application, &d); err != nil {
			return false, err.Error()
		}
		s := d.Status
		if s.Sync.Revision != commit || s.Sync.Status != "Synced" || s.Health.Status != "Healthy" || s.OperationState.Phase != "Succeeded" {
			return false, d.String()
		}
		done, seen := w.served(ctx)
		served = seen
		return done, seen
	})
	return served, err
}

// service is an InferenceService, with the digest of the files that it has to serve, and deployment what KServe has made of it.
type service struct {
	Metadata struct{ Name string }
	Spec     struct {
		Predictor struct{ Annotations map[string]string }
	}
}

// served tells of each InferenceService whether all its pods serve the files that it names. Its own conditions do not: for a moment after a
// commit they are still those of the version before.
func (w *way) served(ctx context.Context) (done bool, seen string) {
	var services struct{ Items []service }
	var deployments appsv1.DeploymentList
	if err := errors.Join(w.get(ctx, servicesPath, &services), w.get(ctx, deploymentsPath, &deployments)); err != nil {
		return false, err.Error()
	}
	done = len(services.Items) > 0
	var words []string
	for _, s := range services.Items {
		what := "is not deployed"
		for _, d := range deployments.Items {
			if d.Name == kserve.Predictor(s.Metadata.Name) {
				what = rollout(d, s.Spec.Predictor.Annotations[kserve.DigestAnnotation])
			}
		}
		done = done && what == rolledOut
		words = append(words, "InferenceService "+s.Metadata.Name+" "+what)
	}
	return done, strings.Join(words, ", ")
}

const rolledOut = "serves"

// rollout says how far a Deployment is with files of a digest.
func rollout(d appsv1.Deployment, digest string) string {
	s := d.Status
	switch {
	case d.Spec.Template.Annotations[kserve.DigestAnnotation] != digest:
		return "waits for KServe"
	case s.ObservedGeneration < d.Generation || s.UpdatedReplicas < s.Replicas || s.AvailableReplicas < s.Replicas || s.Replicas == 0:
		return fmt.Sprintf("rolls out: %d of %d pods are new and ready", min(s.UpdatedReplicas, s.AvailableReplicas), s.Replicas)
	}
	return rolledOut
}
