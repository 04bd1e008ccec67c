package localcli_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/localcli"
)

func TestPortsThatNotEveryUserMayListenOnAreRefused(t *testing.T) {
	for _, text := range []string{"-1", "1", "22", "80", "1023", "65536", "1048576", "http", "8080.0", ""} {
		require.ErrorContains(t, new(localcli.Port).Set(text), `allowed: 1024 to 65535`, text)
	}
	for _, text := range []string{"0", "1024", "8080", "65535"} {
		var port localcli.Port
		require.NoError(t, port.Set(text))
		require.Equal(t, text, port.String())
	}
}
