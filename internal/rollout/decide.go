package rollout

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/labels"
)

// State of a model.
type State int

// The states of a model.
const (
	// Waiting may become any other.
	Waiting State = iota
	// Good is final: the deployed versions run, and the URL answers.
	Good
	// Failed is final.
	Failed
)

// Verdict on a model.
type Verdict struct {
	State State
	// Text says what is waited for, what failed, or what was not looked at; empty for a model that is good without reserve.
	Text string
}

// Settled says whether every version of a model runs as deployed, before its URL is asked. stopped says that no version has any replica
// wanted, as after a scheduled stop, so that nothing can answer.
func Settled(m Model, c Cluster) (verdict Verdict, stopped bool) {
	if m.Application != "" {
		if verdict := m.synced(c); verdict.State != Good {
			return verdict, false
		}
		if m = m.delivered(c); len(m.Versions) == 0 {
			return Verdict{Waiting, "Application " + m.Application + " is Synced, and the model has no Deployment"}, false
		}
	}
	stopped = true
	for _, v := range m.Versions {
		d, found := c.Deployments[v.Deployment]
		if !found {
			return Verdict{Waiting, "Deployment " + v.Deployment + " does not exist"}, false
		}
		if verdict := settled(v, d, c.Pods[v.Deployment]); verdict.State != Good {
			return verdict, false
		}
		stopped = stopped && d.wanted() == 0
	}
	if stopped {
		return Verdict{Good, "stopped: no replica is wanted, so the new version was not tried"}, true
	}
	return Verdict{State: Good}, false
}

// wanted is the number of replicas that a Deployment asks for.
func (d Deployment) wanted() int {
	if d.Spec.Replicas == nil {
		return 1
	}
	return *d.Spec.Replicas
}

// settled goes through what `kubectl rollout status` does, in its order
// (https://github.com/kubernetes/kubectl/blob/master/pkg/polymorphichelpers/rollout_status.go), and sees crash loops and another image.
func settled(v Version, d Deployment, newest []Pod) Verdict {
	name, s := "Deployment "+v.Deployment, d.Status
	tried := ""
	wait := func(format string, args ...any) Verdict {
		return Verdict{Waiting, name + fmt.Sprintf(format, args...) + tried}
	}
	runs, deployed := d.runs(v)
	switch {
	case !slices.Contains(runs, deployed):
		return wait(" runs %s, and %s was deployed", strings.Join(runs, ", "), deployed)
	case s.ObservedGeneration < d.Metadata.Generation:
		return wait(" is at generation %d, of which its controller has seen %d", d.Metadata.Generation, s.ObservedGeneration)
	}
	for _, condition := range s.Conditions {
		if condition.Type == "Progressing" && condition.Reason == "ProgressDeadlineExceeded" && !v.Patient {
			return Verdict{Failed, name + " made no progress within its deadline: " + condition.Message}
		}
	}
	for _, pod := range newest {
		if pod.endedBefore && pod.restarts() >= crashes {
			tried = "; pod " + pod.Metadata.Name + ", which ended again and again before, gets one more try"
		}
		if pod.crashLoop() {
			return Verdict{Failed, name + ": the new version ends again and again (crash loop)"}
		}
		if pod.downloadLoop() {
			return Verdict{Failed, name + ": the files of the new version cannot be loaded"}
		}
	}
	switch wanted := d.wanted(); {
	case s.UpdatedReplicas < wanted:
		return wait(": %d of %d replicas have the new version", s.UpdatedReplicas, wanted)
	case s.Replicas > s.UpdatedReplicas:
		return wait(": %d replicas of the old version are still there", s.Replicas-s.UpdatedReplicas)
	case s.AvailableReplicas < s.UpdatedReplicas:
		return wait(": %d of %d replicas of the new version are available", s.AvailableReplicas, s.UpdatedReplicas)
	}
	return Verdict{State: Good}
}

// runs are the images of a Deployment's pods, or what they have of files, and what of that the version wants.
func (d Deployment) runs(v Version) (runs []string, deployed string) {
	if v.Digest != "" {
		return []string{cmp.Or(d.Spec.Template.Metadata.Annotations[kserve.DigestAnnotation], "no files")}, v.Digest
	}
	for _, container := range d.Spec.Template.Spec.Containers {
		runs = append(runs, container.Image)
	}
	return runs, v.Image
}

// Decide says how a model is, whose URL was asked where its pods are settled.
func Decide(m Model, c Cluster, answer Answer) Verdict {
	verdict, stopped := Settled(m, c)
	switch {
	case verdict.State != Good || stopped:
		return verdict
	case m.Unasked != "":
		return Verdict{Good, "its pods run; " + m.Unasked}
	case !answer.Asked:
		return Verdict{Waiting, "its URL has not been asked"}
	}
	return answered(m, answer)
}

func answered(m Model, answer Answer) Verdict {
	numbers := []string{}
	for _, v := range m.Versions {
		numbers = append(numbers, v.Number)
	}
	expected := strings.Join(numbers, " or ")
	switch {
	case answer.Err != nil:
		return Verdict{Waiting, fmt.Sprintf("%s does not answer: %v", m.StatusURL(), answer.Err)}
	case m.Application == "" && answer.Number != "" && !slices.Contains(numbers, answer.Number):
		return Verdict{Waiting, fmt.Sprintf("%s is answered by version %s, and %s was deployed", m.StatusURL(), answer.Number, expected)}
	case answer.Number == "" && (answer.Status == http.StatusUnauthorized || answer.Status == http.StatusForbidden):
		return Verdict{Good, fmt.Sprintf("its pods run; %s answers %d without credentials, so its version was not looked at", m.StatusURL(),
			answer.Status)}
	case answer.Status != http.StatusOK:
		return Verdict{Waiting, fmt.Sprintf("%s answers %d %s", m.StatusURL(), answer.Status, http.StatusText(answer.Status))}
	case answer.Number == "":
		return Verdict{Good, "answers; its server sends no X-Model-Version, so that its version is known from its pods only"}
	}
	return Verdict{State: Good}
}

// Crashing returns the versions whose pods end again and again, as models of one version each.
func Crashing(c Cluster) (all []Model) {
	for name, d := range c.Deployments {
		if d.Status.ObservedGeneration >= d.Metadata.Generation && slices.ContainsFunc(c.Pods[name], Pod.loops) {
			all = append(all, Model{Name: d.Metadata.Labels[labels.Name], Versions: []Version{{
				Deployment: name, Digest: d.Spec.Template.Metadata.Annotations[kserve.DigestAnnotation],
			}}})
		}
	}
	slices.SortFunc(all, byDeployment)
	return all
}
