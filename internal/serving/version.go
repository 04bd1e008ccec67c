package serving

import (
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/modelspec"
)

// Version is one of the versions of a model that run side by side. Each has a Deployment, a Service, an autoscaler and a
// disruption budget of its own, so that neither is touched when the other changes.
type Version struct {
	Model modelspec.Model
	// Name of its objects, and component, the value of the label that tells its pods from the other's.
	Name, component string
	Image           string
	Replicas        modelspec.Replicas
	Env             map[string]string
}

// StableVersion is the version that is named after the model.
func StableVersion(m modelspec.Model) Version {
	return Version{Model: m, Name: m.Name, component: labels.Model, Image: m.Image, Replicas: m.Replicas, Env: modelspec.Versioned(m.Image, m.Env, nil)}
}

// canaryVersion is the second version. Its lowest number of replicas follows its share of the requests.
func canaryVersion(m modelspec.Model) Version {
	return Version{
		Model: m, Name: m.Name + modelspec.CanarySuffix, component: labels.Canary, Image: m.Canary.Image, Replicas: m.CanaryReplicas(),
		Env: modelspec.Versioned(m.Canary.Image, m.Env, m.Canary.Env),
	}
}

// Versions are those that run, the stable one first.
func Versions(m modelspec.Model) []Version {
	all := []Version{StableVersion(m)}
	if m.Canary.Running() {
		all = append(all, canaryVersion(m))
	}
	return all
}
