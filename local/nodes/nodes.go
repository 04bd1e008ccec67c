// Package nodes stands in for the machines of an EKS cluster: it registers a Node for every instance of a managed
// node group and one Fargate node per zone, makes Fargate admission from the account's profiles, and acts as the
// kubelet of these nodes. A pod whose image is a known sample model runs as a real process on a loopback address; every
// other pod only becomes Running and Ready.
//
// Scheduling, admission, endpoints and garbage collection are left to the real Kubernetes components.
package nodes

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	listers "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"

	"github.com/modelway/modelway/local/aws"
)

// Labels and taints that EKS gives to nodes and pods:
// https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html and
// https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html.
const (
	computeTypeLabel    = "eks.amazonaws.com/compute-type" // also the taint of Fargate nodes
	fargate             = "fargate"
	fargateProfileLabel = "eks.amazonaws.com/fargate-profile" // on pods
	nodeGroupLabel      = "eks.amazonaws.com/nodegroup"
	capacityTypeLabel   = "eks.amazonaws.com/capacityType"
)

// pollInterval is the time between two looks at the account.
const pollInterval = 300 * time.Millisecond

// Config says which account the nodes follow and how pods run. Client and Account are required.
type Config struct {
	// Client reaches the API server with rights over nodes, pods and admission policies.
	Client *rest.Config
	// Account is the AWS account that holds profiles, node groups and network interfaces.
	Account *aws.Account
	// Binaries maps an image repository without tag or digest to the program that runs in place of it.
	Binaries map[string]string
	// LogDir is the folder that receives pods/<namespace>_<pod>.log, the output of the programs. Required with Binaries.
	LogDir string
	// Log receives what happens. Default slog.Default().
	Log *slog.Logger
}

// Run keeps nodes, Fargate admission and pods in step with the account until ctx ends, then kills the pods' processes
// and returns nil. It returns an error only for a faulty Config; failing calls are logged and tried again.
func Run(ctx context.Context, config Config) error {
	if config.Client == nil || config.Account == nil {
		return errors.New("nodes: Client and Account are required: pass the API server's rest.Config and the simulated AWS account")
	}
	clientConfig := rest.CopyConfig(config.Client)
	clientConfig.QPS, clientConfig.Burst = 200, 400
	client, err := kubernetes.NewForConfig(clientConfig)
	if err != nil {
		return fmt.Errorf("nodes: connecting to the API server: %w", err)
	}
	newMachines(config, client).run(ctx)
	return nil
}

// machines is what stands and runs. Its loop alone uses the fields that change.
type machines struct {
	Config
	client   kubernetes.Interface
	nodes    listers.NodeLister
	pods     listers.PodLister
	kubelets sync.WaitGroup

	running          map[types.UID]*pod
	profiles         []*aws.Resource // that take pods
	admissionChanged time.Time       // when admission last followed the profiles
	lastHeartbeat    time.Time       // of the nodes
}

func newMachines(config Config, client kubernetes.Interface) *machines {
	config.Log = cmp.Or(config.Log, slog.Default())
	return &machines{Config: config, client: client, running: map[types.UID]*pod{}}
}

func (m *machines) run(ctx context.Context) {
	defer m.kubelets.Wait()
	core := informers.NewSharedInformerFactory(m.client, 0)
	nodes, pods := core.Core().V1().Nodes(), core.Core().V1().Pods()
	m.nodes, m.pods = nodes.Lister(), pods.Lister()
	changed := make(chan struct{}, 1)
	signal := func(any) {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	_, _ = pods.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: signal, DeleteFunc: signal, UpdateFunc: func(_, object any) { signal(object) },
	})
	nodes.Informer()
	core.Start(ctx.Done())
	core.WaitForCacheSync(ctx.Done())
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	for said := ""; ; {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-poll.C:
			said = m.report(said, m.followAccount(ctx))
		}
		m.syncPods(ctx)
	}
}

// followAccount makes one pass over everything that follows the account.
func (m *machines) followAccount(ctx context.Context) error {
	return m.Account.View(func(state *aws.State) error {
		m.profiles = nil
		for _, profile := range state.List(aws.FargateProfile) {
			if profile.Status != aws.Deleting {
				m.profiles = append(m.profiles, profile)
			}
		}
		return errors.Join(
			m.syncAdmission(ctx),
			m.syncNodes(ctx, state),
			m.removeMisplaced(ctx),
			m.releaseInterfaces(state),
		)
	})
}

// syncPods starts the pods that were bound to one of the nodes, passes news to those that run, and kills those that were
// removed from the API server without waiting for their end.
func (m *machines) syncPods(ctx context.Context) {
	gone := maps.Clone(m.running)
	for _, object := range m.allPods() {
		delete(gone, object.UID)
		if running := m.running[object.UID]; running != nil {
			running.tell(object)
		} else if node := m.nodeOf(object); node != nil && ctx.Err() == nil {
			m.startPod(ctx, node, object)
		}
	}
	for uid, removed := range gone {
		removed.cancel()
		delete(m.running, uid)
	}
}

func (m *machines) allPods() []*corev1.Pod {
	list, _ := m.pods.List(labels.Everything()) // a cache cannot fail
	return list
}

// nodeOf returns the node that a pod is bound to, or nil when it is none of this package's.
func (m *machines) nodeOf(pod *corev1.Pod) *corev1.Node {
	node, err := m.nodes.Get(pod.Spec.NodeName)
	if err != nil || node.Annotations[subnetAnnotation] == "" {
		return nil
	}
	return node
}

// deletePod deletes exactly this pod with the grace period in seconds, or its own when grace is nil.
func (m *machines) deletePod(ctx context.Context, pod *corev1.Pod, grace *int64) error {
	return ignoreGone(m.client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, metav1.DeleteOptions{
		Preconditions: metav1.NewUIDPreconditions(string(pod.UID)), GracePeriodSeconds: grace,
	}))
}

// evict deletes a pod that cannot stay, once.
func (m *machines) evict(ctx context.Context, pod *corev1.Pod, grace *int64, why string) error {
	if pod.DeletionTimestamp != nil {
		return nil
	}
	m.Log.Info("deleting a pod", "pod", pod.Namespace+"/"+pod.Name, "why", why)
	return m.deletePod(ctx, pod, grace)
}

// ignoreGone drops the errors that say an object is gone or was replaced: the next pass sees it.
func ignoreGone(err error) error {
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return nil
	}
	return err
}

// report logs an error once for as long as it stays the same, and returns what it last logged.
func (m *machines) report(said string, err error) string {
	if err == nil {
		return ""
	}
	if err.Error() != said && !errors.Is(err, context.Canceled) {
		m.Log.Warn("nodes: " + err.Error())
	}
	return err.Error()
}
