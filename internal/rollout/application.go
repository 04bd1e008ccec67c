package rollout

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/argocd"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/labels"
)

// Application is an Application of Argo CD, which brings what is in Git into the cluster
// (https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/).
type Application struct {
	Metadata metadata `json:"metadata"`
	Status   struct {
		Sync           struct{ Status, Revision string }
		Health         struct{ Status, Message string }
		Conditions     []struct{ Type, Message string }
		OperationState struct{ Phase, Message string }
	} `json:"status"`
}

// ApplicationsPath is where those of models are.
const ApplicationsPath = "/apis/" + argocd.ApiVersion + "/namespaces/" + argocd.Namespace + "/applications"

// applications are those of the cluster by name.
func (s Source) applications(ctx context.Context) (map[string]Application, error) {
	text, err := s.Get(ctx, ApplicationsPath)
	if err != nil {
		return nil, fmt.Errorf("reading the Applications of Argo CD: %w", err)
	}
	var list struct{ Items []Application }
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("reading the Applications of Argo CD: %w", err)
	}
	all := map[string]Application{}
	for _, a := range list.Items {
		all[a.Metadata.Name] = a
	}
	return all, nil
}

// synced says whether Argo CD has brought a model to what is in Git.
func (m Model) synced(c Cluster) Verdict {
	wait := func(format string, args ...any) Verdict {
		return Verdict{Waiting, "Application " + m.Application + fmt.Sprintf(format, args...)}
	}
	a, found := c.Applications[m.Application]
	if !found {
		return wait(" does not exist")
	}
	s := a.Status
	if s.Sync.Status != "Synced" {
		why := ""
		for _, condition := range s.Conditions {
			if strings.HasSuffix(condition.Type, "Error") {
				why = ": " + condition.Type + ": " + condition.Message
			}
		}
		if why == "" && (s.OperationState.Phase == "Failed" || s.OperationState.Phase == "Error") {
			why = ": its last sync failed: " + s.OperationState.Message
		}
		if s.Sync.Status == "" {
			return wait(" has not been compared with Git%s", why)
		}
		return wait(" is %s%s", s.Sync.Status, why)
	}
	if s.Health.Status != "Healthy" && s.Health.Status != "Suspended" {
		return wait(" is %s", strings.TrimSuffix(s.Health.Status+": "+s.Health.Message, ": "))
	}
	return Verdict{State: Good}
}

// delivered is a model that Argo CD delivers with the versions that the cluster has: what is wanted is in Git, and a Deployment has
// to bring its pods to its own template. Any other model is as it was.
func (m Model) delivered(c Cluster) Model {
	if m.Application == "" {
		return m
	}
	m.Versions = nil
	for name, d := range c.Deployments {
		its := d.Spec.Template.Metadata.Labels
		if its[labels.Name] != m.Name || !slices.Contains([]string{labels.Model, labels.Canary}, its[labels.Component]) {
			continue
		}
		v := Version{Deployment: name, Digest: d.Spec.Template.Metadata.Annotations[kserve.DigestAnnotation], Patient: m.Patient}
		if containers := d.Spec.Template.Spec.Containers; v.Digest == "" && len(containers) > 0 {
			v.Image = containers[0].Image
		}
		if service, filed := c.InferenceServices[kserve.Service(name)]; filed { // which KServe may not have brought to the Deployment yet
			v.Digest = service.Spec.Predictor.Annotations[kserve.DigestAnnotation]
		}
		m.Versions = append(m.Versions, v)
	}
	slices.SortFunc(m.Versions, func(a, b Version) int { return strings.Compare(a.Deployment, b.Deployment) })
	return m
}
