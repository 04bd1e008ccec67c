package doctor

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/image"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/rollout"
)

var digests = Check{
	Key: "digests", Title: "The pods of every model run the image and the files that were deployed",
	Needs:  []Need{needDeployments, needPods},
	Uses:   []Need{needVersions},
	Breaks: "Answers come from another version than people believe, or differ from pod to pod.",
	Find:   findDigests,
	Aside: func(f Facts) string {
		if !byArgoCD(f.Versions) {
			return ""
		}
		return "not compared with the stack's outputs: Argo CD delivers the models, so that Git says what is wanted, and check argo-cd what " +
			"differs from it"
	},
}

// byArgoCD reports whether Argo CD delivers models.
func byArgoCD(all []rollout.Model) bool {
	return slices.ContainsFunc(all, func(m rollout.Model) bool { return m.Application != "" })
}

// Deployment is a Deployment.
type Deployment struct {
	Metadata Meta
	Spec     struct {
		Replicas *int
		Selector struct{ MatchLabels map[string]string }
		Template struct {
			Metadata Meta
			Spec     struct {
				Containers []struct{ Name, Image string }
			}
		}
	}
	Status struct {
		ObservedGeneration                                    int64
		Replicas, UpdatedReplicas, ReadyReplicas, Unavailable int
	}
}

func (d Deployment) object() string { return "Deployment " + d.Metadata.Full() }

func (d Deployment) images() (all []string) {
	for _, c := range d.Spec.Template.Spec.Containers {
		all = append(all, c.Image)
	}
	return all
}

// ofModels reports whether labels are those of a version of a model.
func ofModels(given map[string]string) bool {
	component := given[labels.Component]
	return given[labels.PartOf] == labels.Modelway && (component == labels.Model || component == labels.Canary)
}

func findDigests(f Facts) (all []Finding) {
	for _, m := range f.Versions {
		for _, v := range m.Versions {
			all = append(all, f.versionFindings(m, v)...)
		}
	}
	for _, d := range f.Deployments {
		if ofModels(d.Spec.Template.Metadata.Labels) {
			all = append(all, f.podFindings(d)...)
		}
	}
	return all
}

// versionFindings compares what was deployed with the Deployment that the cluster has.
func (f Facts) versionFindings(m rollout.Model, v rollout.Version) []Finding {
	i := slices.IndexFunc(f.Deployments, func(d Deployment) bool {
		return d.Metadata.Name == v.Deployment && ofModels(d.Spec.Template.Metadata.Labels)
	})
	found := Finding{Severity: Error, Object: "model " + m.Name, Fix: "Deploy again: `pulumi up` writes what the model's file says."}
	switch {
	case i < 0:
		found.Seen = fmt.Sprintf("its Deployment %s is not in the cluster", v.Deployment)
	case v.Digest != "" && f.Deployments[i].Spec.Template.Metadata.Annotations[kserve.DigestAnnotation] != v.Digest:
		found.Seen = fmt.Sprintf("files %s were deployed, and %s has %q in %s", v.Digest, f.Deployments[i].object(),
			f.Deployments[i].Spec.Template.Metadata.Annotations[kserve.DigestAnnotation], kserve.DigestAnnotation)
	case v.Digest == "" && !slices.Contains(f.Deployments[i].images(), v.Image):
		found.Seen = fmt.Sprintf("image %s was deployed, and %s has %s", v.Image, f.Deployments[i].object(),
			strings.Join(f.Deployments[i].images(), ", "))
	default:
		return nil
	}
	return []Finding{found}
}

// podFindings compares the pods of a Deployment with its template, and with each other.
func (f Facts) podFindings(d Deployment) (all []Finding) {
	wanted := map[string]string{} // by container
	for _, c := range d.Spec.Template.Spec.Containers {
		wanted[c.Name] = c.Image
	}
	files := d.Spec.Template.Metadata.Annotations[kserve.DigestAnnotation]
	running := map[string]map[string]bool{} // the digests that a reference has in the pods
	rolling := d.Status.UpdatedReplicas != d.Status.Replicas
	for _, p := range f.Pods {
		if p.going() || p.Metadata.Namespace != d.Metadata.Namespace || !selects(d.Spec.Selector.MatchLabels, p.Metadata.Labels) {
			continue
		}
		if have := p.Metadata.Annotations[kserve.DigestAnnotation]; !rolling && have != files {
			all = append(all, Finding{
				Severity: Error, Object: p.object(), Seen: fmt.Sprintf("its files are %s, and %s says %s", have, d.object(), files),
				Fix: "Delete it, so that it is replaced.", Command: again(p),
			})
		}
		for _, c := range p.Status.ContainerStatuses {
			has := digestOf(c.ImageID)
			if has == "" || c.Image == "" {
				continue
			}
			if running[c.Image] == nil {
				running[c.Image] = map[string]bool{}
			}
			running[c.Image][has] = true
			if want := digestOf(wanted[c.Name]); !rolling && want != "" && want != has {
				all = append(all, Finding{
					Severity: Error, Object: p.object(), Seen: fmt.Sprintf("container %s runs %s, and %s says %s", c.Name, has, d.object(), want),
					Fix: "Delete it, so that it is replaced.", Command: again(p),
				})
			}
		}
	}
	for _, reference := range slices.Sorted(maps.Keys(running)) {
		if several := slices.Sorted(maps.Keys(running[reference])); len(several) > 1 {
			all = append(all, Finding{
				Severity: Error, Object: d.object(), Seen: fmt.Sprintf("its pods run different images under one tag, %s: %s", reference,
					strings.Join(several, ", ")),
				Fix: "Name the image by its digest in the model's file, and deploy; and make tags immutable in the registry.",
			})
		}
	}
	return all
}

// digestOf is the digest of a reference, or of the id of an image; empty for one without.
func digestOf(reference string) string {
	_, _, digest := image.Split(reference)
	return digest
}
