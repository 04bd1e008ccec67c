package config

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/stackfile"
	"github.com/modelway/modelway/internal/strict"
)

// FromContext returns the configuration of the running Pulumi program. It finds the keys in what the Go language host hands
// over, else in Pulumi.<stack>.yaml below the context's root directory.
func FromContext(ctx *pulumi.Context) Source { return FromContextAt(ctx, ctx.RootDirectory()) }

// FromContextAt is FromContext for inline programs of the Automation API, whose context has no root directory: root is the
// folder that holds Pulumi.<stack>.yaml.
func FromContextAt(ctx *pulumi.Context, root string) Source {
	return programSource{ctx: ctx, root: root}
}

type programSource struct {
	ctx  *pulumi.Context
	root string
}

// Stack returns the name of the stack.
func (s programSource) Stack() string { return s.ctx.Stack() }

// Get returns the value of a key and whether it is set.
func (s programSource) Get(key string) (string, bool) { return s.ctx.GetConfig(strict.FullKey(key)) }

// Keys returns every key that is set and whether they could be found out.
func (s programSource) Keys() ([]string, bool) {
	if keys, ok := keysOfEnvironment(os.Getenv(pulumi.EnvConfig)); ok {
		return keys, true
	}
	keys := s.Lines().Keys()
	return slices.Sorted(slices.Values(keys)), keys != nil
}

// Lines tell where the settings are written: in Pulumi.<stack>.yaml below the root.
func (s programSource) Lines() *strict.Lines {
	if s.root == "" {
		return nil
	}
	return strict.ReadLines(filepath.Join(s.root, stackfile.Name(s.ctx.Stack())))
}

// keysOfEnvironment reads the keys from the JSON object in PULUMI_CONFIG, which language hosts set.
func keysOfEnvironment(text string) ([]string, bool) {
	var values map[string]string
	if text == "" || json.Unmarshal([]byte(text), &values) != nil {
		return nil, false
	}
	return sortedKeys(values), true
}
