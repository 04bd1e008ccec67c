package strict

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Spec stands for a plain type of another package that a file embeds.
type Spec struct {
	Size  int    `json:"size"`
	Quota string `json:"quota" jsonschema:"format=quantity"`
}

type embedding struct {
	Spec
	Name string `json:"name"`
}

// TestEmbeddedStructs gives the keys of an embedded struct in a file, in an override, and in a document.
func TestEmbeddedStructs(t *testing.T) {
	var got embedding
	file := Decode("a.yaml", []byte("name: a\nsize: 3\nquota: 2\n"), &got, nil)
	require.Empty(t, file.Faults)
	require.Equal(t, embedding{Spec{3, "2"}, "a"}, got)

	more := 4
	file.Override("settings", &got, struct {
		Size *int `json:"size"`
	}{&more})
	require.Equal(t, 4, got.Size)
	require.Equal(t, "settings.size", file.Origin("size").Place())

	file = Decode("a.yaml", []byte("sise: 3\n"), &got, nil)
	require.Equal(t, `a.yaml:1: sise: is an unknown key; allowed: name, quota, size; fix: did you mean "size"?`, Join(file.Faults).Error())

	var again embedding
	require.NoError(t, Document(ToDocument(got)).Into(&again))
	require.Equal(t, got, again)
}
