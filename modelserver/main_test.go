package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func environment(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestParseDefaults(t *testing.T) {
	o, err := parse(nil, environment(nil), io.Discard)
	require.NoError(t, err)
	require.Equal(t, options{
		address: ":8080", maxBodyBytes: 1 << 20, maxInFlight: 256, requestTimeout: 30 * time.Second, keepAlive: 75 * time.Second,
		shutdownTimeout: 20 * time.Second, logFormat: "json",
	}, o)
	require.Less(t, o.shutdownDelay+o.shutdownTimeout, 30*time.Second, "Kubernetes' default terminationGracePeriodSeconds")
}

func TestParseFlagsWinOverEnvironment(t *testing.T) {
	o, err := parse([]string{"--port", "9001", "--shutdown-delay=1s"}, environment(map[string]string{
		"PORT": "9000", "BIND_ADDRESS": "127.10.0.5", "MODEL_NAME": "churn", "MODEL_DIR": "models",
		"SHUTDOWN_DELAY": "0s", "SHUTDOWN_TIMEOUT": "2s", "MAX_BODY_BYTES": "99", "MAX_IN_FLIGHT": "7", "MAX_IN_FLIGHT_BYTES": "990",
		"MODEL_VERSION": "v7", "MODEL_LINEAGE": "name=churn", "REQUEST_TIMEOUT": "5m", "KEEP_ALIVE": "10m", "FAIL_PERCENT": "50",
	}), io.Discard)
	require.NoError(t, err)
	require.Equal(t, options{
		address: "127.10.0.5:9001", modelName: "churn", modelVersion: "v7", modelLineage: "name=churn", modelDir: "models", maxBodyBytes: 99, maxInFlight: 7,
		inFlightBytes: 990, failPercent: 50,
		requestTimeout: 5 * time.Minute, keepAlive: 10 * time.Minute,
		shutdownDelay: time.Second, shutdownTimeout: 2 * time.Second, logFormat: "json",
	}, o)
}

func TestParseReportsAllFaultsTogether(t *testing.T) {
	_, err := parse([]string{"--log-format", "xml", "extra"}, environment(map[string]string{
		"PORT": "eighty", "BIND_ADDRESS": "localhost", "MAX_BODY_BYTES": "0", "MAX_IN_FLIGHT": "0", "MAX_IN_FLIGHT_BYTES": "some",
		"SHUTDOWN_DELAY": "5", "LOG_LEVEL": "loud", "FAIL_PERCENT": "101",
		"MODEL_VERSION": "v7\r\nX: y", "MODEL_LINEAGE": "name=a b", "REQUEST_TIMEOUT": "-1s", "KEEP_ALIVE": "0s",
	}), io.Discard)
	require.EqualError(t, err, strings.Join([]string{
		`SHUTDOWN_DELAY: "5" is not a duration; allowed: a number with a unit, such as 5s or 500ms`,
		`"extra" is not a flag; see --help`,
		`port: "eighty" is not a TCP port; allowed: 0 to 65535`,
		`bind-address: "localhost" is not an IP address; allowed: such as 127.0.0.1, or empty for all`,
		`max-body-bytes: "0" is not a size; allowed: a whole number from 1`,
		`max-in-flight: "0" is not a number of predictions; allowed: a whole number from 1`,
		`max-in-flight-bytes: "some" is not a size that one body fits into; allowed: a whole number from max-body-bytes`,
		`model-version: "v7\r\nX: y" does not fit into a header; allowed: printable ASCII characters without blanks, such as 2026-11-24 or v7`,
		`model-lineage: "name=a b" does not fit into a header; allowed: pairs such as name=churn&version=3`,
		`fail-percent: "101" is not a percentage; allowed: a whole number from 0 to 100`,
		`request-timeout: -1s is negative; allowed: from 1ns, or 0s for no limit`,
		`keep-alive: 0s is too short; allowed: from 1ns, and more than the idle timeout of the load balancer`,
		`log-format: "xml" is unknown; allowed: json, text`,
		`log-level: "loud" is unknown; allowed: debug, info, warn, error`,
	}, "\n"))
	_, err = parse([]string{"--prot", "1"}, environment(nil), io.Discard)
	require.ErrorContains(t, err, "-prot")
}

func TestHelpNamesEveryVariable(t *testing.T) {
	var text strings.Builder
	err := run([]string{"--help"}, environment(nil), &text, nil)
	require.ErrorIs(t, err, flag.ErrHelp)
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for _, variable := range []string{
		"PORT", "BIND_ADDRESS", "MODEL_NAME", "MODEL_VERSION", "MODEL_LINEAGE", "MODEL_DIR", "MAX_BODY_BYTES", "MAX_IN_FLIGHT", "MAX_IN_FLIGHT_BYTES",
		"FAIL_PERCENT", "REQUEST_TIMEOUT", "KEEP_ALIVE", "SHUTDOWN_DELAY", "SHUTDOWN_TIMEOUT", "LOG_FORMAT", "LOG_LEVEL",
	} {
		require.Contains(t, text.String(), "["+variable+"]")
		require.Contains(t, string(readme), "`"+variable+"`")
	}
}

func TestVersion(t *testing.T) {
	var text strings.Builder
	require.NoError(t, run([]string{"--version"}, environment(nil), &text, nil))
	require.Equal(t, "dev\n", text.String())
}

// program runs in the background; its log is read record by record.
type program struct {
	signals chan os.Signal
	log     *bufio.Scanner
	result  chan error
}

func launch(t *testing.T, args ...string) *program {
	t.Helper()
	reader, writer := io.Pipe()
	p := &program{signals: make(chan os.Signal, 2), log: bufio.NewScanner(reader), result: make(chan error, 1)}
	t.Cleanup(func() { _ = reader.Close() })
	go func() {
		err := run(append([]string{"--bind-address", "127.0.0.1", "--port", "0"}, args...), environment(nil), writer, p.signals)
		p.result <- err
		_ = writer.Close()
	}()
	return p
}

// until reads the log up to a message and returns its record.
func (p *program) until(t *testing.T, message string) map[string]any {
	t.Helper()
	for p.log.Scan() {
		var record map[string]any
		require.NoError(t, json.Unmarshal(p.log.Bytes(), &record))
		if record["msg"] == message {
			return record
		}
	}
	require.Fail(t, "the log ended without "+message)
	return nil
}

func TestRunServesAndStopsOnSignal(t *testing.T) {
	p := launch(t, "--shutdown-delay", "0s", "--model-version", "v7")
	address, ok := p.until(t, "listening")["address"].(string)
	require.True(t, ok)
	p.until(t, "ready")
	go func() { // the log of the request and of the stop must be read for the program to go on
		for p.log.Scan() {
		}
	}()
	response, err := http.Post("http://"+address+"/v1/models/fraud-detection:predict", "",
		strings.NewReader(`{"instances": [1000, 45, 0.67]}`))
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, "{\"predictions\":[0.92]}\n", string(body))
	require.Equal(t, "v7", response.Header.Get("X-Model-Version"))
	p.signals <- syscall.SIGTERM
	require.NoError(t, <-p.result)
}

func TestSecondSignalEndsTheDelay(t *testing.T) {
	p := launch(t, "--shutdown-delay", "1h")
	p.until(t, "ready")
	p.signals <- syscall.SIGTERM
	p.until(t, "draining")
	p.signals <- syscall.SIGTERM
	for p.log.Scan() {
	}
	require.NoError(t, <-p.result)
}

func TestRunFailsOnUnknownModel(t *testing.T) {
	p := launch(t, "--model-dir", "internal/model/samples", "--model-name", "chrun")
	for p.log.Scan() {
	}
	require.ErrorContains(t, <-p.result, `loading models: there is no model "chrun"`)
}

func TestRunAnswersForAnyNameWithoutAFolder(t *testing.T) {
	p := launch(t, "--model-name", "credit-risk")
	require.Equal(t, "credit-risk", p.until(t, "the built-in models lack this name: the default model answers for it")["model"])
	require.Equal(t, []any{"credit-risk"}, p.until(t, "ready")["models"])
	p.signals <- syscall.SIGTERM
	for p.log.Scan() {
	}
	require.NoError(t, <-p.result)
}

func TestRunFailsOnABusyPort(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, listener.Close()) }()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	err = run([]string{"--bind-address", "127.0.0.1", "--port", port}, environment(nil), io.Discard, nil)
	require.ErrorContains(t, err, "choose another port with --port or PORT")
}
