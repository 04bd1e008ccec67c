// Package kubelet runs pods as processes of this machine, as their author wrote them: command and arguments, environment, volumes, init
// containers, probes, hooks and restarts. An image stands for a program here; a container whose image has none runs nothing, and its pod
// says so in the condition [RunsCondition].
//
// Where the system allows it, a process has a mount namespace, in which volumes are at their real paths; see [Isolation]. It gets the
// container's environment and nothing else of the machine's. Resource limits, users, capabilities and network policies are not enforced.
package kubelet

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/modelway/modelway/local/durable"
)

// Config says how pods run. Client, Attach, Dir, LogDir and Log are required.
type Config struct {
	// Client reaches the API server with rights over pods, their ConfigMaps and Secrets, and tokens of service accounts.
	Client kubernetes.Interface
	// APIServer is the URL at which pods reach the API server. Default: none, and they are not told of one.
	APIServer string
	// Programs tells which program an image stands for. Default: none for any.
	Programs Programs
	// Admit returns a pod as the cluster's webhooks would have made it, with more variables, volumes and mounts; the given one stays as it
	// is. Default: the pod itself.
	Admit func(*corev1.Pod) *corev1.Pod
	// Attach returns the address of a pod, whose ports are those of [Kubelet.Ports].
	Attach func(*corev1.Pod) (string, error)
	// Dir is the folder for the files of running pods: volumes, and what processes write into folders of their own.
	Dir string
	// LogDir is the folder below which [LogFile] receives the output of processes.
	LogDir string
	// Hosts is the file that processes with a mount namespace have as /etc/hosts. It is there before the first pod. Default: this machine's.
	Hosts string
	// Isolation says how volumes reach processes. Default: Rewritten.
	Isolation Isolation
	// Log receives what happens.
	Log *slog.Logger
}

// Kubelet runs pods.
type Kubelet struct {
	Config
	pods     sync.WaitGroup
	revision uint64 // of the programs, as of the last Refresh
}

// New returns a Kubelet without pods.
func New(config Config) *Kubelet {
	if config.Programs == nil {
		config.Programs = Table{}
	}
	if config.Admit == nil {
		config.Admit = func(pod *corev1.Pod) *corev1.Pod { return pod }
	}
	return &Kubelet{Config: config}
}

// Refresh looks for a change of the programs, of which [Pod.Tell] tells pods then. It is called by the goroutine that calls Tell.
func (k *Kubelet) Refresh() { k.revision = k.Programs.Revision() }

// Sweep removes the files of pods that are not among these: those that were removed while nothing ran here.
func (k *Kubelet) Sweep(pods []*corev1.Pod) error {
	known := map[string]bool{}
	for _, pod := range pods {
		known[string(pod.UID)] = true
	}
	entries, err := os.ReadDir(k.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		if !known[entry.Name()] {
			err = errors.Join(err, durable.RemoveAll(filepath.Join(k.Dir, entry.Name())))
		}
	}
	return err
}

// Wait returns when every pod that was started has ended.
func (k *Kubelet) Wait() { k.pods.Wait() }

// Start runs a pod that was bound to a node until it is deleted and has ended, or ctx ends, or it is cancelled.
func (k *Kubelet) Start(ctx context.Context, object *corev1.Pod) *Pod {
	admitted := k.Admit(object)
	p := &Pod{
		Kubelet: k, news: make(chan *corev1.Pod), told: object, object: admitted, events: make(chan func()), revision: k.revision,
		dir: filepath.Join(k.Dir, string(object.UID)), added: admitted.Spec.Volumes[len(object.Spec.Volumes):],
	}
	p.containers()
	ctx, p.cancel = context.WithCancel(ctx)
	k.pods.Go(func() {
		defer p.cancel()
		p.run(ctx)
	})
	return p
}

// defaultPort is where a program listens whose container names no port.
const defaultPort = 8080

// Ports are the TCP ports on which the programs of a pod listen at its address alone: [defaultPort] where none is named.
func (k *Kubelet) Ports(pod *corev1.Pod) (ports []int32) {
	for _, container := range pod.Spec.Containers {
		if _, why := k.program(pod, container.Image); why != "" {
			continue
		}
		for _, port := range container.Ports {
			if port.Protocol == "" || port.Protocol == corev1.ProtocolTCP {
				ports = append(ports, port.ContainerPort)
			}
		}
	}
	if ports == nil {
		ports = []int32{defaultPort}
	}
	return ports
}

func portOf(container corev1.Container) int32 {
	if len(container.Ports) == 0 {
		return defaultPort
	}
	return container.Ports[0].ContainerPort
}

// Loopback returns the loopback address on which a pod with this IP listens: the IP with its first octet replaced by 127.
// The API server refuses loopback addresses in endpoints, so that pods carry addresses of their VPC.
func Loopback(podIP string) string {
	_, rest, _ := strings.Cut(podIP, ".")
	return "127." + rest
}

// retryPeriod is the time before something that failed outside of a pod's processes is tried again.
const retryPeriod = time.Second
