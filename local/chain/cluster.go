package chain

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"

	"github.com/modelway/modelway/internal/rollout"
	"github.com/modelway/modelway/local/supervisor"
)

const (
	application = rollout.ApplicationsPath + "/" + model
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

// cluster reaches the API server of the stack.
func (w *way) cluster() (rest.Interface, error) {
	status, err := w.status()
	if err != nil {
		return nil, err
	}
	client, err := status.Client()
	if err != nil {
		return nil, err
	}
	return client.CoreV1().RESTClient(), nil
}

// notify has Argo CD look at the repository now, as GitHub does by its webhook after a push.
func (w *way) notify(ctx context.Context) error {
	cluster, err := w.cluster()
	if err != nil {
		return err
	}
	return cluster.Patch(types.MergePatchType).AbsPath(application).
		Body([]byte(`{"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}}`)).Do(ctx).Error()
}

// application is what Argo CD says of the model.
func (w *way) application(ctx context.Context) (a rollout.Application, err error) {
	cluster, err := w.cluster()
	if err != nil {
		return a, err
	}
	text, err := cluster.Get().AbsPath(application).DoRaw(ctx)
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(text, &a)
}

// saidOf is that in a line.
func saidOf(a rollout.Application) string {
	s := a.Status
	said := []string{"Argo CD: " + strings.Trim(s.Sync.Status+", "+s.Health.Status, ", ")}
	for _, c := range s.Conditions {
		said = append(said, c.Message)
	}
	if s.OperationState.Phase != "Succeeded" && s.OperationState.Message != "" {
		said = append(said, s.OperationState.Message)
	}
	return strings.Join(said, "; ")
}

// awaitDelivery waits until Argo CD has delivered a commit and everything in it is healthy, and then until KServe serves it and it answers:
// its own conditions are for a moment still those of the version before.
func (w *way) awaitDelivery(ctx context.Context, commit string, say func(string)) error {
	if err := w.notify(ctx); err != nil {
		return err
	}
	err := await(ctx, deliveryTime, say, func(ctx context.Context) (bool, string) {
		a, err := w.application(ctx)
		if err != nil {
			return false, err.Error()
		}
		s := a.Status
		return s.Sync.Revision == commit && s.Sync.Status == "Synced" && s.Health.Status == "Healthy" && s.OperationState.Phase == "Succeeded",
			saidOf(a)
	})
	if err != nil {
		return err
	}
	status, err := w.status()
	if err != nil {
		return err
	}
	source, err := w.Source(w.c, status)
	if err != nil {
		return err
	}
	_, err = rollout.Wait(ctx, source, []rollout.Model{{Name: model, Application: model, URL: w.address()}}, deliveryTime, say)
	return err
}
