// Package rollout decides whether a deployment of models is good: whether the version that was deployed is the one that answers. The engine
// says that it wrote a Deployment; this says that its pods took over. It is pure but for [Ask] and [Watch], which look.
package rollout

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/gitops"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/serving"
)

// URLs says which URLs of models are asked.
type URLs string

// The values of URLs.
const (
	// URLsAuto asks all but those on internal load balancers and those inside the cluster, which only their networks reach. The default.
	URLsAuto URLs = "auto"
	// URLsAll asks those on internal load balancers, too: for where this machine is in their network.
	URLsAll URLs = "all"
	// URLsNone asks none: for where this machine reaches no load balancer.
	URLsNone URLs = "none"
)

// ParseURLs reads the value of a flag.
func ParseURLs(text string) (URLs, error) {
	if given := URLs(text); slices.Contains([]URLs{URLsAuto, URLsAll, URLsNone}, given) {
		return given, nil
	}
	return "", fmt.Errorf("urls: %q is not a choice; allowed: %s, %s, %s", text, URLsAuto, URLsAll, URLsNone)
}

// Version is a version of a model as it was deployed.
type Version struct {
	// Deployment is the name of its Deployment.
	Deployment string
	// Image is what its pods run; empty where they serve files.
	Image string
	// Digest is that of the files that its pods serve; empty where they run an image.
	Digest string
	// Patient says that its pods may take longer to load than KServe gives its Deployment, so that a deadline that has passed means nothing.
	Patient bool
	// Number is what it answers in the header X-Model-Version.
	Number string
}

// Model is what has to hold for a model.
type Model struct {
	Name string
	// Versions that run, the stable one first; none where Argo CD delivers the model, so that what is wanted is in Git.
	Versions []Version
	// Application is the one of Argo CD that delivers the model; empty where the program does.
	Application string
	// Patient is that of its versions, where Argo CD delivers it.
	Patient bool
	// URL takes predictions.
	URL string
	// Unasked says why nobody asks at URL; empty where it has to answer.
	Unasked string
}

// StatusURL answers 200 when the model is ready.
func (m Model) StatusURL() string { return strings.TrimSuffix(m.URL, ":predict") }

// Models reads what has to hold from the outputs of a stack, a JSON object as of `pulumi stack output --json`, by the models' names.
func Models(stackOutputs []byte, urls URLs) ([]Model, error) {
	var given map[string]json.RawMessage
	if err := json.Unmarshal(stackOutputs, &given); err != nil {
		return nil, fmt.Errorf("reading the outputs of the stack: %w", err)
	}
	var specs map[string]modelspec.Model
	var addresses map[string]string
	var balancers map[string]struct {
		Scheme string
		Hosts  []string
	}
	for name, target := range map[string]any{outputs.Models: &specs, outputs.ModelURLs: &addresses, outputs.LoadBalancers: &balancers} {
		if given[name] == nil {
			return nil, fmt.Errorf("the stack has no output %s: deploy it with this version of the program first", name)
		}
		if err := json.Unmarshal(given[name], target); err != nil {
			return nil, fmt.Errorf("reading the output %s: %w", name, err)
		}
	}
	delivery, err := Delivery(given[outputs.Delivery])
	if err != nil {
		return nil, err
	}
	internal := map[string]bool{}
	for _, balancer := range balancers {
		for _, host := range balancer.Hosts {
			internal[host] = internal[host] || balancer.Scheme == "internal"
		}
	}
	var all []Model
	for name, spec := range specs {
		spec.Name = name
		m := Of(spec, delivery)
		m.URL = addresses[name]
		m.Unasked = unasked(m.URL, internal, urls)
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b Model) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// Delivery reads who makes the objects of models from the output of that name; empty where it is not there.
func Delivery(output json.RawMessage) (string, error) {
	var delivery struct{ Models string }
	if output == nil {
		return "", nil
	}
	if err := json.Unmarshal(output, &delivery); err != nil {
		return "", fmt.Errorf("reading the output %s: %w", outputs.Delivery, err)
	}
	return delivery.Models, nil
}

// Of is what has to hold for a model that is delivered by the program or by Argo CD, as the setting modelway:models.delivery says. Its
// Application has its name.
func Of(spec modelspec.Model, delivery string) Model {
	m := Model{Name: spec.Name, Versions: versions(spec)}
	if gitops.ByArgoCD(delivery) {
		patient := slices.ContainsFunc(m.Versions, func(v Version) bool { return v.Patient })
		m.Application, m.Versions, m.Patient = spec.Name, nil, patient
	}
	return m
}

// versions are those of a model as it was deployed, the stable one first.
func versions(m modelspec.Model) []Version {
	var all []Version
	for _, v := range serving.Versions(m) {
		all = append(all, Version{
			Deployment: v.DeploymentName(), Image: v.Image, Digest: v.Files.Digest, Number: v.Env[modelspec.EnvModelVersion],
			Patient: v.Files.Given() && v.Model.Lifecycle().ProgressDeadline > kserve.ProgressDeadline,
		})
	}
	return all
}

// insideCluster ends the host of a model that no load balancer leads to.
const insideCluster = ".svc.cluster.local"

func unasked(address string, internal map[string]bool, urls URLs) string {
	parsed, err := url.Parse(address)
	switch {
	case address == "" || err != nil:
		return "it has no URL"
	case strings.HasSuffix(parsed.Hostname(), insideCluster):
		return "its URL is inside the cluster only"
	case urls == URLsNone:
		return "URLs are not asked (urls: none)"
	case urls == URLsAuto && internal[parsed.Hostname()]:
		return "its load balancer is internal, and this machine may not reach it (ask all the same with urls: all)"
	}
	return ""
}
