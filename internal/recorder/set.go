package recorder

import (
	sdk "github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/modelway/modelway/internal/resource"
)

// Set is what was registered, with its inputs, as code sees it that knows nothing of Pulumi. In a recording WithPreview, what a provider
// computes is unknown.
func (r *Recording) Set() resource.Set {
	all := make([]resource.Resource, 0, len(r.Resources))
	for _, res := range r.Resources {
		properties, _ := plain(sdk.NewProperty(res.Inputs)).(map[string]any)
		all = append(all, resource.Resource{
			URN: string(res.URN), Type: res.Type, Name: res.Name, Parent: string(res.Parent), Custom: res.Custom, Properties: properties,
			IgnoreChanges: res.IgnoreChanges,
		})
	}
	return resource.NewSet(all)
}

func plain(v sdk.PropertyValue) any {
	switch {
	case v.IsSecret():
		return resource.Secret{Value: plain(v.SecretValue().Element)}
	case v.IsComputed() || v.IsOutput() && !v.OutputValue().Known:
		return resource.Unknown{}
	case v.IsOutput():
		if v.OutputValue().Secret {
			return resource.Secret{Value: plain(v.OutputValue().Element)}
		}
		return plain(v.OutputValue().Element)
	case v.IsArray():
		list := make([]any, len(v.ArrayValue()))
		for i, item := range v.ArrayValue() {
			list[i] = plain(item)
		}
		return list
	case v.IsObject():
		object := make(map[string]any, len(v.ObjectValue()))
		for key, item := range v.ObjectValue() {
			object[string(key)] = plain(item)
		}
		return object
	case v.IsNull(), v.IsBool(), v.IsNumber(), v.IsString():
		return v.V
	}
	return v.Mappable() // assets, archives and references to resources
}
