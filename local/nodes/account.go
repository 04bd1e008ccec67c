package nodes

import (
	"fmt"
	"net"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/kubelet"
)

// InterfaceOwner is the owner that the account shows for the network interface of a pod. With a pod name that is a prefix, it is
// the prefix of the owners of all these pods.
func InterfaceOwner(namespace, pod string) string { return podOwner + namespace + "/" + pod }

const podOwner = "pod "

func ownerOf(pod *corev1.Pod) string {
	return InterfaceOwner(pod.Namespace, pod.Name) + "/" + string(pod.UID)
}

// attachPod returns the address of a pod in the subnet of its node.
func (m *machines) attachPod(pod *corev1.Pod) (string, error) {
	return m.attach(m.subnetOf(pod), pod, m.kubelet.Ports(pod))
}

// attach returns the address of the pod's interface in the subnet, after making it where it is missing. An address whose
// loopback counterpart is taken at one of the ports, by a pod of another checkout, is passed over.
func (m *machines) attach(subnetID string, pod *corev1.Pod, ports []int32) (address string, err error) {
	if state, err := m.Account.Snapshot(); err == nil {
		if standing := state.InterfaceOf(ownerOf(pod), subnetID); standing != nil && listenable(standing.PrivateIP, ports) == nil {
			return standing.PrivateIP, nil
		}
	}
	err = m.Account.Update(func(state *aws.State) (err error) {
		address, err = attachIn(state, subnetID, pod, ports)
		return err
	})
	return address, err
}

// subnetOf returns the subnet of a pod's node; empty when the node is gone.
func (m *machines) subnetOf(pod *corev1.Pod) string {
	if node := m.nodeOf(pod); node != nil {
		return node.Annotations[subnetAnnotation]
	}
	return ""
}

// attachAll makes the interfaces of pods in one update of the account, which takes as long as one of them alone. What fails is left to
// attach.
func (m *machines) attachAll(pods []*corev1.Pod) {
	_ = m.Account.Update(func(state *aws.State) error {
		for _, pod := range pods {
			_, _ = attachIn(state, m.subnetOf(pod), pod, m.kubelet.Ports(pod))
		}
		return nil
	})
}

func attachIn(state *aws.State, subnetID string, pod *corev1.Pod, ports []int32) (address string, err error) {
	description := "pod " + pod.Namespace + "/" + pod.Name
	var busy error
	var passedOver []string
	defer func() {
		for _, id := range passedOver {
			state.DetachInterface(id)
		}
	}()
	for range 64 {
		id, ip, err := state.AttachInterface(subnetID, description, ownerOf(pod))
		if err != nil {
			return "", fmt.Errorf("attaching an interface for %s: %w", description, err)
		}
		if busy = listenable(ip, ports); busy == nil {
			return ip, nil
		}
		state.Interfaces[id].Owner = "" // keeps the address from being given out again
		passedOver = append(passedOver, id)
	}
	return "", fmt.Errorf("attaching an interface for %s: no address of %s has a loopback counterpart where ports %d are free: %w",
		description, subnetID, ports, busy)
}

// listenable says why nobody can listen on ports of the loopback counterpart of an address.
func listenable(ip string, ports []int32) error {
	for _, port := range ports {
		listener, err := net.Listen("tcp", fmt.Sprintf("%s:%d", kubelet.Loopback(ip), port))
		if err != nil {
			return err
		}
		if err := listener.Close(); err != nil {
			return err
		}
	}
	return nil
}

// releaseInterfaces detaches the interfaces of pods that are gone, also those that an earlier process left behind.
func (m *machines) releaseInterfaces(state *aws.State) error {
	inUse := map[string]bool{}
	for _, pod := range m.allPods() {
		inUse[ownerOf(pod)] = true
	}
	var unused []string
	for id, attached := range state.Interfaces {
		if strings.HasPrefix(attached.Owner, podOwner) && !inUse[attached.Owner] {
			unused = append(unused, id)
		}
	}
	if len(unused) == 0 {
		return nil
	}
	return m.Account.Update(func(state *aws.State) error {
		for _, id := range unused {
			state.DetachInterface(id)
		}
		return nil
	})
}
