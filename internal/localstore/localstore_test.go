package localstore_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/localstore"
)

func TestFind(t *testing.T) {
	checkout := t.TempDir()
	below := filepath.Join(checkout, "a", "b")
	require.NoError(t, os.MkdirAll(below, 0o755))
	_, found, err := localstore.Find(below)
	require.NoError(t, err)
	require.False(t, found, "no stack is up")

	require.NoError(t, os.MkdirAll(filepath.Dir(localstore.File(checkout)), 0o755))
	text := `{"endpoint":"http://127.0.0.1:24567","region":"us-east-1","accessKeyId":"a","secretAccessKey":"s"}`
	require.NoError(t, os.WriteFile(localstore.File(checkout), []byte(text), 0o600))
	c, found, err := localstore.Find(below)
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, localstore.Connection{Endpoint: "http://127.0.0.1:24567", Region: "us-east-1", AccessKeyID: "a", SecretAccessKey: "s"}, c)

	require.NoError(t, os.WriteFile(localstore.File(checkout), []byte(`{"endpoint":`), 0o600))
	_, _, err = localstore.Find(below)
	require.ErrorIs(t, err, fs.ErrInvalid)
	require.ErrorContains(t, err, "is damaged: run `modelway down` and `modelway up`")
}
