package egress

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// lines is a log that several goroutines write to.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// serve runs a proxy until the test ends, and returns its socket and its log.
func serve(t *testing.T, pods map[string]string) (string, *lines) {
	t.Helper()
	dir := t.TempDir()
	listener, err := Listen(dir)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	log, ended := &lines{}, make(chan error, 1)
	go func() {
		ended <- Serve(ctx, listener, Config{
			Pod: func(ip string) (string, error) {
				if ip == "10.78.0.66" {
					return "", fmt.Errorf("the account is\ndamaged")
				}
				return pods[ip], nil
			},
			Log: slog.New(slog.NewTextHandler(log, nil)),
		})
	}()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
		require.NoFileExists(t, listener.Addr().String())
	})
	return listener.Addr().String(), log
}

// ask sends one request to the proxy, and returns the connection with the answer.
func ask(t *testing.T, socket, request string) (net.Conn, *http.Response) {
	t.Helper()
	connection, err := net.Dial("unix", socket)
	require.NoError(t, err)
	t.Cleanup(func() { _ = connection.Close() })
	_, err = io.WriteString(connection, request)
	require.NoError(t, err)
	answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
	require.NoError(t, err)
	return connection, answer
}

func connect(target string) string {
	return "CONNECT " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
}

func TestWhatIsNotReachedIsNamed(t *testing.T) {
	silent, err := net.Listen("tcp", "127.78.0.5:0")
	require.NoError(t, err)
	_, port, _ := net.SplitHostPort(silent.Addr().String())
	require.NoError(t, silent.Close())
	socket, log := serve(t, map[string]string{"10.78.0.5": "kserve/controller-0"})
	for request, want := range map[string]string{
		connect("10.78.0.5:" + port): "502 nothing listens at 127.78.0.5:" + port + " for pod kserve/controller-0 (10.78.0.5:" + port +
			"): it runs no program on this machine, or one that has not opened port " + port,
		connect("node-a:10250"): "501 node-a:10250: nodes of the local stack serve no logs, exec or " +
			"port-forward",
		connect("10.78.0.6:443"):                                 "403 no pod of the local stack has the address 10.78.0.6",
		connect("127.0.0.1:443"):                                 "403 no pod of the local stack has the address 127.0.0.1",
		connect("10.78.0.66:443"):                                "502 looking up the pod with the address 10.78.0.66: the account is damaged",
		connect("example.com:443"):                               `400 "example.com:443" is not an IPv4 address and port of a pod`,
		connect("[::1]:443"):                                     `400 "[::1]:443" is not an IPv4 address and port of a pod`,
		"GET / HTTP/1.1\r\nHost: 10.78.0.5:" + port + "\r\n\r\n": "405 GET is not supported here",
	} {
		_, answer := ask(t, socket, request)
		require.True(t, strings.HasPrefix(answer.Status, want), "%q\n%q", answer.Status, want)
	}
	ask(t, socket, connect("10.78.0.6:443"))
	require.Equal(
		t,
		1,
		strings.Count(log.String(), "the API server does not reach 10.78.0.6:443"),
		"an error that stays is logged once:\n%s",
		log,
	)
}

func TestBothWaysAreCarriedUntilTheirEnd(t *testing.T) {
	pod, err := net.Listen("tcp", "127.78.0.7:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = pod.Close() })
	go func() {
		for {
			connection, err := pod.Accept()
			if err != nil {
				return
			}
			text, _ := io.ReadAll(connection) // ends with the client's half
			_, _ = fmt.Fprintf(connection, "heard %s", text)
			_ = connection.Close()
		}
	}()
	socket, _ := serve(t, map[string]string{"10.78.0.7": "default/echo"})
	_, port, _ := net.SplitHostPort(pod.Addr().String())
	connection, answer := ask(t, socket, connect("10.78.0.7:"+port))
	require.Equal(t, http.StatusOK, answer.StatusCode)
	_, err = io.WriteString(connection, "hello")
	require.NoError(t, err)
	require.NoError(t, connection.(*net.UnixConn).CloseWrite())
	text, err := io.ReadAll(connection)
	require.NoError(t, err)
	require.Equal(t, "heard hello", string(text))
}

// TestFrozenPodIsLeft wants a connection to a program that says nothing to end when the API server has gone.
func TestFrozenPodIsLeft(t *testing.T) {
	listener, err := net.Listen("tcp", "127.78.0.8:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	client, server := net.Pipe()
	require.NoError(t, server.Close()) // the API server has gone
	pod, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	p := &proxy{ctx: t.Context(), linger: time.Millisecond}
	ended := make(chan struct{})
	go func() { p.carry(client, pod); close(ended) }()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Fatal("the connection to the pod stays")
	}
}

func TestSocketOfADeepCheckout(t *testing.T) {
	deep := filepath.Join(t.TempDir(), strings.Repeat("deep/", 30))
	for range 2 { // the second time the folder stands
		listener, err := Listen(deep)
		require.NoError(t, err)
		path := listener.Addr().String()
		require.LessOrEqual(t, len(path), longest)
		require.NotContains(t, path, deep)
		connection, err := net.Dial("unix", path)
		require.NoError(t, err)
		require.NoError(t, connection.Close())
		listener.(*net.UnixListener).SetUnlinkOnClose(false) // as after a kill
		require.NoError(t, listener.Close())
		require.FileExists(t, path)
	}
	listener, err := Listen(deep)
	require.NoError(t, err)
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, Serve(stopped, listener, Config{Log: slog.New(slog.DiscardHandler)}))
	require.NoDirExists(t, filepath.Dir(listener.Addr().String()))

	short := filepath.Dir(listener.Addr().String())
	require.NoError(t, os.Mkdir(short, 0o700))
	t.Cleanup(func() { _ = os.Remove(short) })
	require.NoError(t, os.Chmod(short, 0o755))
	_, err = Listen(deep)
	require.ErrorContains(t, err, "a socket's path at most 103")
	require.ErrorContains(t, err, short+" (drwxr-xr-x) is not a folder that only user")
}
