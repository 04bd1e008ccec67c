// Package supervisor is the long-running process of the local stack: the Kubernetes control plane, the nodes and the load
// balancers. It is started by `up`, outlives it, and is stopped by `down`.
package supervisor

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/gofrs/flock"
	k8s "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/modelway/modelway/local/checkout"
)

// Status is what the running supervisor tells the other commands.
type Status struct {
	// Pid is the supervisor's process id.
	Pid int `json:"pid"`
	// Endpoint is the URL of the Kubernetes API server.
	Endpoint string `json:"endpoint"`
	// CertificateAuthority is the API server's CA: PEM, base64 encoded.
	CertificateAuthority string `json:"certificateAuthority"`
	// External says that the cluster is the user's own, named by KUBECONFIG.
	External bool `json:"external"`
	// Kubeconfig is the path of a kubeconfig with an administrator's rights.
	Kubeconfig string `json:"kubeconfig"`
}

// Client is a client of the cluster with an administrator's rights.
func (s Status) Client() (k8s.Interface, error) {
	config, err := clientcmd.BuildConfigFromFlags("", s.Kubeconfig)
	if err != nil {
		return nil, err
	}
	return k8s.NewForConfig(config)
}

func statusFile(c checkout.Checkout) string { return c.State("run", "supervisor.json") }
func lockFile(c checkout.Checkout) string   { return c.State("run", "supervisor.lock") }

// LogFile is where the supervisor writes its log.
func LogFile(c checkout.Checkout) string { return filepath.Join(c.Logs(), "supervisor.log") }

// Running is the status of the checkout's supervisor; false when none is running or it is not ready yet.
func Running(c checkout.Checkout) (Status, bool) {
	if !locked(c) {
		return Status{}, false
	}
	data, err := os.ReadFile(statusFile(c))
	if err != nil {
		return Status{}, false
	}
	s, err := readStatus(data)
	return s, err == nil
}

// readStatus reads the status file. It refuses a damaged one, above all one without the id of a process: a signal to process 0 or -1 goes to
// many.
func readStatus(data []byte) (Status, error) {
	var s Status
	if err := json.Unmarshal(data, &s); err != nil {
		return Status{}, fmt.Errorf("reading the supervisor's status: %w", err)
	}
	endpoint, err := url.Parse(s.Endpoint)
	if s.Pid <= 1 || err != nil || endpoint.Host == "" || s.Kubeconfig == "" {
		return Status{}, fmt.Errorf("the supervisor's status is damaged: it has the process id %d, the endpoint %q and the kubeconfig %q", s.Pid, s.Endpoint, s.Kubeconfig)
	}
	return s, nil
}

// locked says whether a supervisor is alive: it holds its lock for as long as it lives, however it ends.
func locked(c checkout.Checkout) bool {
	if _, err := os.Stat(lockFile(c)); err != nil {
		return false
	}
	lock := flock.New(lockFile(c))
	free, err := lock.TryRLock()
	if free {
		_ = lock.Unlock()
	}
	return err == nil && !free
}

// Stop ends the checkout's supervisor and everything that it started, and waits until it is gone. It returns at once when
// none is running.
func Stop(c checkout.Checkout, within time.Duration) error {
	status, ok := Running(c)
	if !ok && !locked(c) {
		return nil
	}
	if ok {
		if err := syscall.Kill(status.Pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stopping the supervisor (process %d): %w", status.Pid, err)
		}
	}
	for deadline := time.Now().Add(within); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if !locked(c) {
			return nil
		}
	}
	if !ok {
		return fmt.Errorf("the supervisor runs, and %s does not tell its process id: end it with `fuser --kill %s`, and repeat the command",
			statusFile(c), lockFile(c))
	}
	_ = syscall.Kill(status.Pid, syscall.SIGKILL)
	return fmt.Errorf("the supervisor (process %d) did not stop within %s and was killed; its log is %s", status.Pid, within, LogFile(c))
}
