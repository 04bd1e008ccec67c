package command

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/supervisor"
)

// held writes what the supervisor says about a port, and puts the test in its place: any other port is held.
func held(t *testing.T, c checkout.Checkout, taken int, others ...int) {
	t.Helper()
	text := fmt.Sprintf(`{"%d": "listener HTTP:%d cannot be served: address already in use"`, taken, taken)
	for _, port := range others {
		text += fmt.Sprintf(`, "%d": ""`, port)
	}
	require.NoError(t, os.MkdirAll(c.State("run"), 0o755))
	require.NoError(t, os.WriteFile(c.State("run", "held.json"), []byte(text+"}"), 0o644))
}

func TestAPortThatIsTakenMeanwhileIsChosenAgain(t *testing.T) {
	c := checkout.Checkout{Root: t.TempDir()}
	var all []int
	for port := 20000; port < 30000; port++ {
		all = append(all, port)
	}
	held(t, c, 8080, all...)
	memory := c.State("run", "port")
	require.NoError(t, rememberPort(memory, 8080))
	var out strings.Builder
	port, err := holdPort(t.Context(), &out, c, memory, 8080, 0)
	require.NoError(t, err)
	require.Equal(t, fmt.Sprintf("Port 8080 on 127.0.0.1 was taken meanwhile; using %d instead (choose one with `modelway up --port ...`)\n", port),
		out.String())
	remembered, err := supervisor.ReadPort(memory)
	require.NoError(t, err)
	require.Equal(t, port, remembered)

	_, err = holdPort(t.Context(), &out, c, memory, 8080, 8080)
	require.ErrorIs(t, err, supervisor.ErrPortTaken)
	require.ErrorContains(t, err, "listener HTTP:8080 cannot be served")
	require.ErrorContains(t, err, "modelway up --port ")
}
