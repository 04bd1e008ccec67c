package command

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	corev1 "k8s.io/api/core/v1"
	k8s "k8s.io/client-go/kubernetes"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/rollout"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/engine"
	"github.com/modelway/modelway/local/kubelet"
	"github.com/modelway/modelway/local/programs"
	"github.com/modelway/modelway/local/supervisor"
)

// verifyTimeout bounds the wait for models after the engine is done, which has waited for most of it.
const verifyTimeout = 2 * time.Minute

// sourceOf reaches the cluster of the running supervisor.
func sourceOf(c checkout.Checkout, status supervisor.Status, client k8s.Interface) rollout.Source {
	return rollout.Source{
		Ask:     rollout.Asker(),
		Kubectl: fmt.Sprintf("%s --kubeconfig %s", filepath.Join(c.Bin(), "kubectl"), status.Kubeconfig),
		Get: func(ctx context.Context, path string) ([]byte, error) {
			return client.CoreV1().RESTClient().Get().RequestURI(path).DoRaw(ctx)
		},
		Log: func(_ context.Context, pod rollout.Pod) (string, string) {
			file := kubelet.LogFile(c.Logs(), pod.Metadata.Namespace, pod.Metadata.Name)
			text, _ := os.ReadFile(file) // a pod without a process has none
			return string(text), file
		},
	}
}

// verify waits until what was deployed is what answers, and returns what is to be known of each model. URLs of models that are not run
// here are not asked.
func verify(ctx context.Context, out io.Writer, c checkout.Checkout, source rollout.Source, outs auto.OutputMap,
	urls rollout.URLs) (map[string]string, error) {
	values := map[string]any{}
	for name, o := range outs {
		values[name] = o.Value
	}
	text, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	models, err := rollout.Models(text, urls)
	if err != nil {
		return nil, err
	}
	idle, err := idleModels(ctx, source)
	if err != nil {
		return nil, err
	}
	known := programs.Of(c)
	for i, m := range models {
		if m.Unasked == "" {
			models[i].Unasked = cmp.Or(notRun(m, known), idle[m.Name])
		}
	}
	return rollout.Wait(ctx, source, models, verifyTimeout, func(line string) { fmt.Fprintln(out, "  "+line) })
}

// notRun says why pods of a model run nothing here; empty where they do.
func notRun(m rollout.Model, known kubelet.Programs) (why string) {
	for _, v := range m.Versions {
		if _, reason := known.Find(v.Image); v.Digest == "" && reason != "" {
			why = "not answering: " + reason
		}
	}
	return why
}

// idleModels are the models that have pods which run nothing here, each with why. Which image serves files is up to KServe, so that the
// pods alone tell it.
func idleModels(ctx context.Context, source rollout.Source) (map[string]string, error) {
	text, err := source.Get(ctx, "/api/v1/pods?labelSelector="+url.QueryEscape(labels.Models))
	var pods corev1.PodList
	if err == nil {
		err = json.Unmarshal(text, &pods)
	}
	if err != nil {
		return nil, fmt.Errorf("reading which pods of models run nothing: %w", err)
	}
	all := map[string]string{}
	for _, pod := range pods.Items {
		if why, idle := kubelet.RunsNothing(pod); idle && pod.DeletionTimestamp == nil {
			all[pod.Labels[labels.Name]] = "not answering: " + why
		}
	}
	return all, nil
}

// waitsFor is the resource that waits for the pods of a version, by its type and its name.
func waitsFor(v rollout.Version) (token, name string) {
	if v.Digest != "" {
		return kserve.Type, kserve.Service(v.Deployment) + "-inference-service"
	}
	return "kubernetes:apps/v1:Deployment", v.Deployment + "-deployment"
}

// settleTime is how long the engine is at work on a version before a crash loop is taken for one of what it wrote.
const settleTime = 5 * time.Second

// refusals are the errors of models of which nothing can start, and for which the engine would wait until its time is up.
func refusals(ctx context.Context, source rollout.Source, progress *engine.Progress, lasting *rollout.Lasting, c rollout.Cluster) error {
	var faults error
	all, why := rollout.Refused(c)
	for _, m := range all {
		v := m.Versions[0]
		about := ""
		if progress.UnderWay(waitsFor(v)) > settleTime {
			about = why[v.Deployment]
		}
		if lasting.Lasts(v.Deployment, about) {
			faults = errors.Join(faults, fmt.Errorf("model %s failed: %s%s", m.Name, about, source.Explain(ctx, m, c)))
		}
	}
	return faults
}

// watch shows the warnings about Ingresses while the engine works, and ends its work with cancel when the pods of a version that it waits
// for end again and again, or cannot start: it would wait for their deadline. The returned function ends the watch and returns the error of
// such models.
func watch(ctx context.Context, cancel context.CancelFunc, source rollout.Source, progress *engine.Progress) (end func() error) {
	ctx, stop := context.WithCancel(ctx)
	lasting := &rollout.Lasting{}
	done, began := make(chan struct{}), time.Now().Add(-time.Second) // events have whole seconds
	var fault error
	go func() {
		defer close(done)
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(rollout.Period):
			}
			seen, err := source.Look(ctx)
			if err != nil {
				continue // the API server may not be there yet; the engine tells
			}
			for _, event := range seen.Events {
				if event.InvolvedObject.Kind == "Ingress" && event.Last.After(began) {
					progress.Warn(event.String())
				}
			}
			for _, m := range rollout.Crashing(seen) {
				if progress.UnderWay(waitsFor(m.Versions[0])) > settleTime {
					fault = errors.Join(fault, fmt.Errorf("model %s failed: its pods end again and again (crash loop)%s", m.Name,
						source.Explain(ctx, m, seen)))
				}
			}
			fault = errors.Join(fault, refusals(ctx, source, progress, lasting, seen))
			if fault != nil {
				cancel()
				return
			}
		}
	}()
	return func() error {
		stop()
		<-done
		return fault
	}
}
