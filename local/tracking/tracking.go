// Package tracking runs the MLflow server of a checkout: `make train` starts it, it outlives the command, is started again when it ends on
// its own, and is stopped by `modelway down`. Its database and, unless they are in S3, its artifacts are in the state folder.
package tracking

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/modelway/modelway/internal/mlflow"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/daemon"
)

// startTime bounds the start: 22 to 40 seconds on two cores with nothing else to do, and several times that beside a build.
const startTime = 5 * time.Minute

// requestTime bounds one question whether the server works.
const requestTime = 5 * time.Second

func daemonOf(c checkout.Checkout) daemon.Daemon {
	return daemon.Daemon{Checkout: c, Name: "mlflow", Title: "the MLflow server"}
}

// Options say how a server is started.
type Options struct {
	// Python is the program of an environment that has MLflow. Required.
	Python string
	// Artifacts is where new experiments keep their files: an address in S3, or "" for a folder of the checkout.
	Artifacts string
}

// Folder is where the server keeps its database.
func Folder(c checkout.Checkout) string { return c.State("mlflow") }

// LogFile is the log of the server itself.
func LogFile(c checkout.Checkout) string { return c.State("logs", "mlflow-server.log") }

// Running is how the checkout's server is reached; false when it does not run, or is not ready yet.
func Running(c checkout.Checkout) (mlflow.Local, bool) {
	pid, known := daemonOf(c).Process()
	if !known {
		return mlflow.Local{}, false
	}
	l, err := mlflow.ReadLocal(daemonOf(c).StatusFile())
	return l, err == nil && l.Pid == pid
}

// Start makes sure that the checkout's server runs and answers, and returns how it is reached. The error says what was waited for, or that
// the server that runs keeps its artifacts elsewhere.
func Start(ctx context.Context, c checkout.Checkout, o Options) (mlflow.Local, error) {
	if o.Artifacts == "" {
		o.Artifacts = c.State("mlflow", "artifacts")
	}
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	if l, ok := Running(c); ok {
		if l.Artifacts != o.Artifacts {
			return l, fmt.Errorf("the MLflow server that runs keeps artifacts in %s, and not in %s: leave ARTIFACTS out, or stop it and "+
				"remove its versions with `modelway down`", l.Artifacts, o.Artifacts)
		}
		if err := await(ctx, l.URL, nil); err != nil { // it is started again
			return l, fmt.Errorf("waiting for the MLflow server to answer: %w; its log is %s", err, LogFile(c))
		}
		return l, nil
	}
	d := daemonOf(c)
	if err := d.Stop(stopTime); err != nil { // one that was left while it started
		return mlflow.Local{}, err
	}
	ended, err := d.Start("mlflow", "--python", o.Python, "--artifacts", o.Artifacts)
	if err != nil {
		return mlflow.Local{}, err
	}
	for {
		if l, ok := Running(c); ok {
			return l, nil
		}
		select {
		case <-ctx.Done():
			waited := fmt.Errorf("waiting for the MLflow server to answer: %w; its log is %s", context.Cause(ctx), LogFile(c))
			return mlflow.Local{}, errors.Join(waited, d.Stop(stopTime))
		case err := <-ended:
			return mlflow.Local{}, d.Ended(err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// stopTime is how long a server may take to stop.
const stopTime = 30 * time.Second

// Stop ends the checkout's server, and waits until it is gone.
func Stop(c checkout.Checkout) error { return daemonOf(c).Stop(stopTime) }

// healthy asks a server whether it works.
func healthy(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/health", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("the MLflow server at %s does not answer: %w", url, err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the MLflow server at %s answers %s", url, response.Status)
	}
	return nil
}
