package mlflow_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/mlflow"
)

func TestReference(t *testing.T) {
	for text, want := range map[string]mlflow.Reference{
		"fraud-detection@champion":  {Name: "fraud-detection", Alias: "champion"},
		"fraud-detection/3":         {Name: "fraud-detection", Version: "3"},
		"models:/churn@v2_candid-1": {Name: "churn", Alias: "v2_candid-1"},
	} {
		got, err := mlflow.ParseReference(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for text, want := range map[string]string{
		"":              `has the name ""`,
		"churn":         "names no version",
		"churn@":        `has the alias ""`,
		"churn@3":       `has the alias "3"`,
		"churn/0":       `has the version "0"`,
		"churn/latest":  `has the version "latest"`,
		"a b@champion":  `has the name "a b"`,
		"churn@x@y":     `has the alias "x@y"`,
		"churn/3@alias": `has the name "churn/3"`,
	} {
		_, err := mlflow.ParseReference(text)
		require.ErrorContains(t, err, want, text)
		require.ErrorContains(t, err, "NAME@ALIAS, such as fraud-detection@champion", text)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		if read, err := mlflow.ParseReference(text); err == nil {
			again, err := mlflow.ParseReference(read.String())
			require.NoError(t, err)
			require.Equal(t, read, again)
		}
	})
}

func TestNew(t *testing.T) {
	for _, address := range []string{"", "mlflow.company.com", "sqlite:///mlflow.db", "http://", "databricks", "://"} {
		_, err := mlflow.New(address)
		require.ErrorContains(t, err, "is not the address of an MLflow server; allowed: http:// or https://", address)
		require.ErrorContains(t, err, "MLFLOW_TRACKING_URI", address)
	}
	client, err := mlflow.New("https://mlflow.company.com/")
	require.NoError(t, err)
	require.Equal(t, "https://mlflow.company.com", client.URL)
}

// Answers that no MLflow server gives to a good question, each with what was asked for and what helps.
func TestAnswersThatAreNone(t *testing.T) {
	for name, c := range map[string]struct {
		status     int
		body, want string
	}{
		"a page":          {200, "<html>", "asking for churn/3: http://127.0.0.1"},
		"a login":         {401, "", "wants a login: set MLFLOW_TRACKING_TOKEN"},
		"a host":          {403, "Invalid Host header", "--allowed-hosts"},
		"another program": {404, "404 page not found\nmore", `the answer is HTTP status 404, "404 page not found"; correct MLFLOW_TRACKING_URI`},
		"a load balancer": {503, "", "the answer is HTTP status 503"},
		"a fault":         {500, `{"error_code": "INTERNAL_ERROR", "message": "no disk"}`, "MLflow answers INTERNAL_ERROR: no disk"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				require.Equal(t, "Bearer secret", r.Header.Get("Authorization"))
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			defer server.Close()
			client, err := mlflow.New(server.URL)
			require.NoError(t, err)
			client.Token = "secret"
			_, err = client.Version(t.Context(), mlflow.Reference{Name: "churn", Version: "3"})
			require.ErrorContains(t, err, "asking for churn/3")
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "secret")
		})
	}
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	client, err := mlflow.New(server.URL)
	require.NoError(t, err)
	_, err = client.Version(t.Context(), mlflow.Reference{Name: "churn", Alias: "champion"})
	require.ErrorIs(t, err, mlflow.ErrUnreachable)
	require.ErrorContains(t, err, "asking for churn@champion: no MLflow server answers at "+server.URL+": start it")
}

// TestServerThatHangs wants a bound on the wait for a server that takes a request and never answers, and on one that stops in its answer.
func TestServerThatHangs(t *testing.T) {
	for name, begin := range map[string]string{"no answer": "", "half an answer": "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"} {
		t.Run(name, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			defer listener.Close()
			go func() {
				for {
					connection, err := listener.Accept()
					if err != nil {
						return
					}
					_, _ = connection.Write([]byte(begin))
					defer connection.Close()
				}
			}()
			client, err := mlflow.New("http://" + listener.Addr().String())
			require.NoError(t, err)
			require.Positive(t, client.HTTP.Timeout, "a client waits no longer than this")
			client.HTTP.Timeout = 100 * time.Millisecond
			_, err = client.Version(t.Context(), mlflow.Reference{Name: "churn", Alias: "champion"})
			require.ErrorIs(t, err, mlflow.ErrUnreachable)
			require.ErrorContains(t, err, "asking for churn@champion: no MLflow server answers at "+client.URL)
			require.ErrorContains(t, err, "or correct MLFLOW_TRACKING_URI")
		})
	}
}

func TestFindLocal(t *testing.T) {
	checkout := t.TempDir()
	below := filepath.Join(checkout, "models", "new")
	require.NoError(t, os.MkdirAll(below, 0o755))
	_, runs, err := mlflow.FindLocal(below)
	require.NoError(t, err)
	require.False(t, runs)
	file := mlflow.LocalFile(checkout)
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(`{"pid":7,"url":"http://127.0.0.1:5000","artifacts":"s3://a/b/"}`), 0o644))
	l, runs, err := mlflow.FindLocal(below)
	require.NoError(t, err)
	require.True(t, runs)
	require.Equal(t, mlflow.Local{Pid: 7, URL: "http://127.0.0.1:5000", Artifacts: "s3://a/b/"}, l)
	require.NoError(t, os.WriteFile(file, []byte(`{"pid":7}`), 0o644))
	_, _, err = mlflow.FindLocal(below)
	require.ErrorContains(t, err, "mlflow.json is damaged")
}
