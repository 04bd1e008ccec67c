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
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/gofrs/flock"
	k8s "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/kubelet"
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
	// Isolation says how volumes reach the processes of pods.
	Isolation kubelet.Isolation `json:"isolation"`
	// NotIsolated says why volumes are not at their real paths; empty where they are.
	NotIsolated string `json:"notIsolated"`
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

// Running is the status of the checkout's supervisor; false when none is running, it is not ready yet, or its status file is damaged or
// tells of another process than the one that holds the lock.
func Running(c checkout.Checkout) (Status, bool) {
	pid, known := process(c)
	if !known {
		return Status{}, false
	}
	data, err := os.ReadFile(statusFile(c))
	if err != nil {
		return Status{}, false
	}
	s, err := readStatus(data)
	return s, err == nil && s.Pid == pid
}

// readStatus reads the status file. It refuses a damaged one, above all one without the id of a process: a signal to process 0 or -1 goes
// to many.
func readStatus(data []byte) (Status, error) {
	var s Status
	if err := json.Unmarshal(data, &s); err != nil {
		return Status{}, fmt.Errorf("reading the supervisor's status: %w", err)
	}
	endpoint, err := url.Parse(s.Endpoint)
	if !isProcess(s.Pid) || err != nil || endpoint.Host == "" || s.Kubeconfig == "" {
		return Status{}, fmt.Errorf("the supervisor's status is damaged: it has the process id %d, the endpoint %q and the kubeconfig %q", s.Pid,
			s.Endpoint, s.Kubeconfig)
	}
	return s, nil
}

// isProcess says whether a number can be that of the supervisor. To kill, 0 and negative numbers are process groups, the caller's own
// among them, and 1 is the first process of the machine.
func isProcess(pid int) bool { return pid > 1 }

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

// process is the number of the living supervisor, as its lock tells; false when it does not, or when that process does not hold the lock.
func process(c checkout.Checkout) (int, bool) {
	if !locked(c) {
		return 0, false
	}
	data, err := os.ReadFile(lockFile(c))
	if err != nil {
		return 0, false
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(data)))
	return pid, err == nil && isProcess(pid) && opens(pid, lockFile(c))
}

// opens says whether a process has a file open, as who holds its lock has. Where the system does not tell, as without /proc, it holds.
func opens(pid int, path string) bool {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		return true
	}
	file, err := os.Stat(path)
	if err != nil {
		return false
	}
	links, _ := filepath.Glob(filepath.Join("/proc", strconv.Itoa(pid), "fd", "*")) // fails for a faulty pattern only
	return slices.ContainsFunc(links, func(link string) bool {
		open, err := os.Stat(link)
		return err == nil && os.SameFile(open, file)
	})
}

// Stop ends the checkout's supervisor and everything that it started, and waits until it is gone. It returns at once when
// none is running, and with an error when it had to be killed, or when nothing tells which process it is.
func Stop(c checkout.Checkout, within time.Duration) error {
	asked := 0
	for deadline := time.Now().Add(within); locked(c) && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		pid, known := process(c)
		if !known || pid == asked {
			continue // it is starting, or ending
		}
		if err := syscall.Kill(pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stopping the supervisor (process %d): %w", pid, err)
		}
		asked = pid
	}
	if !locked(c) {
		return nil
	}
	pid, known := process(c)
	if !known {
		return fmt.Errorf("the supervisor did not stop within %s, and %s does not tell its process: end the process that `fuser %s` names, and "+
			"run the command again",
			within, lockFile(c), lockFile(c))
	}
	_ = syscall.Kill(pid, syscall.SIGKILL)
	return fmt.Errorf("the supervisor (process %d) did not stop within %s and was killed; its log is %s. Run the command again", pid, within,
		LogFile(c))
}
