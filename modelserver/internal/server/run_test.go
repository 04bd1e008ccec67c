package server_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/modelserver/internal/model"
	"github.com/modelway/modelway/modelserver/internal/server"
)

// running is a server whose notice lasts until release is closed.
type running struct {
	address         string
	stop, abort     context.CancelFunc
	draining        chan struct{}
	release, result chan error
}

func run(t *testing.T, timeout time.Duration) *running {
	t.Helper()
	return runWith(t, server.Lifecycle{RequestTimeout: server.DefaultRequestTimeout, Timeout: timeout})
}

// runWith adds the notice to a lifecycle.
func runWith(t *testing.T, lifecycle server.Lifecycle) *running {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	set, err := model.Load("", "")
	require.NoError(t, err)
	handler := server.New(server.Options{})
	handler.Load(set)
	stop, cancelStop := context.WithCancel(context.Background())
	abort, cancelAbort := context.WithCancel(context.Background())
	t.Cleanup(cancelStop)
	t.Cleanup(cancelAbort)
	r := &running{
		address: listener.Addr().String(), stop: cancelStop, abort: cancelAbort,
		draining: make(chan struct{}), release: make(chan error), result: make(chan error, 1),
	}
	lifecycle.Notice = func(ctx context.Context) {
		close(r.draining)
		select {
		case <-r.release:
		case <-ctx.Done():
		}
	}
	go func() {
		r.result <- server.Run(abort, stop, listener, handler, lifecycle)
	}()
	return r
}

// half sends a prediction whose body lacks its end, and returns once the server is working on it: it has asked for the
// body with 100 Continue.
func (r *running) half(t *testing.T) (finish func() *http.Response) {
	t.Helper()
	const body = `{"instances":[1000,45,0.67]}`
	connection, err := net.Dial("tcp", r.address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = connection.Close() })
	_, err = fmt.Fprintf(connection, "POST %s HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", predictPath,
		len(body))
	require.NoError(t, err)
	reader := bufio.NewReader(connection)
	response, err := http.ReadResponse(reader, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusContinue, response.StatusCode)
	return func() *http.Response {
		_, err := connection.Write([]byte(body))
		require.NoError(t, err)
		response, err := http.ReadResponse(reader, nil)
		require.NoError(t, err)
		t.Cleanup(func() { _ = response.Body.Close() })
		return response
	}
}

func TestRunDrains(t *testing.T) {
	r := run(t, time.Minute)
	url := "http://" + r.address
	finish := r.half(t)
	response, _ := request(t, "GET", url+"/v1/models/churn", "")
	require.Equal(t, http.StatusOK, response.StatusCode)

	r.stop()
	<-r.draining
	response, body := request(t, "GET", url+"/v1/models/churn", "")
	require.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
	require.Equal(t, `{"name":"churn","ready":false}`, body)
	response, _ = request(t, "GET", url+"/healthz", "")
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.True(t, response.Close, "connections are not kept while draining")
	response, body = request(t, "POST", url+predictPath, `{"instances":[1000,45,0.67]}`)
	require.Equal(t, http.StatusOK, response.StatusCode, "late requests are answered")
	require.Equal(t, `{"predictions":[0.92]}`, body)

	close(r.release)
	require.Equal(t, http.StatusOK, finish().StatusCode, "requests in flight are finished")
	require.NoError(t, <-r.result)
	_, err := net.Dial("tcp", r.address)
	require.Error(t, err, "the port is closed")
}

func TestRunCutsOffAfterTheTimeout(t *testing.T) {
	r := run(t, 0)
	r.half(t)
	r.stop()
	close(r.release)
	require.ErrorContains(t, <-r.result, "requests in flight were cut off after 0s")
}

func TestRequestTimeout(t *testing.T) {
	r := runWith(t, server.Lifecycle{RequestTimeout: 50 * time.Millisecond})
	connection, err := net.Dial("tcp", r.address)
	require.NoError(t, err)
	defer connection.Close()
	require.NoError(t, connection.SetDeadline(time.Now().Add(20*time.Second))) // below the defaults
	_, err = fmt.Fprintf(connection, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n", predictPath)
	require.NoError(t, err)
	answer, err := io.ReadAll(connection)
	require.NoError(t, err, "the server ends a request whose body does not come")
	require.NotContains(t, string(answer), "200 OK")

	r = runWith(t, server.Lifecycle{})
	finish := r.half(t)
	time.Sleep(60 * time.Millisecond)
	require.Equal(t, http.StatusOK, finish().StatusCode, "0 is no limit")
}

// A body that goes silent ends long before the request's time, with the reason.
func TestSilentBodyEnds(t *testing.T) {
	r := run(t, time.Minute)
	connection, err := net.Dial("tcp", r.address)
	require.NoError(t, err)
	defer connection.Close()
	require.NoError(t, connection.SetDeadline(time.Now().Add(20*time.Second))) // below the default
	_, err = fmt.Fprintf(connection, "POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", predictPath)
	require.NoError(t, err)
	answer, err := io.ReadAll(connection)
	require.NoError(t, err)
	require.Contains(t, string(answer), "HTTP/1.1 408 Request Timeout")
	require.Contains(t, string(answer), "the body did not come in time")
}

func TestLongHeadersAreRefused(t *testing.T) {
	r := run(t, time.Minute)
	connection, err := net.Dial("tcp", r.address)
	require.NoError(t, err)
	defer connection.Close()
	// below the time for a header
	require.NoError(t, connection.SetDeadline(time.Now().Add(5*time.Second)))
	_, err = fmt.Fprintf(connection, "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: %s", strings.Repeat("a", 70<<10)) // and no end
	require.NoError(t, err)
	answer, err := bufio.NewReader(connection).ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, answer, "431 Request Header Fields Too Large")
}

func TestKeepAlive(t *testing.T) {
	r := runWith(t, server.Lifecycle{KeepAlive: 50 * time.Millisecond})
	connection, err := net.Dial("tcp", r.address)
	require.NoError(t, err)
	defer connection.Close()
	require.NoError(t, connection.SetDeadline(time.Now().Add(20*time.Second))) // below the defaults
	_, err = fmt.Fprint(connection, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
	require.NoError(t, err)
	answers, err := io.ReadAll(connection)
	require.NoError(t, err, "the server closes the idle connection")
	require.Contains(t, string(answers), "200 OK")
}

func TestRunAborts(t *testing.T) {
	r := run(t, time.Minute)
	r.half(t)
	r.stop()
	<-r.draining
	r.abort()
	require.ErrorIs(t, <-r.result, context.Canceled)

	r = run(t, time.Minute)
	r.abort()
	require.NoError(t, <-r.result)
}

func TestRunOnABrokenListener(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	background := context.Background()
	require.ErrorContains(t, server.Run(background, background, listener, server.New(server.Options{}), server.Lifecycle{}),
		"serving on 127.0.0.1")
}
