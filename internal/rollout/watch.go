package rollout

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/argocd"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/modelspec"
)

// Source is how a cluster and its models are reached. All fields are required.
type Source struct {
	// Get returns what the Kubernetes API answers at a path.
	Get func(ctx context.Context, path string) ([]byte, error)
	// Log returns the output of a pod's containers, the last run of one that ended, and where all of it is.
	Log func(ctx context.Context, pod Pod) (text, whole string)
	// Ask asks at a URL.
	Ask func(ctx context.Context, url string) Answer
	// Kubectl is the command that reaches the cluster, such as "kubectl --kubeconfig kubeconfig.json".
	Kubectl string
}

// Paths of the lists that are read. The label is on every object of a model.
const (
	ours            = "?labelSelector=app.kubernetes.io%2Fpart-of%3Dmodelway"
	pathDeployments = "/apis/apps/v1/deployments" + ours
	pathReplicaSets = "/apis/apps/v1/replicasets" + ours
	pathPods        = "/api/v1/pods" + ours
	pathEvents      = "/api/v1/events?fieldSelector=type%3DWarning"
	pathServices    = "/apis/" + kserve.ApiVersion + "/" + kserve.Plural + ours
)

// Look returns what is seen of all models now.
func (s Source) Look(ctx context.Context) (Cluster, error) {
	lists := make([][]byte, 4)
	for i, path := range []string{pathDeployments, pathReplicaSets, pathPods, pathEvents} {
		var err error
		if lists[i], err = s.Get(ctx, path); err != nil {
			return Cluster{}, fmt.Errorf("reading %s of the cluster: %w", path, err)
		}
	}
	services, err := s.Get(ctx, pathServices)
	if err != nil {
		services = nil // there is no such path where KServe is not installed
	}
	return read(lists[0], lists[1], lists[2], lists[3], services)
}

// Period is the time between two looks.
const Period = time.Second

// Wait waits until each model is good or failed, at most for the timeout. Pods that ended again and again before it began get one more try:
// what was deployed meanwhile may have mended the cause. It says what it waits for whenever that changes, and returns
// what is to be known of models that are good with a reserve, by name. The error names every model that is not good, with the cause and
// what to do.
func Wait(ctx context.Context, s Source, models []Model, timeout time.Duration, say func(string)) (map[string]string, error) {
	bounded, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	verdicts, said, lasting := map[string]Verdict{}, map[string]string{}, &Lasting{began: time.Now()}
	var cluster Cluster
	var before map[string]int
	byArgoCD := slices.ContainsFunc(models, func(m Model) bool { return m.Application != "" })
	for {
		seen, err := s.Look(bounded)
		if err == nil && byArgoCD {
			seen.Applications, err = s.applications(bounded)
		}
		if err == nil {
			if before == nil {
				before = seen.restarts()
			}
			seen.since(before)
			cluster = seen
		}
		waiting := err != nil && len(models) > 0
		for _, m := range models {
			if verdicts[m.Name].State == Waiting && err == nil {
				verdicts[m.Name] = lasting.judge(m, cluster, s.judge(bounded, m, cluster))
			} else if err != nil && verdicts[m.Name].State == Waiting {
				verdicts[m.Name] = Verdict{Waiting, err.Error()}
			}
			v := verdicts[m.Name]
			waiting = waiting || v.State == Waiting
			if v.State == Waiting && said[m.Name] != v.Text && bounded.Err() == nil {
				said[m.Name] = v.Text
				say(fmt.Sprintf("waiting for model %s: %s", m.Name, v.Text))
			}
		}
		if !waiting {
			break
		}
		select {
		case <-bounded.Done():
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, s.faults(ctx, models, verdicts, cluster, timeout)
		case <-time.After(Period):
		}
	}
	notes := map[string]string{}
	for name, v := range verdicts {
		if v.State == Good && v.Text != "" {
			notes[name] = v.Text
		}
	}
	return notes, s.faults(ctx, models, verdicts, cluster, timeout)
}

func (s Source) judge(ctx context.Context, m Model, c Cluster) Verdict {
	var answer Answer
	if verdict, stopped := Settled(m, c); verdict.State == Good && !stopped && m.Unasked == "" {
		answer = s.Ask(ctx, m.StatusURL())
	}
	return Decide(m, c, answer)
}

// judge takes a verdict that waits for what a refusal that lasts keeps from coming for a failure.
func (l *Lasting) judge(m Model, c Cluster, v Verdict) Verdict {
	var first refusal
	for _, version := range m.delivered(c).Versions {
		first = cmp.Or(first, refused(version, c))
	}
	now := first.Text
	if !l.counts(first) {
		now = ""
	}
	lasts := l.Lasts(m.Name, now)
	switch {
	case v.State != Waiting || first.Text == "":
		return v
	case lasts && first.Final:
		return Verdict{Failed, first.Text}
	}
	return Verdict{Waiting, v.Text + "; " + first.Text}
}

// faults explains every model that is not good.
func (s Source) faults(ctx context.Context, models []Model, verdicts map[string]Verdict, c Cluster, timeout time.Duration) error {
	var faults []error
	for _, m := range models {
		v := verdicts[m.Name]
		text := ""
		switch v.State {
		case Good:
			continue
		case Waiting:
			text = fmt.Sprintf("model %s is not good after %s: %s", m.Name, timeout, v.Text)
		case Failed:
			text = fmt.Sprintf("model %s failed: %s", m.Name, v.Text)
		}
		faults = append(faults, errors.New(text+s.Explain(ctx, m, c)))
	}
	return errors.Join(faults...)
}

// logLines is how many of the last lines of a log are shown.
const logLines = 10

// Explain says what is known of the cause of a model that is not good, as indented lines: its pods, their logs, events, and a command.
func (s Source) Explain(ctx context.Context, m Model, c Cluster) string {
	var text strings.Builder
	namespace := "models"
	m = m.delivered(c)
	for _, v := range m.Versions {
		if d, found := c.Deployments[v.Deployment]; found {
			namespace = d.Metadata.Namespace
		}
		shown := false
		for _, pod := range c.Pods[v.Deployment] {
			trouble := pod.trouble()
			if trouble == "" || shown { // pods of one version fail alike
				continue
			}
			shown = true
			fmt.Fprintf(&text, "\n  pod %s: %s", pod.Metadata.Name, trouble)
			if pod.loading() {
				continue // the server, whose log it would be, has not started
			}
			log, whole := s.Log(ctx, pod)
			if lines := last(log, logLines); lines != "" {
				fmt.Fprintf(&text, "\n  the last lines of its log (all of it: %s):\n    %s", whole, strings.ReplaceAll(lines, "\n", "\n    "))
			}
		}
	}
	for _, warning := range warnings(m, c) {
		fmt.Fprintf(&text, "\n  event of %s", warning)
	}
	kinds := "deployment,pods,ingress"
	if slices.ContainsFunc(m.Versions, func(v Version) bool { return v.Digest != "" }) {
		kinds = kserve.Plural + "," + kinds // where KServe says why it made no Deployment
	}
	fmt.Fprintf(&text, "\n  Look closer with: %s -n %s describe %s -l app.kubernetes.io/name=%s", s.Kubectl, namespace, kinds, m.Name)
	if m.Application != "" {
		fmt.Fprintf(&text, "\n  What Argo CD says: %s -n %s describe application %s", s.Kubectl, argocd.Namespace, m.Application)
	}
	return text.String()
}

// warnings are the events about the objects of a model, each once: "Ingress churn: FailedListen: ...".
func warnings(m Model, c Cluster) (all []string) {
	known := map[string]bool{"Ingress " + m.Name: true, "Ingress " + m.Name + modelspec.HostSuffix: true}
	for _, v := range m.Versions {
		if v.Digest != "" {
			known[kserve.Kind+" "+kserve.Service(v.Deployment)] = true
		}
	}
	for _, v := range m.Versions {
		known["Deployment "+v.Deployment] = true
		for _, pod := range c.Pods[v.Deployment] {
			known["Pod "+pod.Metadata.Name] = true
		}
	}
	said := map[string]bool{}
	for _, e := range c.Events {
		text := e.String()
		if known[e.InvolvedObject.Kind+" "+e.InvolvedObject.Name] && !said[text] {
			said[text] = true
			all = append(all, text)
		}
	}
	return all
}

// String is such as "Ingress churn: FailedListen: port 8080 is taken".
func (e Event) String() string {
	return fmt.Sprintf("%s %s: %s: %s", e.InvolvedObject.Kind, e.InvolvedObject.Name, e.Reason, strings.TrimSpace(e.Message))
}

func last(text string, count int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-count):], "\n")
}
