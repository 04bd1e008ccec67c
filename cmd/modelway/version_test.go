package main

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestVersionIsThatOfTheBuild(t *testing.T) {
	setting := func(key, value string) debug.BuildSetting { return debug.BuildSetting{Key: key, Value: value} }
	for want, info := range map[string]debug.BuildInfo{
		"v1.2.3": {Main: debug.Module{Version: "v1.2.3"}},
		"v0.0.0-20261130120000-0123456789ab+dirty": {Main: debug.Module{Version: "v0.0.0-20261130120000-0123456789ab+dirty"}},
		"devel":              {Main: debug.Module{Version: "(devel)"}},
		"devel abcdef":       {Settings: []debug.BuildSetting{setting("vcs.revision", "abcdef"), setting("vcs.modified", "false")}},
		"devel abcdef+dirty": {Settings: []debug.BuildSetting{setting("vcs.revision", "abcdef"), setting("vcs.modified", "true")}},
	} {
		require.Equal(t, want, versionOf(info))
	}
	code, out, _ := run("--version")
	require.Zero(t, code)
	require.Regexp(t, `^modelway \S+`, out)
}
