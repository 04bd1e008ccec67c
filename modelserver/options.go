package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
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
	modelLineage    string
	modelDir        string
	maxBodyBytes    int64
	maxInFlight     int
	inFlightBytes   int64
	failPercent     int
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
	p := &parser{getenv: getenv, flags: flag.NewFlagSet("modelserver", flag.ContinueOnError)}
	p.flags.Usage = func() {} // printed below, when asked for
	p.define()
	p.flags.SetOutput(io.Discard)
	err := p.flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		p.flags.SetOutput(output)
		fmt.Fprint(output, usage)
		p.flags.PrintDefaults()
	}
	if err != nil {
		return p.options, err
	}
	if p.flags.NArg() > 0 {
		p.fault("%q is not a flag; see --help", p.flags.Arg(0))
	}
	p.checkAddress()
	p.checkBodies()
	p.checkVersion()
	p.checkFailures()
	p.checkTimes()
	p.checkLog()
	return p.options, errors.Join(p.faults...)
}

// parser reads the options and collects the faults.
type parser struct {
	options
	getenv func(string) string
	flags  *flag.FlagSet
	faults []error
	// given are options as they were written.
	given struct{ port, bind, level, maxBody, inFlight, inFlightBytes, fail string }
}

func (p *parser) fault(format string, args ...any) {
	p.faults = append(p.faults, fmt.Errorf(format, args...))
}

// text defines an option that is read as it is.
func (p *parser) text(target *string, name, variable, value, help string) {
	if given := p.getenv(variable); given != "" {
		value = given
	}
	p.flags.StringVar(target, name, value, help+" ["+variable+"]")
}

func (p *parser) duration(target *time.Duration, name, variable string, value time.Duration, help string) {
	if given := p.getenv(variable); given != "" {
		parsed, err := time.ParseDuration(given)
		if err != nil {
			p.fault("%s: %q is not a duration; allowed: a number with a unit, such as 5s or 500ms", variable, given)
		}
		value = parsed
	}
	p.flags.DurationVar(target, name, value, help+" ["+variable+"]")
}

func (p *parser) define() {
	p.text(&p.given.port, "port", "PORT", "8080", "TCP port to listen on; 0 takes a free one")
	p.text(&p.given.bind, "bind-address", "BIND_ADDRESS", "", "IP address to listen on; empty for all")
	p.text(&p.modelName, "model-name", "MODEL_NAME", "", "serve this model alone; empty for every model found")
	p.text(&p.modelVersion, "model-version", "MODEL_VERSION", "",
		"value of the header X-Model-Version in every answer for a model; empty for no such header")
	p.text(&p.modelLineage, "model-lineage", "MODEL_LINEAGE", "",
		"value of the header X-Model-Lineage in every answer for a model, as in name=churn&version=3; empty for no such header")
	p.text(&p.modelDir, "model-dir", "MODEL_DIR", "", "folder with model files (*.json); empty for the built-in samples")
	p.text(&p.logFormat, "log-format", "LOG_FORMAT", "json", "json or text")
	p.text(&p.given.level, "log-level", "LOG_LEVEL", "info", "debug, info, warn or error; GET requests are logged at debug")
	p.text(&p.given.maxBody, "max-body-bytes", "MAX_BODY_BYTES", strconv.Itoa(server.DefaultMaxBodyBytes),
		"largest body of a prediction, in bytes")
	p.text(&p.given.inFlight, "max-in-flight", "MAX_IN_FLIGHT", strconv.Itoa(server.DefaultMaxInFlight),
		"predictions worked on at a time; more are answered with 503")
	p.text(&p.given.inFlightBytes, "max-in-flight-bytes", "MAX_IN_FLIGHT_BYTES", "",
		"sum of their bodies, in bytes; empty for "+strconv.Itoa(server.DefaultMaxInFlightBytes)+", or the largest body where that is more")
	p.text(&p.given.fail, "fail-percent", "FAIL_PERCENT", "0",
		"percentage of predictions that are answered with 500, evenly, so that alerts and error budgets can be tried; 0 to 100")
	p.duration(&p.requestTimeout, "request-timeout", "REQUEST_TIMEOUT", server.DefaultRequestTimeout,
		"longest time to read a request, and from its header to the end of the answer; 0s for no limit")
	p.duration(&p.keepAlive, "keep-alive", "KEEP_ALIVE", server.DefaultKeepAlive,
		"how long an idle connection is kept; longer than the idle timeout of the load balancer in front")
	p.duration(&p.shutdownDelay, "shutdown-delay", "SHUTDOWN_DELAY", 0,
		"after SIGTERM, time to go on serving while load balancers see that the models are not ready; a preStop hook does the same")
	p.duration(&p.shutdownTimeout, "shutdown-timeout", "SHUTDOWN_TIMEOUT", 20*time.Second,
		"after that delay, time for requests in flight to finish")
	p.flags.BoolVar(&p.version, "version", false, "print the version and exit")
}

func (p *parser) checkAddress() {
	if number, err := strconv.ParseUint(p.given.port, 10, 16); err != nil {
		p.fault("port: %q is not a TCP port; allowed: 0 to 65535", p.given.port)
	} else {
		p.address = net.JoinHostPort(p.given.bind, strconv.FormatUint(number, 10))
	}
	if p.given.bind != "" && net.ParseIP(p.given.bind) == nil {
		p.fault("bind-address: %q is not an IP address; allowed: such as 127.0.0.1, or empty for all", p.given.bind)
	}
}

func (p *parser) checkBodies() {
	var err error
	if p.maxBodyBytes, err = strconv.ParseInt(p.given.maxBody, 10, 64); err != nil || p.maxBodyBytes < 1 {
		p.fault("max-body-bytes: %q is not a size; allowed: a whole number from 1", p.given.maxBody)
	}
	if p.maxInFlight, err = strconv.Atoi(p.given.inFlight); err != nil || p.maxInFlight < 1 {
		p.fault("max-in-flight: %q is not a number of predictions; allowed: a whole number from 1", p.given.inFlight)
	}
	if p.given.inFlightBytes == "" {
		return
	}
	p.inFlightBytes, err = strconv.ParseInt(p.given.inFlightBytes, 10, 64)
	if err != nil || p.inFlightBytes < max(p.maxBodyBytes, 1) {
		p.fault("max-in-flight-bytes: %q is not a size that one body fits into; allowed: a whole number from max-body-bytes",
			p.given.inFlightBytes)
	}
}

func (p *parser) checkVersion() {
	if p.modelVersion != "" && !versionForm.MatchString(p.modelVersion) {
		p.fault("model-version: %q does not fit into a header; allowed: printable ASCII characters without blanks, such as 2026-11-24 or v7",
			p.modelVersion)
	}
	if _, err := url.ParseQuery(p.modelLineage); err != nil || p.modelLineage != "" && !versionForm.MatchString(p.modelLineage) {
		p.fault("model-lineage: %q does not fit into a header; allowed: pairs such as name=churn&version=3", p.modelLineage)
	}
}

func (p *parser) checkFailures() {
	var err error
	if p.failPercent, err = strconv.Atoi(p.given.fail); err != nil || p.failPercent < 0 || p.failPercent > 100 {
		p.fault("fail-percent: %q is not a percentage; allowed: a whole number from 0 to 100", p.given.fail)
	}
}

func (p *parser) checkTimes() {
	if p.requestTimeout < 0 {
		p.fault("request-timeout: %s is negative; allowed: from 1ns, or 0s for no limit", p.requestTimeout)
	}
	if p.keepAlive <= 0 {
		p.fault("keep-alive: %s is too short; allowed: from 1ns, and more than the idle timeout of the load balancer", p.keepAlive)
	}
	if p.shutdownDelay < 0 || p.shutdownTimeout < 0 {
		p.fault("shutdown-delay and shutdown-timeout must not be negative")
	}
}

func (p *parser) checkLog() {
	if p.logFormat != "json" && p.logFormat != "text" {
		p.fault("log-format: %q is unknown; allowed: json, text", p.logFormat)
	}
	if err := p.logLevel.UnmarshalText([]byte(p.given.level)); err != nil {
		p.fault("log-level: %q is unknown; allowed: debug, info, warn, error", p.given.level)
	}
}

// logger returns the program's log.
func (o options) logger(output io.Writer) *slog.Logger {
	settings := &slog.HandlerOptions{Level: o.logLevel}
	if o.logFormat == "text" {
		return slog.New(slog.NewTextHandler(output, settings))
	}
	return slog.New(slog.NewJSONHandler(output, settings))
}
