package port

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestChosenPortsAreFreeAndNotForOutgoingConnections(t *testing.T) {
	for range 20 {
		chosen, err := Choose()
		require.NoError(t, err)
		require.Less(t, chosen, 32768)
		listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: chosen})
		require.NoError(t, err)
		require.False(t, Free(chosen))
		require.NoError(t, listener.Close())
		require.True(t, Free(chosen))
	}
}

func TestPortsThatNotEveryUserMayListenOnAreNotFree(t *testing.T) {
	for _, port := range []int{-1, 0, 1, 22, 80, 1023, 65536, 1 << 20} {
		require.False(t, Free(port), port)
	}
}
