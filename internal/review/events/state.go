package events

import (
	"encoding/json"

	"github.com/modelway/modelway/internal/resource"
)

// state is a resource as both forms have it: apitype.StepEventStateMetadata of the event log and apitype.ResourceV3 of the digest
// (https://pkg.go.dev/github.com/pulumi/pulumi/sdk/v3/go/common/apitype).
type state struct {
	Type    string          `json:"type"`
	Custom  bool            `json:"custom"`
	Parent  string          `json:"parent"`
	Inputs  map[string]any  `json:"inputs"`
	Outputs json.RawMessage `json:"outputs"`
}

func (s *state) resource(urn, typ string) *resource.Resource {
	if s == nil {
		return nil
	}
	properties, _ := plain(s.Inputs).(map[string]any)
	return &resource.Resource{URN: urn, Type: typ, Name: resource.NameOf(urn), Parent: s.Parent, Custom: s.Custom, Properties: properties}
}

// outputs are decoded for the stack only: the outputs of all resources are most of a preview.
func (s *state) outputs() map[string]any {
	if s == nil || len(s.Outputs) == 0 {
		return nil
	}
	var outputs map[string]any
	if json.Unmarshal(s.Outputs, &outputs) != nil {
		return nil
	}
	return plain(outputs).(map[string]any)
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
