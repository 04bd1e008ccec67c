package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/modelway/modelway/internal/load"
	"github.com/modelway/modelway/internal/localstore"
	"github.com/modelway/modelway/internal/loopback"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/promote"
)

// Gates that need the program of the serving image, with the versions of its lock file.
const (
	gateServing = "serving"
	gateGolden  = "golden"
	gateLatency = "latency"
)

var servingGates = []string{gateServing, gateGolden, gateLatency}

// loadTime bounds how long a model may take to load in the serving image: the longest that a model's file may ask for is more, and would be
// waited for by nobody here.
const loadTime = 5 * time.Minute

// listening is what the serving program logs when it answers, and told begins what it says at its end.
var (
	listening = regexp.MustCompile(`listening on (127\.0\.0\.1:\d+)`)
	told      = "modelway_mlflow: "
)

// serve asks the gates that need the serving program. None of them is asked where one before it refuses.
func (p promotion) serve(ctx context.Context, folder, text string, notes io.Writer) (all []promote.Verdict) {
	if slices.Contains(p.skip, gateServing) {
		return []promote.Verdict{{Gate: strings.Join(servingGates, ", "), Text: promote.SkippedText, Skipped: true}}
	}
	refuse := func(gate string, err error) []promote.Verdict {
		return append(all, promote.Verdict{Gate: gate, Text: err.Error(), Refused: true})
	}
	pass := func(gate, holds string) { all = append(all, promote.Verdict{Gate: gate, Text: holds}) }
	python, err := servingPython()
	if err != nil {
		return refuse(gateServing, err)
	}
	fmt.Fprintln(notes, "Loading the files with the program of the serving image")
	server, err := startServing(ctx, python, p.model, folder)
	if err != nil {
		return refuse(gateServing, err)
	}
	defer server.stop()
	pass(gateServing, "the files load in the environment of the serving image")
	golden, err := readGolden(folder)
	switch {
	case slices.Contains(p.skip, gateGolden):
		all = append(all, promote.Verdict{Gate: gateGolden, Text: promote.SkippedText, Skipped: true})
	case err != nil:
		return refuse(gateGolden, err)
	default:
		if err := server.compare(ctx, golden); err != nil {
			return refuse(gateGolden, err)
		}
		pass(gateGolden, fmt.Sprintf("answers are those of training, up to %g", promote.Tolerance))
	}
	switch {
	case slices.Contains(p.skip, gateLatency):
		return append(all, promote.Verdict{Gate: gateLatency, Text: promote.SkippedText, Skipped: true})
	case golden.Instances == nil:
		return append(all, promote.Verdict{Gate: gateLatency, Text: "not asked, since there are no golden instances to send", Skipped: true})
	}
	holds, err := p.hold(ctx, server, golden, text, notes)
	if err != nil {
		return refuse(gateLatency, err)
	}
	pass(gateLatency, holds)
	return all
}

// servingPython is the program of the environment with the versions of the serving image.
func servingPython() (path string, err error) {
	found, err := localstore.Above(".", func(checkout string) error {
		path = filepath.Join(checkout, ".modelway", "python", "bin", "python")
		_, err := os.Stat(path)
		return err
	})
	if err == nil && !found {
		err = fmt.Errorf("the environment of the serving image is not on this machine; fix: run `make python`, or --skip %s to promote what "+
			"nobody has loaded", gateServing)
	}
	return path, err
}

// server is the serving program with a model.
type server struct {
	url     string
	command *exec.Cmd
	ended   chan struct{}
}

// startServing starts the serving program and returns when it answers. The error is what the program says about the model.
func startServing(ctx context.Context, python, model, folder string) (*server, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, loadTime, fmt.Errorf("the model has not loaded within %s", loadTime))
	defer cancel()
	command := exec.Command(python, "-m", "modelway_mlflow", "--model_name="+model, "--model_dir="+folder, "--http_port=0")
	command.Env = append(os.Environ(), "BIND_ADDRESS=127.0.0.1", "PYTHONUNBUFFERED=1")
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C ends it in order
	output, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	command.Stdout, command.Stderr = write, write
	err = command.Start()
	_ = write.Close()
	if err != nil {
		return nil, err
	}
	s := &server{command: command, ended: make(chan struct{})}
	address, last := make(chan string, 1), make(chan string, 1)
	go func() { last <- read(output, address); _ = command.Wait(); close(s.ended) }()
	select {
	case at := <-address:
		s.url = "http://" + at + "/v1/models/" + model + ":predict"
		return s, nil
	case why := <-last:
		s.stop()
		return nil, errors.New(why)
	case <-ctx.Done():
		s.stop()
		return nil, context.Cause(ctx)
	}
}

// longest is how much of a line of the program is kept: progress bars end none.
const longest = 4096

// read sends the address on which a program listens, and returns what it said last: its own message where there is one.
func read(output io.ReadCloser, address chan<- string) string {
	defer output.Close()
	var lines []string
	for reader := bufio.NewReader(output); ; {
		line, err := reader.ReadString('\n')
		if line = strings.TrimRight(line, "\r\n"); err != nil && line == "" {
			break
		}
		line = line[:min(len(line), longest)]
		if found := listening.FindStringSubmatch(line); found != nil {
			address <- found[1]
		}
		if strings.HasPrefix(line, told) {
			lines = nil
		}
		if lines = append(lines, strings.TrimPrefix(line, told)); len(lines) > 20 {
			lines = lines[1:]
		}
	}
	return strings.Join(lines, "\n")
}

// stop ends the program.
func (s *server) stop() {
	_ = s.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
	case <-time.After(30 * time.Second):
		_ = s.command.Process.Kill()
		<-s.ended
	}
}

// readGolden reads the golden predictions of a model's files.
func readGolden(folder string) (g promote.Golden, err error) {
	text, err := readIfThere(filepath.Join(folder, promote.GoldenFile))
	if err == nil && text == nil {
		err = fmt.Errorf("the files have no %s; fix: log it with the model, as pipelines/fraud-detection does, or --skip %s", promote.GoldenFile,
			gateGolden)
	}
	if err == nil {
		err = json.Unmarshal(text, &g)
	}
	if err == nil && (g.Instances == nil || g.Predictions == nil) {
		err = fmt.Errorf("%s has not both instances and predictions; fix: log it again", promote.GoldenFile)
	}
	return g, err
}

// compare asks the program for the golden predictions.
func (s *server) compare(ctx context.Context, golden promote.Golden) error {
	body, err := json.Marshal(map[string]json.RawMessage{"instances": golden.Instances})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := (&http.Client{Timeout: time.Minute}).Do(request)
	if err != nil {
		return fmt.Errorf("asking for golden predictions: %w", err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	var answer struct {
		Predictions json.RawMessage `json:"predictions"`
	}
	if err := json.Unmarshal(text, &answer); err != nil || response.StatusCode != http.StatusOK {
		return fmt.Errorf("asked for golden predictions it answers %s: %.200s; fix: give the signature that the instances of %s have",
			response.Status, text, promote.GoldenFile)
	}
	if err := golden.Compare(answer.Predictions); err != nil {
		return fmt.Errorf("%w, and %g of it is allowed; fix: train with the library versions of the serving image", err, promote.Tolerance)
	}
	return nil
}

// hold sends requests at the stated rate, and compares the latency with the objective of the model's file.
func (p promotion) hold(ctx context.Context, s *server, golden promote.Golden, text string, notes io.Writer) (string, error) {
	objective := objectiveOf(modelspec.Default().SLO)
	if m, err := modelspec.Parse(p.file(), []byte(text)); err == nil {
		objective = objectiveOf(m.SLO)
	}
	if objective.Latency == 0 {
		objective.Latency = time.Second // p99Latency of a file that says nothing
	}
	body, err := json.Marshal(map[string]json.RawMessage{"instances": golden.Instances})
	if err != nil {
		return "", err
	}
	plan := load.Plan{URL: s.url, Method: http.MethodPost, Body: body, Rate: p.rate, For: p.period, InFlight: 500, Timeout: 30 * time.Second,
		Slow: objective.Latency}
	if err := plan.Check(); err != nil {
		return "", err
	}
	fmt.Fprintf(notes, "Sending it %d requests a second for %s\n", plan.Rate, plan.For)
	r := plan.Run(ctx, loopback.Dial, tellEvery, func(load.Result) {})
	measured := fmt.Sprintf("of %d requests at %d a second %d were answered, 99 of 100 within %s", r.Begun, plan.Rate, r.Good(),
		r.P99.Round(time.Millisecond))
	if r.Good() < r.Begun || r.P99 > objective.Latency {
		return "", fmt.Errorf("%s; allowed: all, within %s; fix: make the model faster, raise slo.latency, or state a rate that one replica "+
			"has to take with --rate", measured, objective.Latency)
	}
	return measured, nil
}
