package nodes

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/labels"
	listers "k8s.io/client-go/listers/discovery/v1"

	"github.com/modelway/modelway/local/kubelet"
)

// hosts keeps a file in the form of /etc/hosts in which the names of Services lead to the ready pods behind them, in place of the DNS of a
// cluster. There are no cluster IPs, so that a port of a pod is reached by its own number, whatever that of the Service is.
type hosts struct {
	path    string
	slices  listers.EndpointSliceLister
	seen    uint64 // the changes that the file follows
	written string // "" before the first time
}

// machineHosts has the names that this machine knows itself.
const machineHosts = "/etc/hosts"

// follow brings the file up to date where anything has changed. It is written in place, since containers have mounted it.
func (h *hosts) follow(changes uint64, local func(node string) bool) error {
	if h.written != "" && h.seen == changes {
		return nil
	}
	all, _ := h.slices.List(labels.Everything()) // a cache cannot fail
	own, err := os.ReadFile(machineHosts)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("reading the names that this machine knows: %w", err)
	}
	text := string(own) + "\n" + namesOf(all, local)
	if text != h.written {
		if err := overwrite(h.path, text); err != nil {
			return fmt.Errorf("writing the names of Services for pods: %w", err)
		}
	}
	h.seen, h.written = changes, text
	return nil
}

// overwrite replaces the content of a file, which stays the same file. The old end goes last, so that no name is missing meanwhile that is
// in both.
func overwrite(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Truncate(int64(len(text))), file.Close())
}

// namesOf are lines of an address and the names of the Service that it belongs to, of the ready pods on nodes of this machine.
func namesOf(all []*discoveryv1.EndpointSlice, local func(node string) bool) string {
	var lines []string
	for _, slice := range all {
		service := slice.Labels[discoveryv1.LabelServiceName]
		if service == "" || slice.AddressType != discoveryv1.AddressTypeIPv4 {
			continue
		}
		name := service + "." + slice.Namespace
		for _, endpoint := range slice.Endpoints {
			ready := endpoint.Conditions.Ready == nil || *endpoint.Conditions.Ready
			if !ready || endpoint.NodeName == nil || !local(*endpoint.NodeName) {
				continue
			}
			for _, address := range endpoint.Addresses {
				lines = append(lines, fmt.Sprintf("%s %s %[2]s.svc %[2]s.svc.cluster.local\n", kubelet.Loopback(address), name))
			}
		}
	}
	slices.Sort(lines)
	return strings.Join(slices.Compact(lines), "")
}

// isLocal says whether a node is one of this package's.
func (m *machines) isLocal(node string) bool {
	return m.nodeOf(&corev1.Pod{Spec: corev1.PodSpec{NodeName: node}}) != nil
}
