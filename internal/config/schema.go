package config

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"maps"
	"slices"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemaText is the JSON Schema of Config, generated from the Go types by the tests of this package (go test -update).
//
//go:embed schema.json
var schemaText []byte

// Schema returns the JSON Schema of the modelway:* keys, one property per key.
func Schema() []byte { return slices.Clone(schemaText) }

// compiled holds the schema as a validator and as a tree to read names, bounds and closed sets from.
var compiled = sync.OnceValues(func() (*jsonschema.Schema, *schema) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaText))
	if err != nil {
		panic("config: embedded schema.json: " + err.Error())
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", document); err != nil {
		panic("config: embedded schema.json: " + err.Error())
	}
	tree := new(schema)
	if err := json.Unmarshal(schemaText, tree); err != nil {
		panic("config: embedded schema.json: " + err.Error())
	}
	return compiler.MustCompile("schema.json"), tree
})

// schema is the part of a JSON Schema that messages and documentation are made from. The embedded schema has no references.
type schema struct {
	Type                 string             `json:"type"`
	Description          string             `json:"description"`
	Properties           map[string]*schema `json:"properties"`
	AdditionalProperties valueSchema        `json:"additionalProperties"`
	Items                *schema            `json:"items"`
	Required             []string           `json:"required"`
	Enum                 []any              `json:"enum"`
	Default              any                `json:"default"`
	Minimum              *float64           `json:"minimum"`
	Maximum              *float64           `json:"maximum"`
	MinItems             *int               `json:"minItems"`
	MaxItems             *int               `json:"maxItems"`
}

// valueSchema is the schema of a map's values. It stays empty where the schema has a boolean in its place.
type valueSchema struct{ schema *schema }

// UnmarshalJSON reads a schema or a boolean.
func (v *valueSchema) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("false")) || bytes.Equal(data, []byte("true")) {
		return nil
	}
	return json.Unmarshal(data, &v.schema)
}

// kind returns the JSON type of the values.
func (s *schema) kind() string { return s.Type }

// takes reports whether the closed set of the values holds the text; without a closed set any text will do.
func (s *schema) takes(text string) bool {
	return len(s.Enum) == 0 || slices.Contains(s.Enum, any(text))
}

// propertyNames returns the names of the fixed properties, sorted.
func (s *schema) propertyNames() []string { return slices.Sorted(maps.Keys(s.Properties)) }

// at returns the schema of the value at the path, or nil.
func (s *schema) at(p path) *schema {
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
