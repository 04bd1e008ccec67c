package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

// nothing is a set of mocks for programs that register nothing.
type nothing struct{}

func (nothing) NewResource(pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	return "", resource.PropertyMap{}, nil
}

func (nothing) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return resource.PropertyMap{}, nil
}

// run runs a program with the settings in place of a stack's.
func run(t *testing.T, settings map[string]string, program func(*pulumi.Context)) {
	t.Helper()
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		program(ctx)
		return nil
	}, pulumi.WithMocks("modelway", "dev", nothing{}), func(info *pulumi.RunInfo) { info.Config = settings })
	require.NoError(t, err)
}

func TestProgramReadsItsStack(t *testing.T) {
	t.Setenv(pulumi.EnvConfig, "")
	values := readStackFile(t, "dev", filepath.Join(projectRoot, "Pulumi.dev.yaml"))
	run(t, values.Settings, func(ctx *pulumi.Context) {
		got, err := Load(FromContextAt(ctx, projectRoot))
		require.NoError(t, err)
		require.Equal(t, loadStack(t, "dev"), got)
	})
}

func TestProgramFindsUnknownKeys(t *testing.T) {
	folder := t.TempDir()
	file := "config:\n  modelway:netwrk:\n    natGateways: none\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "Pulumi.dev.yaml"), []byte(file), 0o600))
	for name, c := range map[string]struct {
		environment, root string
		known             bool
	}{
		"from the language host": {environment: `{"modelway:netwrk": "{\"natGateways\":\"none\"}"}`, known: true},
		"from the stack's file":  {root: folder, known: true},
		"without a stack's file": {root: t.TempDir()},
		"without a root":         {},
		"with a broken variable": {environment: "{", root: folder, known: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(pulumi.EnvConfig, c.environment)
			run(t, map[string]string{"modelway:netwrk": `{"natGateways":"none"}`}, func(ctx *pulumi.Context) {
				source := FromContextAt(ctx, c.root)
				keys, known := source.Keys()
				require.Equal(t, c.known, known)
				_, err := Load(source)
				if !c.known {
					require.NotContains(t, err.Error(), "modelway:netwrk")
					return
				}
				require.Equal(t, []string{"modelway:netwrk"}, keys)
				require.ErrorContains(t, err, `modelway:netwrk: unknown key; did you mean "network"?`)
			})
		})
	}
}
