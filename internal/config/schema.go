package config

import (
	_ "embed"
	"slices"
	"sync"

	"github.com/modelway/modelway/internal/strict"
)

// schemaText is the JSON Schema of Config, generated from the Go types by the tests of this package (go test -update).
//
//go:embed schema.json
var schemaText []byte

// Schema returns the JSON Schema of the modelway:* keys, one property per key.
func Schema() []byte { return slices.Clone(schemaText) }

// rootSchema reads bounds and closed sets from the schema, once.
var rootSchema = sync.OnceValue(func() *strict.Schema { return strict.Compile(schemaText) })
