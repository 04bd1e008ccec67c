package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review/events"
)

// moved are the models that stay and lose an address.
func moved(steps []events.Step, changes []ModelChange) []Break {
	var found []Break
	for _, c := range changes {
		if c.Change != Changed || len(c.lost) == 0 {
			continue
		}
		b := Break{
			Type: resource.ModelType, Name: c.Model, What: "model", Op: events.OpUpdate, Why: []string{"route"},
			Models: []string{c.Model}, Consequence: elsewhereNow(c),
		}
		for _, s := range steps {
			if s.Type == resource.ModelType && resource.NameOf(s.URN) == c.Model {
				b.URN = s.URN
			}
		}
		found = append(found, b)
	}
	return found
}

// removed is what callers see of a model that is deleted, and of the one that may be the same under another name; "" for other resources.
func removed(s events.Step, changes []ModelChange) string {
	i := slices.IndexFunc(changes, func(c ModelChange) bool {
		return s.Type == resource.ModelType && c.Change == Removed && c.Model == resource.NameOf(s.URN)
	})
	if i < 0 {
		return ""
	}
	c, text := changes[i], "Pods that call it in the cluster get no answer any more. "
	if len(c.lost) > 0 {
		text = fmt.Sprintf("Its URL answers 404 from then on: %s. ", list(urls(c.Model, c.lost)))
	}
	return strings.TrimSpace(text + heir(c, changes))
}

// heir is the one model that is added with the image or the files of a removed one.
func heir(c ModelChange, changes []ModelChange) string {
	var heirs []ModelChange
	what := "image"
	if c.digest != "" {
		what = "files"
	}
	for _, other := range changes {
		if other.Change == Added && c.image+c.digest != "" && other.image == c.image && other.digest == c.digest {
			heirs = append(heirs, other)
		}
	}
	if len(heirs) != 1 {
		return ""
	}
	text := heirs[0].Model + " is added with the same " + what +
		": if it is the same model under another name, its callers have to change over"
	if to := urls(heirs[0].Model, heirs[0].gained); len(to) > 0 {
		text += " to " + list(to)
	}
	return text + ". Deploy it beside the old one first, and remove that one when nobody calls it."
}

// elsewhereNow is what callers of a model see that loses an address.
func elsewhereNow(c ModelChange) string {
	lost := urls(c.Model, c.lost)
	for i, address := range c.lost {
		host, whole := wholeHost(address)
		if whole && slices.ContainsFunc(c.now, func(now string) bool { return strings.HasPrefix(now, host+"/") }) {
			lost[i] = "other paths of " + host
		}
	}
	text := fmt.Sprintf("Requests to %s get 404 from then on, or no answer where the host goes. ", list(lost))
	if len(c.gained) > 0 {
		return text + "It answers on " + list(urls(c.Model, c.gained)) + "."
	}
	if len(c.now) > 0 {
		return text + "It keeps its other addresses."
	}
	return text + "It answers inside of the cluster only."
}

// urls are addresses of a model as callers write them. On a host of its own every path leads to the model, which knows its name.
func urls(model string, addresses []string) []string {
	all := slices.Clone(addresses)
	for i, address := range all {
		if host, whole := wholeHost(address); whole {
			all[i] = host + "/v1/models/" + model + ":predict"
		}
	}
	return all
}

// wholeHost is the host of an address under which every path leads to the model; false where the address is one path.
func wholeHost(address string) (string, bool) {
	return strings.CutSuffix(strings.TrimSuffix(address, "*"), "/")
}
