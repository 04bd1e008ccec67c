package kubelet

import (
	"context"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/modelway/modelway/local/port"
)

// TestRelay wants of two pods with the same port that each reaches its own program, with an answer after the question has ended, and that a
// port is free again when the program ends.
func TestRelay(t *testing.T) {
	number, err := port.Choose()
	require.NoError(t, err)
	relay := Relay{Port: int32(number), Flag: "--port="}
	for _, address := range []string{"127.0.0.2", "127.0.0.3"} {
		ctx, end := context.WithCancel(t.Context())
		argument, err := relay.open(ctx, address)
		require.NoError(t, err)
		inner, found := strings.CutPrefix(argument, "--port=")
		require.True(t, found)
		program, err := net.Listen("tcp", ":"+inner)
		require.NoError(t, err)
		go func() {
			client, err := program.Accept()
			if err != nil {
				return // the test has ended
			}
			question, _ := io.ReadAll(client)
			_, _ = client.Write(append(question, " of "+address...))
			_ = client.Close()
		}()
		outer := net.JoinHostPort(address, strconv.Itoa(number))
		client, err := net.Dial("tcp", outer)
		require.NoError(t, err)
		_, err = client.Write([]byte("answer"))
		require.NoError(t, err)
		require.NoError(t, client.(*net.TCPConn).CloseWrite())
		answer, err := io.ReadAll(client)
		require.NoError(t, err)
		require.Equal(t, "answer of "+address, string(answer))
		require.NoError(t, program.Close())
		end()
		require.Eventually(t, func() bool {
			again, err := net.Listen("tcp", outer)
			return err == nil && again.Close() == nil
		}, time.Minute, 10*time.Millisecond)
	}
}

// TestRelayOfContainersThatNameItsPort leaves the other containers of an image alone.
func TestRelayOfContainersThatNameItsPort(t *testing.T) {
	named := corev1.Container{Ports: []corev1.ContainerPort{{ContainerPort: 8082}}}
	require.True(t, Relay{Port: 8082}.of(named))
	require.False(t, Relay{Port: 9443}.of(named))
	require.False(t, Relay{}.of(corev1.Container{}))
}
