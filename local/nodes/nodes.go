// Package nodes stands in for the machines of an EKS cluster: it registers a Node for every instance of a managed
// node group and one Fargate node per zone, makes Fargate admission objects from the account's profiles, and acts as
// the kubelet of these nodes. A pod whose image is a known sample model runs as a real process on a loopback address;
// every other pod only becomes Running and Ready.
//
// Scheduling, admission, endpoints and garbage collection are left to the real Kubernetes components.
package nodes

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"

	"github.com/modelway/modelway/local/aws"
)

// Labels and taints that EKS gives to nodes and pods:
// https://docs.aws.amazonaws.com/eks/latest/userguide/fargate-pod-configuration.html and
// https://docs.aws.amazonaws.com/eks/latest/userguide/managed-node-groups.html.
const (
	// ComputeTypeLabel is the label and taint key of Fargate nodes; its value there is Fargate.
	ComputeTypeLabel = "eks.amazonaws.com/compute-type"
	// Fargate is the value of ComputeTypeLabel on Fargate nodes.
	Fargate = "fargate"
	// FargateProfileLabel names, on a pod, the profile that admitted it to Fargate.
	FargateProfileLabel = "eks.amazonaws.com/fargate-profile"
	// NodeGroupLabel names the managed node group of a node.
	NodeGroupLabel = "eks.amazonaws.com/nodegroup"
	// CapacityTypeLabel is ON_DEMAND or SPOT on the nodes of a managed node group.
	CapacityTypeLabel = "eks.amazonaws.com/capacityType"
)

// Config says which account the nodes follow and how pods run. Client and Account are required.
type Config struct {
	// Client reaches the API server with rights over nodes, pods, leases, events and admission policies.
	Client *rest.Config
	// Account is the AWS account that holds profiles, node groups and network interfaces.
	Account *aws.Account
	// Binaries maps an image repository without tag or digest to the program that runs in place of it.
	Binaries map[string]string
	// LogDir is the folder that receives pods/<namespace>_<pod>.log. Default: output is dropped.
	LogDir string
	// PollInterval is the time between two looks at the account. Default 300 ms.
	PollInterval time.Duration
	// StartDelay is the time a stand-in container takes to become ready. Default 200 ms.
	StartDelay time.Duration
	// RestartDelay is the wait before the second restart of a container that exited; it doubles up to one minute.
	// Default 1 s. A kubelet takes 10 s and 5 minutes: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy.
	RestartDelay time.Duration
	// Log receives what happens. Default slog.Default().
	Log *slog.Logger
}

func (c Config) withDefaults() (Config, error) {
	var faults []error
	if c.Client == nil {
		faults = append(faults, errors.New("nodes: Client is nil: pass the API server's rest.Config"))
	}
	if c.Account == nil {
		faults = append(faults, errors.New("nodes: Account is nil: pass the simulated AWS account"))
	}
	if c.PollInterval <= 0 {
		c.PollInterval = 300 * time.Millisecond
	}
	if c.StartDelay <= 0 {
		c.StartDelay = 200 * time.Millisecond
	}
	if c.RestartDelay <= 0 {
		c.RestartDelay = time.Second
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c, errors.Join(faults...)
}

// Run keeps nodes, Fargate admission and pods in step with the account until ctx ends, then kills the pods' processes
// and returns nil. It returns an error only for a faulty Config; failing calls are logged and tried again.
func Run(ctx context.Context, config Config) error {
	config, err := config.withDefaults()
	if err != nil {
		return err
	}
	clientConfig := rest.CopyConfig(config.Client)
	clientConfig.QPS, clientConfig.Burst = 200, 400
	client, err := kubernetes.NewForConfig(clientConfig)
	if err != nil {
		return fmt.Errorf("nodes: connecting to the API server: %w", err)
	}
	m := newMachines(config, client)
	return m.run(ctx)
}

// machines is the state shared by the loops: the nodes that stand and the kubelets of their pods.
type machines struct {
	Config
	client kubernetes.Interface
	nodes  cache.Store
	pods   cache.Store

	mu      sync.Mutex
	subnets map[string]string // subnet id by node name
	kubelet map[string]*pod   // by pod UID
	// admitted is when the admission policy of a profile was made, by policy name.
	admitted map[string]time.Time
	done     sync.WaitGroup
}

func newMachines(config Config, client kubernetes.Interface) *machines {
	return &machines{Config: config, client: client, subnets: map[string]string{}, kubelet: map[string]*pod{}, admitted: map[string]time.Time{}}
}

func (m *machines) run(ctx context.Context) error {
	defer m.done.Wait()
	factory := informers.NewSharedInformerFactory(m.client, 0)
	nodes, pods := factory.Core().V1().Nodes().Informer(), factory.Core().V1().Pods().Informer()
	m.nodes, m.pods = nodes.GetStore(), pods.GetStore()
	_, _ = pods.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { m.podChanged(ctx, object.(*corev1.Pod)) },
		UpdateFunc: func(_, object any) { m.podChanged(ctx, object.(*corev1.Pod)) },
		DeleteFunc: func(object any) {
			if tombstone, ok := object.(cache.DeletedFinalStateUnknown); ok {
				object = tombstone.Obj
			}
			m.podGone(object.(*corev1.Pod))
		},
	})
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), nodes.HasSynced, pods.HasSynced) {
		return nil
	}
	m.done.Go(func() { m.renewLeases(ctx) })
	for last := ""; ; {
		last = m.report(last, m.sync(ctx))
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(m.PollInterval):
		}
	}
}

// sync makes one pass over everything that follows the account.
func (m *machines) sync(ctx context.Context) error {
	return m.Account.View(func(state *aws.State) error {
		var profiles []*aws.Resource
		for _, profile := range state.List(aws.FargateProfile) {
			if profile.Status != aws.Deleting {
				profiles = append(profiles, profile)
			}
		}
		return errors.Join(
			m.syncFargateAdmission(ctx, profiles),
			m.syncNodes(ctx, state, profiles),
			m.syncPods(ctx, profiles),
			m.releaseInterfaces(state),
		)
	})
}

// syncPods starts pods that wait for their node, and removes pods that lost their Fargate profile or slipped past
// admission in the moment between a profile's creation and the API server's taking notice of it.
func (m *machines) syncPods(ctx context.Context, profiles []*aws.Resource) error {
	names := map[string]bool{}
	for _, profile := range profiles {
		names[profile.String("fargateProfileName")] = true
	}
	var faults []error
	for _, object := range m.pods.List() {
		pod := object.(*corev1.Pod)
		name := pod.Namespace + "/" + pod.Name
		profile := pod.Labels[FargateProfileLabel]
		switch {
		case profile != "" && !names[profile] && pod.DeletionTimestamp == nil && m.isOurs(pod):
			m.Log.Info("deleting a pod whose Fargate profile is gone", "pod", name, "profile", profile)
			faults = append(faults, m.deletePod(ctx, pod, -1))
		case pod.DeletionTimestamp != nil || pod.Spec.NodeName != "":
			m.podChanged(ctx, pod)
		case profile == "" && m.missedAdmission(pod, profiles):
			m.Log.Info("recreating a pod that was made before its Fargate profile took effect", "pod", name)
			faults = append(faults, m.deletePod(ctx, pod, 0))
		}
	}
	return errors.Join(faults...)
}

func (m *machines) isOurs(pod *corev1.Pod) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.subnets[pod.Spec.NodeName] != ""
}

// deletePod deletes exactly this pod with the grace period in seconds, or its own when grace is negative.
func (m *machines) deletePod(ctx context.Context, pod *corev1.Pod, grace int64) error {
	options := metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(pod.UID))}
	if grace >= 0 {
		options.GracePeriodSeconds = &grace
	}
	return ignoreGone(m.client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, options))
}

// report logs an error once for as long as it stays the same, and returns what it last logged.
func (m *machines) report(last string, err error) string {
	if err == nil {
		return ""
	}
	if err.Error() != last && !errors.Is(err, context.Canceled) {
		m.Log.Warn("nodes: " + err.Error())
	}
	return err.Error()
}
