package events

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/modelway/modelway/internal/resource"
)

// resourceOf is one side of a step; nil where there is none.
func resourceOf(m apitype.StepEventMetadata, side *apitype.StepEventStateMetadata) *resource.Resource {
	if side == nil {
		return nil
	}
	properties, _ := plain(side.Inputs).(map[string]any)
	return &resource.Resource{URN: m.URN, Type: m.Type, Name: resource.NameOf(m.URN), Parent: side.Parent, Custom: side.Custom, ID: side.ID,
		Properties: properties}
}

// outputs are those of one side of a step; nil where there are none.
func outputs(side *apitype.StepEventStateMetadata) map[string]any {
	if side == nil || len(side.Outputs) == 0 {
		return nil
	}
	return plain(side.Outputs).(map[string]any)
}

// What the engine writes in place of values
// (https://github.com/pulumi/pulumi/blob/v3.258.0/sdk/go/common/resource/plugin/rpc.go,
// https://github.com/pulumi/pulumi/blob/v3.258.0/sdk/go/common/resource/sig/sig.go).
const (
	secretText   = "[secret]"
	signatureKey = "4dabf18193072939515e22adb298388d"
	secretKind   = "1b47061264138c4ac30d75fd1eb44270"
)

// unknowns stand for values that are not known yet, one for each kind of value.
var unknowns = map[string]bool{
	"04da6b54-80e4-46f7-96ec-b56ff0331ba9": true, // text
	"1c4a061d-8072-4f0a-a4cb-0ff528b18fe7": true, // boolean
	"3eeb2bf0-c639-47a8-9e75-3b44932eb421": true, // number
	"6a19a0b0-7e62-4c92-b797-7f8e31da9cc2": true, // list
	"dd056dcd-154b-4c76-9bd3-c8f88648b5ff": true, // object
	"030794c1-ac77-496b-92df-f27374a8bd58": true, // asset
	"e48ece36-62e2-4504-bad9-02848725956a": true, // archive
}

// plain puts Unknown and Secret in the place of what the engine writes for them. No secret's value is kept.
func plain(written any) any {
	return resource.Rewrite(written, func(v any) (any, bool) {
		text, isText := v.(string)
		object, _ := v.(map[string]any)
		switch {
		case isText && unknowns[text]:
			return resource.Unknown{}, true
		case isText && text == secretText, object[signatureKey] == secretKind:
			return resource.Secret{Value: secretText}, true
		}
		return nil, false
	})
}
