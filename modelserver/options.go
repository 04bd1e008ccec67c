package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"regexp"
	"strconv"
	"time"

	"github.com/modelway/modelway/modelserver/internal/server"
)

// options of the program. Each has a flag and an environment variable; the flag wins.
type options struct {
	address         string
	modelName       string
	modelVersion    string
	modelDir        string
	maxBodyBytes    int64
	maxInFlight     int
	inFlightBytes   int64
	requestTimeout  time.Duration
	keepAlive       time.Duration
	shutdownDelay   time.Duration
	shutdownTimeout time.Duration
	logFormat       string
	logLevel        slog.Level
	version         bool
}

const usage = `modelserver answers predictions over HTTP in the KServe V1 protocol.

    GET  /v1/models                   the models
    GET  /v1/models/<name>            200 when the model is ready, else 503
    POST /v1/models/<name>:predict    {"instances": [[...], ...]} -> {"predictions": [...]}
    GET  /metrics                     Prometheus metrics
    GET  /healthz                     200 while the process is alive

Flags, each with its environment variable in brackets; a flag wins:
`

// versionForm is what a header value can be here: visible ASCII characters.
var versionForm = regexp.MustCompile(`^[!-~]+$`)

// parse reads flags and environment, reporting every fault together. It returns flag.ErrHelp when help was asked for and
// printed.
func parse(args []string, getenv func(string) string, output io.Writer) (options, error) {
	var o options
	var port, bind, level, maxBody, inFlight, inFlightBytes string
	flags := flag.NewFlagSet("modelserver", flag.ContinueOnError)
	flags.Usage = func() {} // printed below, when asked for
	var faults []error
	text := func(target *string, name, variable, value, help string) {
		if given := getenv(variable); given != "" {
			value = given
		}
		flags.StringVar(target, name, value, help+" ["+variable+"]")
	}
	duration := func(target *time.Duration, name, variable string, value time.Duration, help string) {
		if given := getenv(variable); given != "" {
			parsed, err := time.ParseDuration(given)
			if err != nil {
				faults = append(faults, fmt.Errorf("%s: %q is not a duration; allowed: a number with a unit, such as 5s or 500ms", variable, given))
			}
			value = parsed
		}
		flags.DurationVar(target, name, value, help+" ["+variable+"]")
	}
	text(&port, "port", "PORT", "8080", "TCP port to listen on; 0 takes a free one")
	text(&bind, "bind-address", "BIND_ADDRESS", "", "IP address to listen on; empty for all")
	text(&o.modelName, "model-name", "MODEL_NAME", "", "serve this model alone; empty for every model found")
	text(&o.modelVersion, "model-version", "MODEL_VERSION", "", "value of the header X-Model-Version in every answer for a model; empty for no such header")
	text(&o.modelDir, "model-dir", "MODEL_DIR", "", "folder with model files (*.json); empty for the built-in samples")
	text(&o.logFormat, "log-format", "LOG_FORMAT", "json", "json or text")
	text(&level, "log-level", "LOG_LEVEL", "info", "debug, info, warn or error; GET requests are logged at debug")
	text(&maxBody, "max-body-bytes", "MAX_BODY_BYTES", strconv.Itoa(server.DefaultMaxBodyBytes), "largest body of a prediction, in bytes")
	text(&inFlight, "max-in-flight", "MAX_IN_FLIGHT", strconv.Itoa(server.DefaultMaxInFlight), "predictions worked on at a time; more are answered with 503")
	text(&inFlightBytes, "max-in-flight-bytes", "MAX_IN_FLIGHT_BYTES", "", "sum of their bodies, in bytes; empty for "+strconv.Itoa(server.DefaultMaxInFlightBytes)+", or the largest body where that is more")
	duration(&o.requestTimeout, "request-timeout", "REQUEST_TIMEOUT", server.DefaultRequestTimeout, "longest time to read a request, and from its header to the end of the answer; 0s for no limit")
	duration(&o.keepAlive, "keep-alive", "KEEP_ALIVE", server.DefaultKeepAlive, "how long an idle connection is kept; longer than the idle timeout of the load balancer in front")
	duration(&o.shutdownDelay, "shutdown-delay", "SHUTDOWN_DELAY", 0, "after SIGTERM, time to go on serving while load balancers see that the models are not ready; a preStop hook does the same")
	duration(&o.shutdownTimeout, "shutdown-timeout", "SHUTDOWN_TIMEOUT", 20*time.Second, "after that delay, time for requests in flight to finish")
	flags.BoolVar(&o.version, "version", false, "print the version and exit")
	flags.SetOutput(io.Discard)
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		flags.SetOutput(output)
		fmt.Fprint(output, usage)
		flags.PrintDefaults()
	}
	if err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		faults = append(faults, fmt.Errorf("%q is not a flag; see --help", flags.Arg(0)))
	}

	if number, err := strconv.ParseUint(port, 10, 16); err != nil {
		faults = append(faults, fmt.Errorf("port: %q is not a TCP port; allowed: 0 to 65535", port))
	} else {
		o.address = net.JoinHostPort(bind, strconv.FormatUint(number, 10))
	}
	if bind != "" && net.ParseIP(bind) == nil {
		faults = append(faults, fmt.Errorf("bind-address: %q is not an IP address; allowed: such as 127.0.0.1, or empty for all", bind))
	}
	if o.maxBodyBytes, err = strconv.ParseInt(maxBody, 10, 64); err != nil || o.maxBodyBytes < 1 {
		faults = append(faults, fmt.Errorf("max-body-bytes: %q is not a size; allowed: a whole number from 1", maxBody))
	}
	if o.maxInFlight, err = strconv.Atoi(inFlight); err != nil || o.maxInFlight < 1 {
		faults = append(faults, fmt.Errorf("max-in-flight: %q is not a number of predictions; allowed: a whole number from 1", inFlight))
	}
	if inFlightBytes != "" {
		if o.inFlightBytes, err = strconv.ParseInt(inFlightBytes, 10, 64); err != nil || o.inFlightBytes < max(o.maxBodyBytes, 1) {
			faults = append(faults, fmt.Errorf("max-in-flight-bytes: %q is not a size that one body fits into; allowed: a whole number from max-body-bytes", inFlightBytes))
		}
	}
	if o.modelVersion != "" && !versionForm.MatchString(o.modelVersion) {
		faults = append(faults, fmt.Errorf("model-version: %q does not fit into a header; allowed: printable ASCII characters without blanks, such as 2026-11-24 or v7", o.modelVersion))
	}
	if o.requestTimeout < 0 {
		faults = append(faults, fmt.Errorf("request-timeout: %s is negative; allowed: from 1ns, or 0s for no limit", o.requestTimeout))
	}
	if o.keepAlive <= 0 {
		faults = append(faults, fmt.Errorf("keep-alive: %s is too short; allowed: from 1ns, and more than the idle timeout of the load balancer", o.keepAlive))
	}
	if o.shutdownDelay < 0 || o.shutdownTimeout < 0 {
		faults = append(faults, errors.New("shutdown-delay and shutdown-timeout must not be negative"))
	}
	if o.logFormat != "json" && o.logFormat != "text" {
		faults = append(faults, fmt.Errorf("log-format: %q is unknown; allowed: json, text", o.logFormat))
	}
	if err := o.logLevel.UnmarshalText([]byte(level)); err != nil {
		faults = append(faults, fmt.Errorf("log-level: %q is unknown; allowed: debug, info, warn, error", level))
	}
	return o, errors.Join(faults...)
}

// logger returns the program's log.
func (o options) logger(output io.Writer) *slog.Logger {
	settings := &slog.HandlerOptions{Level: o.logLevel}
	if o.logFormat == "text" {
		return slog.New(slog.NewTextHandler(output, settings))
	}
	return slog.New(slog.NewJSONHandler(output, settings))
}
