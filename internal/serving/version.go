package serving

import (
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/lineage"
	"github.com/modelway/modelway/internal/modelspec"
)

// Version is one of the versions of a model that run side by side. Each has a Deployment, a Service, an autoscaler and a
// disruption budget of its own, so that neither is touched when the other changes.
type Version struct {
	Model modelspec.Model
	// Name of its objects, and component, the value of the label that tells its pods from the other's.
	Name, component string
	// Image that its pods run, "" where they serve Files, which are empty where they run an image.
	Image string
	Files modelspec.Files
	// Source tells where they come from; the zero value where the model's file does not say.
	Source   modelspec.Source
	Replicas modelspec.Replicas
	Env      map[string]string
}

// StableVersion is the version that is named after the model.
func StableVersion(m modelspec.Model) Version {
	return Version{
		Model: m, Name: m.Name, component: labels.Model, Image: m.Image, Files: m.Files, Replicas: m.Replicas,
		Source: m.Source, Env: environment(m.Number(), m.Source, m.Env),
	}
}

// canaryVersion is the second version. Its lowest number of replicas follows its share of the requests.
func canaryVersion(m modelspec.Model) Version {
	v := Version{
		Model: m, Name: m.Name + modelspec.CanarySuffix, component: labels.Canary, Image: m.Canary.Image, Replicas: m.CanaryReplicas(),
		Source: m.Canary.Source, Env: environment(m.Canary.Number(), m.Canary.Source, m.Env, m.Canary.Env),
	}
	if m.Files.Given() {
		v.Files = modelspec.Files{Format: m.Files.Format, URI: m.Canary.Files.URI, Digest: m.Canary.Files.Digest}
	}
	return v
}

// environment are the variables of a version: those given, of which later ones win, over its number and its lineage.
func environment(number string, source modelspec.Source, given ...map[string]string) map[string]string {
	env := modelspec.Versioned(number, given...)
	if _, set := env[modelspec.EnvLineage]; source.Given() && !set {
		env[modelspec.EnvLineage] = lineage.Text(source)
	}
	return env
}

// Versions are those that run, the stable one first.
func Versions(m modelspec.Model) []Version {
	all := []Version{StableVersion(m)}
	if m.Canary.Running() {
		all = append(all, canaryVersion(m))
	}
	return all
}

// DeploymentName is the name of its Deployment, which the program registers for an image and KServe makes for files.
func (v Version) DeploymentName() string { return v.workload() }

// ServiceName is the name of its Service, of the same maker.
func (v Version) ServiceName() string { return v.workload() }

func (v Version) workload() string {
	if v.Files.Given() {
		return kserve.Predictor(v.Name)
	}
	return v.Name
}
