package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// served is a service that counts requests and keeps the last body.
func served(t *testing.T, status int) (url string, asked *atomic.Int64, body *atomic.Value) {
	asked, body = &atomic.Int64{}, &atomic.Value{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		text, _ := io.ReadAll(r.Body)
		body.Store(string(text))
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.URL, asked, body
}

func TestLoadOfAModelOfTheLocalStack(t *testing.T) {
	url, asked, body := served(t, http.StatusOK)
	checkout := t.TempDir()
	t.Chdir(checkout)
	code, _, errOut := run("load", "churn", "--for", "1s")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "no local stack is up in this checkout; allowed: a model of one; fix: run `modelway up`")

	require.NoError(t, os.MkdirAll(filepath.Join(checkout, ".modelway", "run"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(checkout, ".modelway", "run", "models.json"),
		[]byte(`{"churn": {"url": "`+url+`", "slo": {"availability": "99.9", "latency": "1s"}}, "fraud": {"url": "`+url+`", "slo": {"availability": "99.9", "latency": "1ns"}}}`), 0o600))
	code, _, errOut = run("load", "chrn", "--for", "1s", "--rate", "0")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "model chrn is not one of the local stack; allowed: churn, fraud; fix: ")

	code, out, errOut := run("load", "churn", "--rate", "20", "--for", "1s")
	require.Zero(t, code, errOut)
	require.Contains(t, errOut, "Sending 20 requests a second for 1s to "+url)
	require.LessOrEqual(t, asked.Load(), int64(21))
	require.Positive(t, asked.Load())
	require.JSONEq(t, sampleRequest, body.Load().(string))
	for _, want := range []string{"200 OK", "100.00 %", "99.9 % without a server error", "99 % of answers within 1s", "0.000 %"} {
		require.Contains(t, out, want)
	}
	_, out, _ = run("load", "fraud", "--rate", "20", "--for", "1s")
	require.Contains(t, out, "100.00", "all are slower than what the file promises: a hundred times what may be")
}

func TestLoadOfAURL(t *testing.T) {
	url, asked, body := served(t, http.StatusBadRequest)
	code, _, errOut := run("load", "--url", "https://api.example.com/v1", "--rate", "7")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "url: https://api.example.com/v1 is not of this machine, and 7 requests a second for 1m0s cost money there")
	require.Contains(t, errOut, "add --mine where it is")
	code, _, errOut = run("load", "--url", "https://api.example.com/v1", "--rate", "0", "--in-flight", "0", "--data", "@nowhere")
	require.Equal(t, exitFailed, code)
	for _, want := range []string{"add --mine", "rate: 0; allowed", "in-flight: 0; allowed", "data: open nowhere"} {
		require.Contains(t, errOut, want, "all faults at once")
	}
	code, _, errOut = run("load", "churn", "--url", url)
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "model churn and url "+url+" are both given")
	code, _, errOut = run("load")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "nothing to load is given")
	require.Zero(t, asked.Load(), "nothing was sent so far")

	file := filepath.Join(t.TempDir(), "request.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"a": 1}`), 0o600))
	code, out, errOut := run("load", "--url", url, "--rate", "10", "--for", "1s", "--data", "@"+file)
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "no request was done: "+url+" answered none with status 2xx")
	require.Contains(t, out, "400 Bad Request")
	require.Equal(t, `{"a": 1}`, body.Load())
	_, _, _ = run("load", "--url", url, "--rate", "1", "--for", "1s", "--method", "GET")
	require.Empty(t, body.Load(), "a GET has no body")
}

// TestLoadIsInterrupted wants what was seen so far when the process is told to end.
func TestLoadIsInterrupted(t *testing.T) {
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if asked.Add(1) == 5 {
			_ = syscall.Kill(syscall.Getpid(), syscall.SIGTERM)
		}
	}))
	defer server.Close()
	code, out, errOut := run("load", "--url", server.URL, "--for", "10m")
	require.Equal(t, 130, code)
	require.Contains(t, errOut, "Error: interrupted")
	require.Contains(t, out, "200 OK")
	require.Contains(t, strings.ToUpper(out), "P99")
}
