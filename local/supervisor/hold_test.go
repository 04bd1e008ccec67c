package supervisor

import (
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/checkout"
)

func TestHold(t *testing.T) {
	c := checkout.Checkout{Root: t.TempDir()}
	require.NoError(t, os.MkdirAll(c.State("run"), 0o755))
	require.NoError(t, Hold(t.Context(), c, 8080), "a supervisor of before tells nothing")
	require.NoError(t, os.WriteFile(c.State("run", "port"), []byte("8080\n"), 0o644))
	require.NoError(t, os.WriteFile(PortFile(c, "internal"), []byte("8081\n"), 0o644))
	for name, text := range map[string]string{"a": "22\n", "b": "0", "c": "-1", "d": "65536", "e": "8082 8083", "f": ""} {
		require.NoError(t, os.WriteFile(PortFile(c, name), []byte(text), 0o644))
	}
	require.ElementsMatch(t, []int{8080, 8081}, ports(c), "without those that cannot be served")

	require.NoError(t, writeHeld(c, nil))
	answer := make(chan error, 1)
	go func() { answer <- Hold(t.Context(), c, 8080) }()
	require.NoError(t, writeHeld(c, map[int]error{8080: nil, 8081: errors.New("8081 cannot be served")}))
	require.NoError(t, <-answer)
	err := Hold(t.Context(), c, 8081)
	require.ErrorIs(t, err, ErrPortTaken)
	require.ErrorContains(t, err, "8081 cannot be served")
}
