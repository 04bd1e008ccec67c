package review

import (
	"maps"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/keda"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/lineage"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review/events"
)

// ModelChange is a model whose own resources change.
type ModelChange struct {
	// Model is the model's name.
	Model string `json:"model"`
	// Change is added, removed or changed.
	Change string `json:"change"`
	// Traffic says that requests may notice: pods are replaced, weights, hosts or paths change, or the model comes or goes.
	Traffic bool `json:"traffic"`
	// HostsGained are the hosts on which it answers after the change only.
	HostsGained []string `json:"hostsGained"`
	// HostsLost are the hosts on which it answers before the change only.
	HostsLost []string `json:"hostsLost"`
	// Details are what changes, with the old value and the new one.
	Details []Detail `json:"details"`
	// Runs is how it runs after the change; null where it is removed, or the preview does not tell.
	Runs *Facts `json:"runs"`

	// lost and gained are addresses, a host and a path, on which it answers before or after the change only; now are all after it.
	lost, gained, now []string
	// image is that of its pods, digest that of its files; one of the two is empty.
	image, digest string
}

// Detail is one thing that changes.
type Detail struct {
	// What changes, such as image of churn-canary.
	What string `json:"what"`
	// Before and After are the values; empty where there is none.
	Before string `json:"before"`
	// After is the value after.
	After string `json:"after"`
}

// Changes of a model.
const (
	Added   = "added"
	Removed = "removed"
	Changed = "changed"
)

// traffic tells of each model that has a step.
func traffic(steps []events.Step, m models) []ModelChange {
	byModel := map[string][]events.Step{}
	touched := map[string]bool{}
	for _, s := range steps {
		if name := m.of(s.Resource()); name != "" {
			byModel[name] = append(byModel[name], s)
			touched[name] = touched[name] || s.Op.Changes()
		}
	}
	var all []ModelChange
	for _, name := range slices.Sorted(maps.Keys(touched)) {
		if touched[name] {
			all = append(all, modelChange(name, byModel[name]))
		}
	}
	return all
}

func modelChange(name string, steps []events.Step) ModelChange {
	c := ModelChange{Model: name, Change: Changed}
	before, after := newServed(), newServed()
	for _, s := range steps {
		if s.Type == resource.ModelType {
			c.image, c.digest = s.Resource().At("image").Text(), s.Resource().At("digest").Text()
			switch s.Op {
			case events.OpCreate, events.OpImport:
				c.Change = Added
			case events.OpDelete:
				c.Change = Removed
			}
		}
		if s.Type == resource.ModelType && s.New != nil {
			c.Runs = factsOf(*s.New)
		}
		before.take(s.Old)
		after.take(s.New)
		if s.Op.Changes() {
			details, traffic := detailsOf(s)
			c.Details = append(c.Details, details...)
			c.Traffic = c.Traffic || traffic
		}
	}
	c.HostsGained, c.HostsLost = missing(after.hosts, before.hosts), missing(before.hosts, after.hosts)
	c.gained, c.lost, c.now = missing(after.paths, before.paths), missing(before.paths, after.paths), slices.Sorted(maps.Keys(after.paths))
	if c.Change == Changed {
		for _, service := range slices.Sorted(maps.Keys(union(before.weights, after.weights))) {
			c.note("weight of "+service, before.weights[service], after.weights[service])
		}
		c.note("paths", strings.Join(slices.Sorted(maps.Keys(before.paths)), ", "), strings.Join(slices.Sorted(maps.Keys(after.paths)), ", "))
	} else {
		c.Details = nil // all of it is new, or gone
	}
	c.Traffic = c.Traffic || c.Change != Changed || len(c.HostsGained)+len(c.HostsLost) > 0
	return c
}

// note keeps a difference in how requests are routed.
func (c *ModelChange) note(what, before, after string) {
	if before != after {
		c.Details = append(c.Details, Detail{what, before, after})
		c.Traffic = true
	}
}

// detailsOf says what a step changes that people look for, and whether requests may notice.
func detailsOf(s events.Step) (details []Detail, traffic bool) {
	kind := resource.KindOf(s.Type)
	runsPods := kind == "Deployment" || kind == kserve.Kind
	name := at(s.Resource(), "metadata.name").Text()
	if name == "" {
		name = resource.NameOf(s.URN)
	}
	note := func(what, before, after string) {
		if before != after {
			details = append(details, Detail{what, before, after})
		}
	}
	switch kind {
	case "Deployment", "Service", "Ingress", kserve.Kind:
		traffic = s.Op != events.OpUpdate || !runsPods || slices.ContainsFunc(s.Diffs, func(path string) bool {
			return ofPods(path) || kind == kserve.Kind && strings.HasPrefix(path, "metadata.") // which KServe copies to its pods
		})
		if before, after := imageOf(s.Old), imageOf(s.New); s.Op != events.OpUpdate && before != after {
			note("image of "+name, before, after)
		} else if s.Op != events.OpUpdate && kind != "Service" {
			details = append(details, Detail{What: kind + " " + name, After: participle(s.Op)})
		}
	}
	if s.Old == nil || s.New == nil {
		return details, traffic
	}
	switch kind {
	case "Deployment":
		labels := []any{"spec", "template", "metadata", "labels", lineage.Version}
		note("registered version of "+name, s.Old.At(labels...).Text(), s.New.At(labels...).Text())
		for i := range s.New.At("spec", "template", "spec", "containers").List() {
			path := []any{"spec", "template", "spec", "containers", i}
			note("image of "+name, s.Old.At(append(path, "image")...).Text(), s.New.At(append(path, "image")...).Text())
			for _, what := range []string{"cpu", "memory"} {
				size := append(slices.Clone(path), "resources", "requests", what)
				note(what+" of "+name, s.Old.At(size...).Text(), s.New.At(size...).Text())
			}
		}
	case kserve.Kind:
		for _, of := range []struct{ what, at string }{
			{"files", "spec.predictor.model.storageUri"}, {"format", "spec.predictor.model.modelFormat.name"},
			{"cpu", "spec.predictor.model.resources.requests.cpu"}, {"memory", "spec.predictor.model.resources.requests.memory"},
		} {
			note(of.what+" of "+name, at(*s.Old, of.at).Shown(), at(*s.New, of.at).Shown())
		}
		labels := []any{"spec", "predictor", "labels", lineage.Version}
		note("registered version of "+name, s.Old.At(labels...).Text(), s.New.At(labels...).Text())
		digest := []any{"spec", "predictor", "annotations", kserve.DigestAnnotation}
		note("digest of "+name, s.Old.At(digest...).Text(), s.New.At(digest...).Text())
	case "HorizontalPodAutoscaler", keda.Kind:
		least, most := keda.Bounds(s.Type)
		for _, what := range []string{least, most} {
			note(what+" of "+name, s.Old.At("spec", what).Shown(), s.New.At("spec", what).Shown())
		}
	case "Ingress":
		note("ingress class of "+name, at(*s.Old, "spec.ingressClassName").Shown(), at(*s.New, "spec.ingressClassName").Shown())
	}
	if runsPods && traffic && len(details) == 0 {
		details = append(details, Detail{What: "pods of " + name, After: "replaced"})
	}
	return details, traffic
}

// imageOf is the image of a Deployment; "" where there is none.
func imageOf(r *resource.Resource) string {
	if r == nil {
		return ""
	}
	return r.At("spec", "template", "spec", "containers", 0, "image").Shown()
}

// ofPods says whether a path of a Deployment or an InferenceService is one of which a change replaces its pods.
func ofPods(path string) bool {
	return path == "spec" || strings.HasPrefix(path, "spec.template") || strings.HasPrefix(path, "spec.predictor")
}

// participle is an operation as what is done to a resource: created for create.
func participle(op events.Op) string {
	switch op {
	case events.OpCreate, events.OpUpdate, events.OpReplace, events.OpDelete:
		return string(op) + "d"
	case events.OpImport:
		return "imported"
	}
	return string(op)
}

// missing are the keys of a that b does not have, sorted.
func missing(a, b map[string]bool) (keys []string) {
	for _, key := range slices.Sorted(maps.Keys(a)) {
		if !b[key] {
			keys = append(keys, key)
		}
	}
	return keys
}

func union(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}
