package server_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/modelserver/internal/model"
	"github.com/modelway/modelway/modelserver/internal/server"
)

// fill is a body of a size that begins and ends as given, with a repeated part between.
func fill(size int, head, part, tail string) string {
	return head + strings.Repeat(part, (size-len(head)-len(tail))/len(part)) + tail
}

// A body must not make the server allocate many times its own size, whatever is in it.
func TestMemoryOfABodyThatIsRefused(t *testing.T) {
	s := oneFeature()
	const size = server.DefaultMaxBodyBytes
	for _, test := range []struct {
		name, body string
		most       uint64
	}{
		{"numbers", fill(size, `{"instances":[0`, `,0`, `]}`), size},
		{"lists", fill(size, `{"instances":[[]`, `,[]`, `]}`), size},
		{"objects", fill(size, `{"instances":[{}`, `,{}`, `]}`), size},
		{"one wide instance", fill(size, `{"instances":[[0`, `,0`, `]]}`), size},
		{"depth", fill(size, `{"instances":`, `[`, ``), size},
		{"depth under another key", fill(size, `{"x":`, `[`, ``), size},
		{"depth of objects", fill(size, ``, `{"instances":`, ``), size},
		{"numbers under another key", fill(size, `{"x":[0`, `,0`, `]}`), 8 * size},
		{"many other keys", fill(size, `{"x":0`, `,"x":0`, `}`), 64 * size},
		{"a long key", fill(size, `{"`, `a`, `":1}`), 8 * size},
		{"a long string", fill(size, `{"instances":["`, `a`, `"]}`), 8 * size},
	} {
		t.Run(test.name, func(t *testing.T) {
			answer := httptest.NewRecorder()
			request := httptest.NewRequest("POST", "/v1/models/m:predict", strings.NewReader(test.body))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			s.ServeHTTP(answer, request)
			runtime.ReadMemStats(&after)
			require.Equal(t, http.StatusBadRequest, answer.Code, "%.200s", answer.Body)
			require.LessOrEqual(t, after.TotalAlloc-before.TotalAlloc, test.most, "bytes allocated, collected or not")
		})
	}
}

// atEnd calls a function before it says that the body has ended.
type atEnd struct {
	io.Reader
	call func()
}

// Read implements io.Reader.
func (r atEnd) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err == io.EOF {
		r.call()
	}
	return n, err
}

func TestMemoryOfABodyThatIsAnswered(t *testing.T) {
	s := oneFeature()
	const size = server.DefaultMaxBodyBytes
	for name, body := range map[string]string{
		"instances":                fill(size, `{"instances":[[0]`, `,[0]`, `]}`),
		"a long number":            fill(size, `{"instances":[0.`, `1`, `]}`),
		"values that are not read": fill(size, `{"instances":[0],"x":[0`, `,0`, `]}`),
	} {
		t.Run(name, func(t *testing.T) {
			var before, end runtime.MemStats
			held := func(stats *runtime.MemStats) {
				runtime.GC()
				runtime.ReadMemStats(stats)
			}
			request := httptest.NewRequest("POST", "/v1/models/m:predict", atEnd{strings.NewReader(body), func() { held(&end) }})
			request.ContentLength = int64(len(body))
			answer := httptest.NewRecorder()
			held(&before)
			s.ServeHTTP(answer, request)
			require.Equal(t, http.StatusOK, answer.Code, "%.200s", answer.Body)
			require.LessOrEqual(t, int64(end.HeapAlloc)-int64(before.HeapAlloc), int64(8*size), "bytes held when all was read")
		})
	}
}

// oneFeature serves a model m, whose instances are as short as can be.
func oneFeature() *server.Server {
	s := server.New(server.Options{})
	s.Load(model.Set{"m": {Name: "m", Features: []string{"x"}, Weights: []float64{1}}})
	return s
}

// slow is a body of which the server has a part and waits for the rest, until it is closed.
func slow(t *testing.T, s *server.Server, length int64, part int) (release func() int) {
	t.Helper()
	reader, writer := io.Pipe()
	request := httptest.NewRequest("POST", predictPath, reader)
	request.ContentLength = length
	answer, done := httptest.NewRecorder(), make(chan struct{})
	go func() {
		defer close(done)
		s.ServeHTTP(answer, request)
		_ = reader.Close()
	}()
	_, err := io.WriteString(writer, fill(part, `{"instances":`, ` `, ``)) // returns once the server reads
	require.NoError(t, err)
	return func() int {
		_, _ = writer.Write([]byte(`[1000,45,0.67]}`))
		_ = writer.Close()
		<-done
		return answer.Code
	}
}

// What has come of bodies is bounded, whether or not they say how long they are.
func TestBytesInFlightAreBounded(t *testing.T) {
	for name, options := range map[string]server.Options{
		"several bodies":       {MaxBodyBytes: 100, MaxInFlightBytes: 250},
		"never below one body": {MaxBodyBytes: 100, MaxInFlightBytes: 1},
	} {
		t.Run(name, func(t *testing.T) {
			s, url := start(t, options, true)
			var release []func() int
			release = append(release, slow(t, s, 98, 83))
			if name != "never below one body" {
				release = append(release, slow(t, s, -1, 83)) // of an unknown length
			}
			full := fill(99, `{"instances":[1000,45,0.67`, ` `, `]}`)
			var response *http.Response
			var body string
			require.Eventually(t, func() bool {
				response, body = request(t, "POST", url+predictPath, full)
				return response.StatusCode == http.StatusServiceUnavailable
			}, 10*time.Second, time.Millisecond)
			require.Equal(t, "1", response.Header.Get("Retry-After"))
			require.Equal(t, `{"error":"too many predictions are in work: try again in a second"}`, body)
			response, _ = request(t, "GET", url+"/v1/models/fraud-detection", "")
			require.Equal(t, http.StatusOK, response.StatusCode, "probes are not bounded")
			late := slow(t, s, -1, 100)
			require.Equal(t, http.StatusServiceUnavailable, late(), "a body of an unknown length, too")
			for _, end := range release {
				require.Equal(t, http.StatusOK, end())
			}
			response, _ = request(t, "POST", url+predictPath, full)
			require.Equal(t, http.StatusOK, response.StatusCode, "there is room again")
		})
	}
}

// Who begins a body and goes silent takes no room from others, whatever length the body has.
func TestSilentBodiesLeaveRoom(t *testing.T) {
	s, url := start(t, server.Options{MaxInFlight: 2}, true)
	var release []func() int
	for i := range 30 {
		release = append(release, slow(t, s, []int64{-1, server.DefaultMaxBodyBytes}[i%2], 13))
	}
	require.Eventually(t, func() bool {
		response, _ := request(t, "POST", url+predictPath, `{"instances":[1000,45,0.67]}`)
		return response.StatusCode == http.StatusOK
	}, 10*time.Second, time.Millisecond)
	for _, end := range release {
		require.Equal(t, http.StatusOK, end())
	}
}

// The number of bodies that are begun is bounded, too: each holds its connection and its buffers until it ends or is given up.
func TestOpenBodiesAreBounded(t *testing.T) {
	const places, open = 2, 32
	s, url := start(t, server.Options{MaxInFlight: places}, true)
	var release []func() int
	for range open {
		release = append(release, slow(t, s, -1, 13))
	}
	ask := func() int {
		response, _ := request(t, "POST", url+predictPath, `{"instances":[1000,45,0.67]}`)
		return response.StatusCode
	}
	require.Equal(t, http.StatusServiceUnavailable, ask())
	response, _ := request(t, "GET", url+"/v1/models/fraud-detection", "")
	require.Equal(t, http.StatusOK, response.StatusCode, "probes are not bounded")
	for _, end := range release {
		require.Equal(t, http.StatusOK, end())
	}
	require.Equal(t, http.StatusOK, ask(), "there is room again")
}
