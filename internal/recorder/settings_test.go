package recorder_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/recorder"
)

func TestSettings(t *testing.T) {
	folder := t.TempDir()
	project, stack := filepath.Join(folder, "Pulumi.yaml"), filepath.Join(folder, "Pulumi.dev.yaml")
	require.NoError(t, os.WriteFile(stack, []byte("config:\n  aws:region: us-east-1\n  acme:size: {cpu: 1, names: [a]}\n  acme:count: 12345678\n  acme:token: {secure: v1:abc}\n"), 0o600))

	alone, err := recorder.ReadSettings(project, stack)
	require.NoError(t, err)
	require.Equal(t, recorder.DefaultProject, alone.Project)

	require.NoError(t, os.WriteFile(project, []byte("name: acme\nconfig:\n  size: {type: object, default: {cpu: 9}}\n  other: {type: string, default: x}\n  none: {type: string}\n"), 0o600))
	settings, err := recorder.ReadSettings(project, stack)
	require.NoError(t, err)
	require.Equal(t, recorder.Settings{Project: "acme", Config: map[string]string{
		"aws:region": "us-east-1", "acme:size": `{"cpu":1,"names":["a"]}`, "acme:other": "x", "acme:count": "12345678", "acme:token": "encrypted",
	}}, settings)

	_, err = recorder.ReadSettings(project, filepath.Join(folder, "Pulumi.prod.yaml"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, os.WriteFile(stack, []byte("config: ["), 0o600))
	_, err = recorder.ReadSettings(project, stack)
	require.ErrorContains(t, err, "Pulumi.dev.yaml")
}
