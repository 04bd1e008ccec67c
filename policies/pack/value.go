package pack

import (
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/modelway/modelway/internal/resource"
)

// properties are the SDK's properties as plain values.
func properties(from property.Map) map[string]any {
	object := make(map[string]any, from.Len())
	for key, value := range from.All {
		object[key] = plain(value)
	}
	return object
}

// plain is one of the SDK's values, which keep whether they are known and secret: the SDK panics when an unknown one is read as anything
// else.
func plain(v property.Value) any {
	value := open(v)
	if v.Secret() {
		return resource.Secret{Value: value}
	}
	return value
}

func open(v property.Value) any {
	switch {
	case v.IsComputed():
		return resource.Unknown{}
	case v.IsBool():
		return v.AsBool()
	case v.IsNumber():
		return v.AsNumber()
	case v.IsString():
		return v.AsString()
	case v.IsArray():
		list := make([]any, 0, v.AsArray().Len())
		for _, item := range v.AsArray().All {
			list = append(list, plain(item))
		}
		return list
	case v.IsMap():
		return properties(v.AsMap())
	}
	return nil // null, assets, archives and references to resources, which no rule reads
}
