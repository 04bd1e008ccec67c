package nodes

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/modelway/modelway/local/aws"
)

// InterfaceOwner is the owner that the account shows for the network interface of a pod. With a pod name that is a prefix, it is
// the prefix of the owners of all these pods.
func InterfaceOwner(namespace, pod string) string { return podOwner + namespace + "/" + pod }

const podOwner = "pod "

func ownerOf(pod *corev1.Pod) string {
	return InterfaceOwner(pod.Namespace, pod.Name) + "/" + string(pod.UID)
}

// attach returns the address of the owner's interface in the subnet, after making it where it is missing.
func (m *machines) attach(subnetID, description, owner string) (address string, err error) {
	err = m.Account.Update(func(state *aws.State) error {
		_, address, err = state.AttachInterface(subnetID, description, owner)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("attaching an interface for %s: %w", description, err)
	}
	return address, nil
}

// releaseInterfaces detaches the interfaces of pods that are gone, also those that an earlier process left behind.
func (m *machines) releaseInterfaces(state *aws.State) error {
	inUse := map[string]bool{}
	for _, object := range m.pods.List() {
		inUse[ownerOf(object.(*corev1.Pod))] = true
	}
	m.mu.Lock()
	for _, pod := range m.kubelet {
		inUse[pod.owner] = true
	}
	m.mu.Unlock()
	var unused []string
	for id, attached := range state.Interfaces {
		owner, _, _ := strings.Cut(attached.Owner, "#")
		if strings.HasPrefix(owner, podOwner) && !inUse[owner] {
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
