package rollout

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/labels"
)

// InferenceService of a version with files.
type InferenceService struct {
	Metadata metadata `json:"metadata"`
	Spec     struct {
		Predictor struct {
			Annotations map[string]string `json:"annotations"`
		} `json:"predictor"`
	} `json:"spec"`
}

// refusalTime is how long a refusal has to last until it is taken for one that only a change ends. Controllers ask again, and a cause that
// is being mended is gone by then.
const refusalTime = 15 * time.Second

// refusal is why nothing of a version can start.
type refusal struct {
	// Text says it, and what to do; empty where nothing is known.
	Text string
	// Final says that only a change ends it. Others pass, as that of a quota does when pods end.
	Final bool
	// At is when it was said last, for one that is told by an event; zero for one that is true now.
	At time.Time
}

// refused says why nothing of a version can start, as the cluster says. It may be over by the next look.
func refused(v Version, c Cluster) refusal {
	d, found := c.Deployments[v.Deployment]
	if v.Digest != "" && (!found || d.Spec.Template.Metadata.Annotations[kserve.DigestAnnotation] != v.Digest) {
		return c.notReconciled(kserve.Service(v.Deployment))
	}
	for _, condition := range d.Status.Conditions {
		if condition.Type == "ReplicaFailure" && condition.Status == "True" {
			return notAdmitted(v.Deployment, condition.Message, v.Digest != "")
		}
	}
	return refusal{}
}

// conflict is what controllers say of an object that changed under them, before they try again.
const conflict = "the object has been modified"

// notReconciled is what KServe said last of an InferenceService of which it has not made what was deployed.
func (c Cluster) notReconciled(name string) refusal {
	var last *Event
	for i, event := range c.Events {
		about := event.InvolvedObject.Kind == kserve.Kind && event.InvolvedObject.Name == name && !strings.Contains(event.Message, conflict)
		if about && (last == nil || !event.Last.Before(last.Last)) {
			last = &c.Events[i]
		}
	}
	if last == nil {
		return refusal{}
	}
	message, fix := strings.TrimSpace(last.Message), ""
	_, runtime, missing := strings.Cut(message, "No ServingRuntimes or ClusterServingRuntimes with the name: ")
	switch {
	case missing:
		fix = missingRuntime(runtime)
	case strings.Contains(message, "is forbidden: User"):
		fix = ": its roles lack a right, and come with the chart " + addons.KServe().Chart.Name + ". Bring back those of the published one, " +
			"which `modelway:charts` may have replaced"
	}
	text := fmt.Sprintf("KServe makes nothing of InferenceService %s: %s%s", name, message, fix)
	return refusal{text, fix != "" || strings.Contains(message, "specified runtime"), last.Last}
}

// tryNow has KServe look at its models again: a runtime that comes back tells it nothing, and it tries again ever more rarely
// (https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1beta1/inferenceservice/controller.go).
const tryNow = "; `kubectl -n " + kserve.Namespace + " rollout restart deployment " + kserve.Controller + "` then has KServe try at once"

// missingRuntime says what brings back a runtime. The engine does not see that one is gone before it reads what is there, and Helm never
// looks for single objects of a release.
func missingRuntime(name string) string {
	chart := addons.KServeRuntimes().Chart
	for _, format := range kserve.Formats {
		switch {
		case format.Runtime != name:
		case strings.HasPrefix(name, kserve.OwnRuntimes):
			return ": the platform makes this runtime. Bring it back with `modelway refresh` and `modelway up` (`pulumi up --refresh` on EKS)" + tryNow
		default:
			return fmt.Sprintf(": the chart %s has this runtime. Bring it back with `helm -n %s get manifest %s | kubectl apply --server-side -f -`%s",
				chart.Name, chart.Namespace, chart.Name, tryNow)
		}
	}
	return ": make such a ClusterServingRuntime"
}

// notAdmitted explains why pods of a Deployment are not admitted.
func notAdmitted(deployment, message string, files bool) refusal {
	fix, final := "", strings.Contains(message, "denied the request")
	switch {
	case strings.Contains(message, "violates PodSecurity"):
		final, fix = true, ": pods of models are under the restricted standard. "
		if files {
			fix += "What the model's runtime or a webhook sets has to meet it: `kubectl delete clusterservingruntime NAME`, `modelway refresh` and " +
				"`modelway up` (`pulumi up --refresh` on EKS) bring a runtime of the platform back as it was" + tryNow
		} else {
			fix += "Look for a webhook that changes pods"
		}
	case strings.Contains(message, "failed calling webhook"):
		fix = ": pods start when the webhook answers again"
	}
	return refusal{Text: fmt.Sprintf("no pod of Deployment %s is admitted: %s%s", deployment, strings.TrimSpace(message), fix), Final: final}
}

// Refused returns the versions of which nothing can start until something changes, as models of one version each, and why, by the name of
// their Deployment.
func Refused(c Cluster) (all []Model, why map[string]string) {
	why = map[string]string{}
	note := func(name string, v Version) {
		if r := refused(v, c); r.Final && why[v.Deployment] == "" {
			why[v.Deployment] = r.Text
			all = append(all, Model{Name: name, Versions: []Version{v}})
		}
	}
	for name, service := range c.InferenceServices {
		note(cmp.Or(service.Metadata.Labels[labels.Name], name), Version{
			Deployment: kserve.Predictor(name), Digest: service.Spec.Predictor.Annotations[kserve.DigestAnnotation],
		})
	}
	for name, d := range c.Deployments {
		note(d.Metadata.Labels[labels.Name], Version{Deployment: name, Digest: d.Spec.Template.Metadata.Annotations[kserve.DigestAnnotation]})
	}
	slices.SortFunc(all, byDeployment)
	return all, why
}

func byDeployment(a, b Model) int {
	return strings.Compare(a.Versions[0].Deployment, b.Versions[0].Deployment)
}

// Lasting tells refusals that last from those that pass.
type Lasting struct {
	since map[string]time.Time
	// began is when the wait began. What was said before may be mended: a controller that has failed often asks again only after minutes.
	began time.Time
}

// counts reports whether a refusal is one of this wait. Events have whole seconds.
func (l *Lasting) counts(r refusal) bool {
	return r.At.IsZero() || !r.At.Before(l.began.Truncate(time.Second))
}

// Lasts notes what is refused now, by the name of what it is about, and tells whether the same one has lasted.
func (l *Lasting) Lasts(about, text string) bool {
	if l.since == nil {
		l.since = map[string]time.Time{}
	}
	if text == "" {
		delete(l.since, about)
		return false
	}
	began, known := l.since[about]
	if !known {
		began = time.Now()
		l.since[about] = began
	}
	return time.Since(began) >= refusalTime
}
