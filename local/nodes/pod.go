package nodes

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// pod is the kubelet's side of one pod, from its start on a node to its removal from the API server.
type pod struct {
	*machines
	owner      string
	node       *corev1.Node
	containers []*container
	wake       chan struct{}
	cancel     context.CancelFunc

	mu        sync.Mutex
	object    *corev1.Pod
	ip        string
	addresses int // how many addresses were taken so far
	started   metav1.Time
}

// Loopback returns the loopback address on which a pod with this IP listens: the IP with its first octet replaced by 127.
// The API server refuses loopback addresses in endpoints, so that pods carry addresses of their VPC.
func Loopback(podIP string) string {
	_, rest, _ := strings.Cut(podIP, ".")
	return "127." + rest
}

// podChanged starts a pod that is bound to one of our nodes, or passes news to it.
func (m *machines) podChanged(ctx context.Context, object *corev1.Pod) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if running := m.kubelet[string(object.UID)]; running != nil {
		running.mu.Lock()
		running.object = object
		running.mu.Unlock()
		running.signal()
		return
	}
	stored, _, _ := m.nodes.GetByKey(object.Spec.NodeName)
	node, _ := stored.(*corev1.Node)
	if m.subnets[object.Spec.NodeName] == "" || node == nil || ctx.Err() != nil {
		return
	}
	if object.Status.Phase == corev1.PodSucceeded || object.Status.Phase == corev1.PodFailed {
		if object.DeletionTimestamp != nil {
			m.done.Go(func() { _ = m.deletePod(ctx, object, 0) })
		}
		return
	}
	podContext, cancel := context.WithCancel(ctx)
	p := &pod{machines: m, owner: ownerOf(object), node: node, wake: make(chan struct{}, 1), cancel: cancel, object: object, started: metav1.Now()}
	m.kubelet[string(object.UID)] = p
	m.done.Go(func() {
		defer m.podFinished(p)
		p.run(podContext)
	})
}

// podGone kills a pod that was removed from the API server without waiting for it.
func (m *machines) podGone(object *corev1.Pod) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if running := m.kubelet[string(object.UID)]; running != nil {
		running.cancel()
	}
}

func (m *machines) podFinished(p *pod) {
	p.cancel()
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.kubelet, string(p.object.UID))
}

func (p *pod) signal() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *pod) latest() *corev1.Pod {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.object
}

// run takes an address, runs the containers, reports their state, and ends when the pod is deleted or complete.
func (p *pod) run(ctx context.Context) {
	first := p.latest()
	name := first.Namespace + "/" + first.Name
	var containers sync.WaitGroup
	defer containers.Wait()
	for last := ""; ; {
		err := p.takeAddress(nil)
		if err == nil {
			break
		}
		last = p.report(last, fmt.Errorf("pod %s: %w", name, err))
		if p.latest().DeletionTimestamp != nil || !sleep(ctx, time.Second) {
			_ = p.deletePod(ctx, p.latest(), 0)
			return
		}
	}
	for _, spec := range first.Spec.Containers {
		c := newContainer(p, spec, first.Status)
		p.containers = append(p.containers, c)
		containers.Go(func() { c.run(ctx) })
	}
	stopped := make(chan struct{})
	go func() { containers.Wait(); close(stopped) }()
	for last := ""; ; {
		object := p.latest()
		if object.DeletionTimestamp != nil {
			for _, c := range p.containers {
				c.stop(*object.DeletionGracePeriodSeconds)
			}
		}
		complete := false
		select {
		case <-stopped:
			complete = true
		default:
		}
		err := p.publish(ctx, object)
		if complete && err == nil {
			if object = p.latest(); object.DeletionTimestamp != nil {
				err = p.deletePod(ctx, object, 0)
			}
			if err == nil {
				return
			}
		}
		last = p.report(last, err)
		retry := time.Minute
		if err != nil {
			retry = time.Second
		}
		waitStopped := stopped
		if complete {
			waitStopped = nil
		}
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
		case <-waitStopped:
		case <-time.After(retry):
		}
	}
}

// takeAddress gives the pod a free address of its node's subnet: one whose loopback counterpart nobody listens on at
// the ports. A host-network pod shares its node's address.
func (p *pod) takeAddress(ports []int32) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.object.Spec.HostNetwork {
		p.ip = p.nodeIP()
		return nil
	}
	var busy error
	for range 64 {
		if p.ip != "" {
			if busy = listenable(p.ip, ports); busy == nil {
				return nil
			}
		}
		owner := p.owner
		if p.addresses > 0 {
			owner += fmt.Sprintf("#%d", p.addresses)
		}
		address, err := p.attach(p.node.Annotations[subnetAnnotation], "pod "+p.object.Namespace+"/"+p.object.Name, owner)
		if err != nil {
			return err
		}
		p.ip = address
		p.addresses++
	}
	return fmt.Errorf("no address of the subnet has a loopback counterpart where ports %v are free: %w", ports, busy)
}

// nodeIP returns the address of the node. It is empty on Fargate, where a pod has its node and the node's address to itself.
func (p *pod) nodeIP() string {
	for _, address := range p.node.Status.Addresses {
		if address.Type == corev1.NodeInternalIP {
			return address.Address
		}
	}
	return ""
}

// listenable returns why a process with this pod IP could not listen at the ports, or nil.
func listenable(podIP string, ports []int32) error {
	for _, port := range ports {
		listener, err := net.Listen("tcp", fmt.Sprintf("%s:%d", Loopback(podIP), port))
		if err != nil {
			return err
		}
		_ = listener.Close()
	}
	return nil
}

// publish writes the pod's status when it differs from the API server's.
func (p *pod) publish(ctx context.Context, object *corev1.Pod) error {
	status := p.status(object)
	if equality.Semantic.DeepEqual(status, object.Status) {
		return nil
	}
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"uid": object.UID}, "status": status})
	if err != nil {
		return err
	}
	updated, err := p.client.CoreV1().Pods(object.Namespace).Patch(ctx, object.Name, types.MergePatchType, patch, metav1.PatchOptions{}, "status")
	if err = ignoreGone(err); err != nil {
		return fmt.Errorf("writing the status of pod %s/%s: %w", object.Namespace, object.Name, err)
	}
	if updated != nil && updated.UID == object.UID {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.object == object {
			p.object = updated
		}
	}
	return nil
}

// status derives the pod's status from its containers, keeping what others wrote into it.
func (p *pod) status(object *corev1.Pod) corev1.PodStatus {
	status := *object.Status.DeepCopy()
	p.mu.Lock()
	status.PodIP, status.PodIPs = p.ip, []corev1.PodIP{{IP: p.ip}}
	p.mu.Unlock()
	status.HostIP = cmp.Or(p.nodeIP(), status.PodIP)
	status.HostIPs = []corev1.HostIP{{IP: status.HostIP}}
	if status.StartTime == nil {
		status.StartTime = &p.started
	}
	status.ContainerStatuses, status.InitContainerStatuses = nil, nil
	started, ready, finished, failed := false, true, 0, false
	for _, c := range p.containers {
		container, restarts := c.snapshot()
		status.ContainerStatuses = append(status.ContainerStatuses, container)
		started = started || container.State.Waiting == nil || container.RestartCount > 0
		ready = ready && container.Ready
		if exit := container.State.Terminated; exit != nil && !restarts {
			finished++
			failed = failed || exit.ExitCode != 0
		}
	}
	for _, spec := range object.Spec.InitContainers {
		done := corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed", StartedAt: p.started, FinishedAt: p.started}}
		status.InitContainerStatuses = append(status.InitContainerStatuses, corev1.ContainerStatus{Name: spec.Name, Image: spec.Image, ImageID: spec.Image, Ready: true, State: done})
	}
	switch {
	case finished == len(p.containers) && failed:
		status.Phase = corev1.PodFailed
	case finished == len(p.containers):
		status.Phase = corev1.PodSucceeded
	case started:
		status.Phase = corev1.PodRunning
	default:
		status.Phase = corev1.PodPending
	}
	setCondition(&status, corev1.PodReadyToStartContainers, true)
	setCondition(&status, corev1.PodInitialized, true)
	setCondition(&status, corev1.ContainersReady, ready)
	for _, gate := range object.Spec.ReadinessGates {
		ready = ready && conditionTrue(status, gate.ConditionType)
	}
	setCondition(&status, corev1.PodReady, ready)
	return status
}

func setCondition(status *corev1.PodStatus, kind corev1.PodConditionType, value bool) {
	state := corev1.ConditionFalse
	if value {
		state = corev1.ConditionTrue
	}
	condition := corev1.PodCondition{Type: kind, Status: state, LastTransitionTime: metav1.Now()}
	if !value && (kind == corev1.PodReady || kind == corev1.ContainersReady) {
		condition.Reason = "ContainersNotReady"
	}
	for index := range status.Conditions {
		if current := &status.Conditions[index]; current.Type == kind {
			if current.Status != state {
				*current = condition
			}
			return
		}
	}
	status.Conditions = append(status.Conditions, condition)
}

func conditionTrue(status corev1.PodStatus, kind corev1.PodConditionType) bool {
	for _, condition := range status.Conditions {
		if condition.Type == kind {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}

// sleep waits and reports whether ctx is still alive.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

var errStopping = errors.New("the pod is stopping")
