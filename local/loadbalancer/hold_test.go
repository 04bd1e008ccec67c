package loadbalancer

import (
	"fmt"
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/port"
)

func TestPortsAreHeldBeforeALoadBalancerListens(t *testing.T) {
	f := newFront()
	defer f.close()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	other := taken.Addr().(*net.TCPAddr).Port
	held, err := port.Choose(other)
	require.NoError(t, err)

	states := f.hold([]int{held, other})
	require.NoError(t, states[held])
	require.ErrorContains(t, states[other], fmt.Sprintf("listener HTTP:%d cannot be served on 127.0.0.1:%d", other, other))
	require.False(t, port.Free(held), "nobody else gets it")
	response, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/", held))
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusNotFound, response.StatusCode)

	require.NoError(t, taken.Close())
	require.NoError(t, f.hold([]int{held, other})[other], "it is tried again")
	f.hold([]int{other})
	require.True(t, port.Free(held), "a port that is not wanted any more is given back")
}
