package pipelines

import (
	"slices"
	"strings"
)

// object finds one of those that are kept, or an empty one, whose lack is a fault already.
func (e *editor) object(kind, name string) Object {
	if found, there := e.objects[kind+" "+name]; there {
		return found
	}
	return Object{}
}

// at is the map below keys of an object, which is a fault where it is not there.
func (e *editor) at(o Object, keys ...string) map[string]any {
	below := map[string]any(o)
	for i, key := range keys {
		next, is := below[key].(map[string]any)
		if !is {
			if len(o) > 0 {
				e.fault("%s has no %s", o, strings.Join(keys[:i+1], "."))
			}
			return map[string]any{}
		}
		below = next
	}
	return below
}

// data sets keys of a ConfigMap that are there.
func (e *editor) data(name string, values map[string]any) {
	config := e.object("ConfigMap", name)
	data := e.at(config, "data")
	for key, value := range values {
		if _, there := data[key]; !there && len(config) > 0 {
			e.fault("%s has no key %s", config, key)
		}
		data[key] = value
	}
}

// pod is the pod of a Deployment.
func (e *editor) pod(deployment string) map[string]any {
	return e.at(e.object("Deployment", deployment), "spec", "template", "spec")
}

// container is the one of a part.
func (e *editor) container(part Part) map[string]any {
	containers, _ := e.pod(part.Deployment)["containers"].([]any)
	if len(containers) == 1 {
		if found, _ := containers[0].(map[string]any); text(found["name"]) == part.Container {
			return found
		}
	}
	if len(e.object("Deployment", part.Deployment)) > 0 {
		e.fault("Deployment %s has not the one container %s", part.Deployment, part.Container)
	}
	return map[string]any{}
}

// partOf is the part of a Deployment.
func partOf(deployment string) Part {
	return Parts[slices.IndexFunc(Parts, func(p Part) bool { return p.Deployment == deployment })]
}

// env changes the variables of a part: a value sets one that is there, nil takes one away that is there, and one of more is added.
func (e *editor) env(deployment string, changes, more map[string]any) {
	part := partOf(deployment)
	container := e.container(part)
	list, _ := container["env"].([]any)
	found := map[string]bool{}
	var all []any
	for _, item := range list {
		variable, _ := item.(map[string]any)
		name := text(variable["name"])
		value, changed := changes[name]
		found[name] = true
		switch {
		case !changed:
			all = append(all, variable)
		case value != nil:
			all = append(all, map[string]any{"name": name, "value": value})
		}
	}
	for name := range changes {
		if !found[name] && len(container) > 0 {
			e.fault("Deployment %s has no variable %s", deployment, name)
		}
	}
	for _, name := range sorted(more) {
		if found[name] {
			e.fault("Deployment %s has a variable %s, which is to be added", deployment, name)
		}
		all = append(all, map[string]any{"name": name, "value": more[name]})
	}
	container["env"] = all
}

// mount adds a volume to a part, and mounts it read-only: the whole folder, or one file of it where sub is given.
func (e *editor) mount(deployment, name, path, sub string, volume map[string]any) {
	pod, container := e.pod(deployment), e.container(partOf(deployment))
	if volume != nil {
		volume["name"] = name
		pod["volumes"] = appended(pod["volumes"], volume)
	}
	mounted := map[string]any{"name": name, "mountPath": path, "readOnly": true}
	if sub != "" {
		mounted["subPath"] = sub
	}
	container["volumeMounts"] = appended(container["volumeMounts"], mounted)
}

func appended(list any, item any) []any {
	all, _ := list.([]any)
	return append(slices.Clone(all), item)
}

func sorted(values map[string]any) []string {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
