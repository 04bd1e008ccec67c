package model

import "github.com/modelway/modelway/internal/modelspec"

// version is one of the versions of a model that run side by side. Each has a Deployment, a Service, an autoscaler and a
// disruption budget of its own, so that neither is touched when the other changes.
type version struct {
	model modelspec.Model
	// name of its objects, and component, the value of the label that tells its pods from the other's.
	name, component string
	image           string
	replicas        modelspec.Replicas
	env             map[string]string
}

// stableVersion is the version that is named after the model.
func stableVersion(m modelspec.Model) version {
	return version{model: m, name: m.Name, component: "model", image: m.Image, replicas: m.Replicas, env: modelspec.Versioned(m.Image, m.Env, nil)}
}

// canaryVersion is the second version. Its lowest number of replicas follows its share of the requests.
func canaryVersion(m modelspec.Model) version {
	return version{
		model: m, name: m.Name + modelspec.CanarySuffix, component: "canary", image: m.Canary.Image, replicas: m.CanaryReplicas(),
		env: modelspec.Versioned(m.Canary.Image, m.Env, m.Canary.Env),
	}
}

// versions are those that run, the stable one first.
func versions(m modelspec.Model) []version {
	all := []version{stableVersion(m)}
	if m.Canary.Running() {
		all = append(all, canaryVersion(m))
	}
	return all
}
