package nodes

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/modelway/modelway/internal/image"
)

// retryPeriod is the time before a call that failed is made again, and before a process that exited, or could not be started, is
// started again. A kubelet takes up to 5 minutes for the latter: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy.
const retryPeriod = time.Second

// pod is the kubelet's side of one pod, from its start on a node to its removal from the API server. It runs one process at
// most, and all its containers share one state. Its goroutine alone uses the fields that change.
type pod struct {
	*machines
	subnet string
	news   chan *corev1.Pod
	cancel context.CancelFunc
	told   *corev1.Pod // the last news; the loop of machines alone uses it

	object   *corev1.Pod
	ip       string
	exited   <-chan int  // the exit code of the process; nil while none runs
	probed   <-chan bool // whether the process is ready
	deleted  sync.Once
	state    corev1.ContainerState
	lastExit corev1.ContainerState
	ready    bool
	restarts int32
}

func (m *machines) newPod(node *corev1.Node, object *corev1.Pod) *pod {
	return &pod{machines: m, subnet: node.Annotations[subnetAnnotation], news: make(chan *corev1.Pod), told: object, object: object}
}

// begin runs the pod until ctx ends, or it is cancelled.
func (p *pod) begin(ctx context.Context) {
	ctx, p.cancel = context.WithCancel(ctx)
	p.kubelets.Go(func() {
		defer p.cancel()
		p.run(ctx)
	})
}

// tell passes news to the pod unless it knows them. While it is busy they are left for the next time.
func (p *pod) tell(object *corev1.Pod) {
	if p.told == object {
		return
	}
	select {
	case p.news <- object:
		p.told = object
	default:
	}
}

// run starts the pod and goes through its events until it is deleted and its process has ended, or ctx ends. What failed is tried
// again.
func (p *pod) run(ctx context.Context) {
	processes, terminate := context.WithCancel(ctx)
	defer terminate()
	var start, again <-chan time.Time
	if p.object.DeletionTimestamp == nil && !p.start(processes) {
		start = time.After(retryPeriod)
	}
	for said := ""; ; {
		var err error
		if p.object.DeletionTimestamp == nil {
			err = p.publish(ctx)
		} else if p.exited != nil {
			p.deleted.Do(func() { time.AfterFunc(p.preStop(), terminate) })
		} else if err = p.deletePod(ctx, p.object, new(int64)); err == nil {
			return
		}
		if said = p.report(said, err); err != nil {
			again = time.After(retryPeriod)
		}
		select {
		case <-ctx.Done():
			if p.exited != nil {
				<-p.exited
			}
			return
		case p.object = <-p.news:
		case <-again:
		case <-start:
			if start = nil; !p.start(processes) {
				start = time.After(retryPeriod)
			}
		case p.ready = <-p.probed:
		case code := <-p.exited:
			p.crashed(code)
			start = time.After(retryPeriod)
		}
	}
}

// start gives the pod its address and starts its containers: one with a program as a process, others as nothing at all,
// which is ready at once. It reports whether that succeeded.
func (p *pod) start(ctx context.Context) bool {
	var err error
	container, binary := p.program()
	if p.ip, err = p.attach(p.subnet, p.object, portOf(container)); err == nil && binary != "" {
		p.exited, p.probed, err = p.launch(ctx, container, binary)
	}
	if err != nil {
		p.state = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CreateContainerError", Message: err.Error()}}
		return false
	}
	p.state = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now()}}
	p.ready = binary == ""
	return true
}

// crashed records the end of the process.
func (p *pod) crashed(code int) {
	p.lastExit.Terminated = &corev1.ContainerStateTerminated{ExitCode: int32(code), Reason: "Error", StartedAt: p.state.Running.StartedAt, FinishedAt: now()}
	p.state = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{
		Reason: "CrashLoopBackOff", Message: fmt.Sprintf("back-off %s restarting a container that exited with code %d", retryPeriod, code),
	}}
	p.exited, p.probed, p.ready = nil, nil, false
	p.restarts++
}

// program returns the first container whose image stands for a program here, and that program. A container with a variable that is read
// from elsewhere, such as a Secret, runs nothing: a process here knows plain values only.
func (p *pod) program() (corev1.Container, string) {
	for _, container := range p.object.Spec.Containers {
		repository, _, _ := image.Split(container.Image)
		refers := func(v corev1.EnvVar) bool { return v.ValueFrom != nil }
		if binary := p.Binaries[repository]; binary != "" && !slices.ContainsFunc(container.Env, refers) {
			return container, binary
		}
	}
	return corev1.Container{}, ""
}

// preStop returns how long the process's sleep hook holds back SIGTERM. Other hooks do not run here.
func (p *pod) preStop() time.Duration {
	container, _ := p.program()
	if hook := container.Lifecycle; hook != nil && hook.PreStop != nil && hook.PreStop.Sleep != nil {
		return time.Duration(hook.PreStop.Sleep.Seconds) * time.Second
	}
	return 0
}

// publish writes the pod's status when it differs from the API server's.
func (p *pod) publish(ctx context.Context) error {
	status := p.status()
	if equality.Semantic.DeepEqual(status, p.object.Status) {
		return nil
	}
	// The UID keeps the patch off a new pod of the same name.
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"uid": p.object.UID}, "status": status})
	if err != nil {
		return err
	}
	updated, err := p.client.CoreV1().Pods(p.object.Namespace).Patch(ctx, p.object.Name, types.MergePatchType, patch, metav1.PatchOptions{}, "status")
	if err == nil {
		p.object = updated
	}
	return ignoreGone(err)
}

// status derives the pod's status from its containers' state, keeping what others wrote into it.
func (p *pod) status() corev1.PodStatus {
	status := *p.object.Status.DeepCopy()
	status.Phase = corev1.PodPending
	if p.state.Running != nil || p.restarts > 0 {
		status.Phase = corev1.PodRunning
	}
	if status.StartTime == nil {
		status.StartTime = new(now())
	}
	if p.ip != "" {
		status.PodIP, status.PodIPs = p.ip, []corev1.PodIP{{IP: p.ip}}
	}
	status.ContainerStatuses = nil
	for _, container := range p.object.Spec.Containers {
		status.ContainerStatuses = append(status.ContainerStatuses, corev1.ContainerStatus{
			Name: container.Name, Image: container.Image, ImageID: container.Image, State: p.state, LastTerminationState: p.lastExit,
			Ready: p.ready, Started: new(p.state.Running != nil), RestartCount: p.restarts,
		})
	}
	setCondition(&status, corev1.PodInitialized, true)
	setCondition(&status, corev1.ContainersReady, p.ready)
	setCondition(&status, corev1.PodReady, p.ready)
	return status
}

// now is as exact as the API server keeps it, so that a status that came back from it equals the one that was sent.
func now() metav1.Time { return metav1.Now().Rfc3339Copy() }

func setCondition(status *corev1.PodStatus, kind corev1.PodConditionType, value bool) {
	desired := corev1.PodCondition{Type: kind, Status: corev1.ConditionTrue, LastTransitionTime: now()}
	if !value {
		desired.Status, desired.Reason = corev1.ConditionFalse, "ContainersNotReady"
	}
	for index := range status.Conditions {
		if current := &status.Conditions[index]; current.Type == kind {
			if current.Status != desired.Status {
				*current = desired
			}
			return
		}
	}
	status.Conditions = append(status.Conditions, desired)
}
