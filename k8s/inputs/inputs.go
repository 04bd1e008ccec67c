// Package inputs makes inputs of resources from plain values.
package inputs

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Of is a plain value as an input whose parts are inputs of their own, at any depth, so that one that is not known yet hides no other in a
// preview. The SDK's ToMap and ToArray make one output of all that is below a key. What already is an input stays as it is.
func Of(value any) pulumi.Input {
	switch value := value.(type) {
	case map[string]any:
		return Map(value)
	case []any:
		all := pulumi.Array{}
		for _, item := range value {
			all = append(all, Of(item))
		}
		return all
	case pulumi.Input:
		return value
	}
	return pulumi.Any(value)
}

// Map is Of for an object.
func Map(object map[string]any) pulumi.Map {
	all := pulumi.Map{}
	for key, item := range object {
		all[key] = Of(item)
	}
	return all
}
