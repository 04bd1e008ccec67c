package strict

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Schema is the part of a JSON Schema that messages and documentation are made from. It has no references.
type Schema struct {
	Type                 string             `json:"type"`
	Description          string             `json:"description"`
	Properties           map[string]*Schema `json:"properties"`
	AdditionalProperties valueSchema        `json:"additionalProperties"`
	Items                *Schema            `json:"items"`
	Required             []string           `json:"required"`
	Enum                 []any              `json:"enum"`
	Default              any                `json:"default"`
	Minimum              *float64           `json:"minimum"`
	Maximum              *float64           `json:"maximum"`
	MinItems             *int               `json:"minItems"`
	MaxItems             *int               `json:"maxItems"`
	Format               string             `json:"format"`

	validator *jsonschema.Schema // of the root
}

// Compile reads the text of a JSON Schema, which is part of the program.
func Compile(text []byte) *Schema {
	root := new(Schema)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	compiler := jsonschema.NewCompiler()
	if err == nil {
		err = compiler.AddResource("schema.json", document)
	}
	if err == nil {
		err = json.Unmarshal(text, root)
	}
	if err != nil {
		panic("strict: embedded schema: " + err.Error())
	}
	root.validator = compiler.MustCompile("schema.json")
	return root
}

// quantityFormat marks texts that may be written as numbers: Kubernetes quantities.
const quantityFormat = "quantity"

// valueSchema is the schema of a map's values. It stays empty where the schema has a boolean in its place.
type valueSchema struct{ schema *Schema }

// UnmarshalJSON reads a schema or a boolean.
func (v *valueSchema) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("false")) || bytes.Equal(data, []byte("true")) {
		return nil
	}
	return json.Unmarshal(data, &v.schema)
}

// takes reports whether the closed set of the values holds the text; without a closed set any text will do.
func (s *Schema) takes(text string) bool {
	return len(s.Enum) == 0 || slices.Contains(s.Enum, any(text))
}

// quantities returns the value with quantities that are written as numbers as texts.
func (s *Schema) quantities(value any) any {
	if s == nil {
		return value
	}
	switch value := value.(type) {
	case map[string]any:
		for key, item := range value {
			value[key] = s.At(Path{key}).quantities(item)
		}
	case []any:
		for i, item := range value {
			value[i] = s.Items.quantities(item)
		}
	case json.Number:
		if s.Format == quantityFormat {
			return value.String()
		}
	}
	return value
}

// Names returns the names of the fixed properties, sorted.
func (s *Schema) Names() []string { return slices.Sorted(maps.Keys(s.Properties)) }

// At returns the schema of the value at the path, or nil.
func (s *Schema) At(p Path) *Schema {
	for _, step := range p {
		if s == nil {
			return nil
		}
		switch step := step.(type) {
		case int:
			s = s.Items
		case string:
			if property, ok := s.Properties[step]; ok {
				s = property
			} else {
				s = s.AdditionalProperties.schema
			}
		}
	}
	return s
}
