package awsprovider

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/aws"
)

// Every type of the account has a schema, every schema a type, and every name in the tables exists in the SDK.
func TestTablesAgreeWithTheSDK(t *testing.T) {
	for _, typ := range aws.Types() {
		s, ok := schemas[typ]
		require.True(t, ok, typ)
		k, err := aws.KindOf(typ)
		require.NoError(t, err)
		in := fields(s.inputs)
		require.NotEmpty(t, in, typ)
		require.NotEmpty(t, fields(s.outputs), typ)
		require.True(t, strings.HasSuffix(s.outputs.Name(), k.Noun()), "%s has the outputs of %s", typ, s.outputs.Name())
		names := slices.Concat(k.Required, s.replace, k.Ranged())
		for path := range k.Defaults {
			names = append(names, path)
		}
		for _, ref := range k.Refs {
			if _, computed := k.Computed[ref.Path]; !computed {
				names = append(names, ref.Path)
			}
		}
		if k.Name != "" {
			names = append(names, k.Name)
		}
		for _, path := range names {
			if path != "*" {
				require.True(t, declared(s.inputs, path), "%s has no %s", typ, path)
			}
		}
	}
	require.Len(t, schemas, len(aws.Types()))
}

// declared says whether a struct of the SDK has a property at a path, over lists and objects. Below a map any name is one.
func declared(t reflect.Type, path string) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return t.Kind() == reflect.Map
	}
	name, rest, nested := strings.Cut(path, ".")
	field, ok := fields(t)[name]
	return ok && (!nested || declared(field, rest))
}
