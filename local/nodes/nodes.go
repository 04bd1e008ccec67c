// Package nodes stands in for the machines of an EKS cluster: it registers a Node for every instance of a managed
// node group and one Fargate node per zone, makes Fargate admission from the account's profiles, and acts as the
// kubelet of these nodes: package kubelet says how pods run, each on a loopback address.
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
	"path/filepath"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	listers "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/kubelet"
)

// Labels and taints that EKS gives to nodes and pods:
// https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html and
// https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html.
const (
	computeTypeLabel    = "eks.amazonaws.com/compute-type" // also the taint of Fargate nodes
	fargate             = "fargate"
	fargateProfileLabel = "eks.amazonaws.com/fargate-profile" // on pods
)

// pollPeriod is the time between two looks at the account and at the cluster, as far as it is known here.
const pollPeriod = 200 * time.Millisecond

// Config says which account the nodes follow and how pods run. Client, Account, PodDir, LogDir and Log are required.
type Config struct {
	// Client reaches the API server with rights over nodes, pods and admission policies, and to read endpoints.
	Client *rest.Config
	// Account is the AWS account that holds profiles, node groups and network interfaces.
	Account *aws.Account
	// Programs tells which programs images stand for. Default: none.
	Programs kubelet.Programs
	// Admit returns a pod as EKS' webhook would have made it, from the annotations of its service account; see [kubelet.Config.Admit].
	// Default: the pod itself.
	Admit func(pod *corev1.Pod, annotations map[string]string) *corev1.Pod
	// Isolation says how volumes reach the programs. Default: [kubelet.Rewritten].
	Isolation kubelet.Isolation
	// PodDir is the folder for the files of running pods.
	PodDir string
	// LogDir is the folder below which [kubelet.LogFile] receives the output of the programs.
	LogDir string
	// Log receives what happens.
	Log *slog.Logger
}

// Run keeps nodes, Fargate admission and pods in step with the account until ctx ends, then ends the pods' processes
// with their grace and returns nil. It returns an error only for a faulty Client; failing calls are logged and tried again.
func Run(ctx context.Context, config Config) error {
	clientConfig := rest.CopyConfig(config.Client)
	clientConfig.QPS, clientConfig.Burst = 500, 1000 // more than an API server on one machine answers
	client, err := kubernetes.NewForConfig(clientConfig)
	if err != nil {
		return fmt.Errorf("nodes: connecting to the API server: %w", err)
	}
	config.run(ctx, client)
	return nil
}

// machines is what stands and runs. Its loop alone uses the fields that change.
type machines struct {
	Config
	client kubernetes.Interface
	nodes  listers.NodeLister
	pods   listers.PodLister
	// accounts are the service accounts, for Admit.
	accounts listers.ServiceAccountLister
	changes  atomic.Uint64 // how often nodes or pods changed
	kubelet  *kubelet.Kubelet

	endpoints atomic.Uint64 // how often they changed
	hosts     *hosts        // for pods; nil where they have no files of their own

	running          map[types.UID]*kubelet.Pod
	profiles         []*aws.Resource // that take pods
	admissionChanged time.Time       // when admission last followed the profiles
	lastHeartbeat    time.Time       // of the nodes
	done             moment          // when nothing was left to do for the account
}

// moment tells whether anything has happened since.
type moment struct {
	changes uint64
	account *aws.State
}

func (c Config) run(ctx context.Context, client kubernetes.Interface) {
	m := newMachines(ctx, c, client)
	defer m.kubelet.Wait()
	for said := ""; ctx.Err() == nil; {
		said = m.report(said, errors.Join(m.followAccount(ctx), m.followEndpoints()))
		m.syncPods(ctx)
		select {
		case <-ctx.Done():
		case <-time.After(pollPeriod):
		}
	}
}

// newMachines returns once the cluster is known.
func newMachines(ctx context.Context, config Config, client kubernetes.Interface) *machines {
	cluster := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithTransform(slim))
	core := cluster.Core().V1()
	m := &machines{Config: config, client: client, running: map[types.UID]*kubelet.Pod{}, nodes: core.Nodes().Lister(),
		pods: core.Pods().Lister()}
	if config.Admit != nil {
		m.accounts = core.ServiceAccounts().Lister()
	}
	for _, informer := range []cache.SharedIndexInformer{core.Nodes().Informer(), core.Pods().Informer()} {
		count(informer, &m.changes)
	}
	if config.Isolation == kubelet.Mounted {
		slices := cluster.Discovery().V1().EndpointSlices()
		m.hosts = &hosts{path: filepath.Join(config.PodDir, "hosts"), slices: slices.Lister()}
		count(slices.Informer(), &m.endpoints)
	}
	m.kubelet = kubelet.New(m.kubeletConfig())
	cluster.Start(ctx.Done())
	cluster.WaitForCacheSync(ctx.Done())
	if err := m.kubelet.Sweep(m.allPods()); err != nil && ctx.Err() == nil {
		m.Log.Warn("removing the files of pods that are gone: " + err.Error())
	}
	return m
}

// count counts what happens to the objects of an informer.
func count(informer cache.SharedIndexInformer, changes *atomic.Uint64) {
	_, _ = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{ // fails for one that was stopped
		AddFunc:    func(any) { changes.Add(1) },
		UpdateFunc: func(any, any) { changes.Add(1) },
		DeleteFunc: func(any) { changes.Add(1) },
	})
}

func (m *machines) kubeletConfig() kubelet.Config {
	config := kubelet.Config{
		Client: m.client, Programs: m.Programs, Isolation: m.Isolation, Dir: m.PodDir, LogDir: m.LogDir, Log: m.Log, Attach: m.attachPod,
	}
	if m.Client != nil {
		config.APIServer = m.Client.Host
	}
	if m.hosts != nil {
		config.Hosts = m.hosts.path
	}
	if m.Admit != nil {
		config.Admit = m.admit
	}
	return config
}

func (m *machines) admit(pod *corev1.Pod) *corev1.Pod {
	account, err := m.accounts.ServiceAccounts(pod.Namespace).Get(cmp.Or(pod.Spec.ServiceAccountName, "default"))
	if err != nil { // it has gone since the API server admitted the pod, and so have its annotations
		return m.Admit(pod, nil)
	}
	return m.Admit(pod, account.Annotations)
}

// slim drops who set which field, often the larger part of an object.
func slim(object any) (any, error) {
	if accessor, err := meta.Accessor(object); err == nil {
		accessor.SetManagedFields(nil)
	}
	return object, nil
}

// followAccount makes one pass over everything that follows the account, where anything has changed since the last one that went well,
// or nodes have to show that they are alive.
func (m *machines) followAccount(ctx context.Context) error {
	state, err := m.Account.Snapshot()
	if err != nil {
		return err
	}
	now := moment{m.changes.Load(), state} // before the cluster is read, so that no change is missed
	beat := time.Since(m.lastHeartbeat) > heartbeatPeriod
	if now == m.done && !beat {
		return nil
	}
	m.profiles = nil
	for _, profile := range state.List(aws.FargateProfile) {
		if profile.Status != aws.Deleting {
			m.profiles = append(m.profiles, profile)
		}
	}
	err = errors.Join(m.syncAdmission(ctx), m.syncNodes(ctx, state, beat), m.removeMisplaced(ctx), m.releaseInterfaces(state))
	if err == nil {
		m.done = now
	}
	return err
}

// followEndpoints brings the names of Services up to date for pods.
func (m *machines) followEndpoints() error {
	if m.hosts == nil {
		return nil
	}
	return m.hosts.follow(m.endpoints.Load(), m.isLocal)
}

// syncPods starts the pods that were bound to one of the nodes, passes news to those that run, and ends those that were
// removed from the API server without waiting for their end.
func (m *machines) syncPods(ctx context.Context) {
	gone := maps.Clone(m.running)
	m.kubelet.Refresh()
	var bound []*corev1.Pod
	for _, object := range m.allPods() {
		delete(gone, object.UID)
		if running := m.running[object.UID]; running != nil {
			running.Tell(object)
		} else if m.nodeOf(object) != nil && ctx.Err() == nil {
			bound = append(bound, object)
		}
	}
	if len(bound) > 1 {
		m.attachAll(bound)
	}
	for _, object := range bound {
		m.running[object.UID] = m.kubelet.Start(ctx, object)
	}
	for uid, removed := range gone {
		removed.Cancel()
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
func (m *machines) evict(ctx context.Context, pod *corev1.Pod, grace *int64) error {
	if pod.DeletionTimestamp != nil {
		return nil
	}
	m.Log.Info("deleting a pod whose node or Fargate profile is gone or new", "pod", pod.Namespace+"/"+pod.Name)
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
