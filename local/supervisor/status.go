// Package supervisor is the long-running process of the local stack: the Kubernetes control plane, the nodes and the load
// balancers. It is started by `up`, outlives it, and is stopped by `down`.
package supervisor

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"time"

	k8s "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/daemon"
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

// daemonOf is the supervisor of a checkout as a process.
func daemonOf(c checkout.Checkout) daemon.Daemon {
	return daemon.Daemon{Checkout: c, Name: "supervisor", Title: "the supervisor"}
}

// LogFile is where the supervisor writes its log.
func LogFile(c checkout.Checkout) string { return daemonOf(c).LogFile() }

// Running is the status of the checkout's supervisor; false when none is running, it is not ready yet, or its status file is damaged or
// tells of another process than the one that holds the lock.
func Running(c checkout.Checkout) (Status, bool) {
	pid, known := daemonOf(c).Process()
	if !known {
		return Status{}, false
	}
	data, err := os.ReadFile(daemonOf(c).StatusFile())
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
	if !daemon.IsProcess(s.Pid) || err != nil || endpoint.Host == "" || s.Kubeconfig == "" {
		return Status{}, fmt.Errorf("the supervisor's status is damaged: it has the process id %d, the endpoint %q and the kubeconfig %q", s.Pid,
			s.Endpoint, s.Kubeconfig)
	}
	return s, nil
}

// Stop ends the checkout's supervisor and everything that it started, and waits until it is gone; see [daemon.Daemon.Stop].
func Stop(c checkout.Checkout, within time.Duration) error { return daemonOf(c).Stop(within) }
