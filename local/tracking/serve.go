package tracking

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/localstore"
	"github.com/modelway/modelway/internal/mlflow"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/durable"
	"github.com/modelway/modelway/local/port"
	"github.com/modelway/modelway/local/process"
	"github.com/modelway/modelway/local/supervisor"
)

//go:embed server.py
var server string

// Serve keeps the server running until ctx ends. It fails when the server does not begin to answer.
func Serve(ctx context.Context, c checkout.Checkout, o Options) error {
	d := daemonOf(c)
	unlock, err := d.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	log := slog.New(slog.NewTextHandler(os.Stdout, nil))
	for _, folder := range []string{Folder(c), c.Logs()} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	number, err := choosePort(c)
	if err != nil {
		return err
	}
	l := mlflow.Local{Pid: os.Getpid(), URL: "http://127.0.0.1:" + strconv.Itoa(number), Artifacts: o.Artifacts}
	ended, settled := make(chan error, 1), make(chan struct{})
	program, err := process.Start(process.Program{
		Name: "mlflow server", Path: o.Python, Args: arguments(c, number, o.Artifacts), Env: Environment(c, l.URL), Log: LogFile(c),
	}, process.Supervision{Settled: settled, Ended: ended, Report: func(line string) { log.Warn(line) }})
	if err != nil {
		return err
	}
	defer program.Stop(stopTime / 2)
	if err := await(ctx, l.URL, ended); err != nil {
		return err
	}
	close(settled)
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	if err := durable.WriteFile(d.StatusFile(), text, 0o644); err != nil {
		return err
	}
	defer os.Remove(d.StatusFile())
	log.Info("ready", "url", l.URL)
	<-ctx.Done()
	log.Info("stopped")
	return nil
}

// await returns when the server answers, or its end, or that of ctx.
func await(ctx context.Context, url string, ended <-chan error) error {
	for {
		err := healthy(ctx, url)
		if err == nil {
			return nil
		}
		select {
		case err := <-ended:
			return err
		case <-ctx.Done():
			return fmt.Errorf("%w (last answer: %w)", context.Cause(ctx), err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// choosePort is the port that the checkout's server had before, or a free one where that is taken.
func choosePort(c checkout.Checkout) (int, error) {
	file := filepath.Join(Folder(c), "port")
	if used, err := supervisor.ReadPort(file); err == nil && port.Free(used) {
		return used, nil
	}
	free, err := port.Choose()
	if err != nil {
		return 0, err
	}
	return free, durable.WriteFile(file, []byte(strconv.Itoa(free)+"\n"), 0o644)
}

// arguments are those of Python. Clients write artifacts themselves: what the server passed on would have addresses that KServe cannot
// read.
func arguments(c checkout.Checkout, port int, artifacts string) []string {
	return []string{"-c", server, "--host", "127.0.0.1", "--port", strconv.Itoa(port), "--workers", "1",
		"--backend-store-uri", "sqlite:///" + filepath.Join(Folder(c), "mlflow.db"),
		"--no-serve-artifacts", "--default-artifact-root", artifacts}
}

// Environment is that of the server and of its clients in Python: S3 is that of the local stack, where it is up.
func Environment(c checkout.Checkout, url string) []string {
	all := append(os.Environ(), "MLFLOW_TRACKING_URI="+url, "MLFLOW_DISABLE_TELEMETRY=true", "DO_NOT_TRACK=true",
		"MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false", // seven processes of 240 MB
		"GIT_PYTHON_REFRESH=quiet", "PYTHONUNBUFFERED=1")
	for _, name := range []string{"NO_PROXY", "no_proxy"} { // its own programs are on this machine
		all = append(all, name+"="+strings.Trim(os.Getenv(name)+",127.0.0.1,localhost", ","))
	}
	if s, err := localstore.Read(c.Root); err == nil {
		all = append(all, "MLFLOW_S3_ENDPOINT_URL="+s.Endpoint, "AWS_ENDPOINT_URL_S3="+s.Endpoint, "AWS_REGION="+s.Region,
			"AWS_ACCESS_KEY_ID="+s.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+s.SecretAccessKey, "AWS_SESSION_TOKEN=")
	}
	return all
}
