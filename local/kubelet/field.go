package kubelet

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// nodeAddress is what a pod learns as its node's address.
const nodeAddress = "127.0.0.1"

// fieldOf returns a field of the pod that its containers may read
// (https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#available-fields).
func fieldOf(pod *corev1.Pod, ip, path string) (string, error) {
	if list, key, found := strings.Cut(strings.TrimSuffix(path, "']"), "['"); found && strings.HasSuffix(path, "']") {
		switch list {
		case "metadata.labels":
			return pod.Labels[key], nil
		case "metadata.annotations":
			return pod.Annotations[key], nil
		}
	}
	switch path {
	case "metadata.name":
		return pod.Name, nil
	case "metadata.namespace":
		return pod.Namespace, nil
	case "metadata.uid":
		return string(pod.UID), nil
	case "metadata.labels":
		return lines(pod.Labels), nil
	case "metadata.annotations":
		return lines(pod.Annotations), nil
	case "spec.nodeName":
		return pod.Spec.NodeName, nil
	case "spec.serviceAccountName":
		return pod.Spec.ServiceAccountName, nil
	case "status.podIP", "status.podIPs":
		return ip, nil
	case "status.hostIP", "status.hostIPs":
		return nodeAddress, nil
	}
	return "", fmt.Errorf("field %s of a pod cannot be read: allowed: metadata.name, metadata.namespace, metadata.uid, metadata.labels, "+
		"metadata.annotations, metadata.labels['key'], metadata.annotations['key'], spec.nodeName, spec.serviceAccountName, status.podIP, "+
		"status.podIPs, status.hostIP, status.hostIPs", path)
}

// lines writes labels as a downward API file has them: key="value", sorted.
func lines(all map[string]string) string {
	var list []string
	for _, key := range slices.Sorted(maps.Keys(all)) {
		list = append(list, fmt.Sprintf("%s=%q", key, all[key]))
	}
	return strings.Join(list, "\n")
}

// resourceOf returns a container's request or limit in units of the divisor, rounded up. A limit that is not set is what this machine has:
// its processors, and more memory than any container asks for.
func resourceOf(container corev1.Container, name string, divisor resource.Quantity) (string, error) {
	kind, key, _ := strings.Cut(name, ".")
	var list corev1.ResourceList
	switch kind {
	case "limits":
		list = container.Resources.Limits
	case "requests":
		list = container.Resources.Requests
	}
	quantity, set := list[corev1.ResourceName(key)]
	switch corev1.ResourceName(key) {
	case corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage:
	default:
		if kind != "limits" && kind != "requests" || !strings.HasPrefix(key, corev1.ResourceHugePagesPrefix) {
			return "", fmt.Errorf("resource %s of a container cannot be read: allowed: limits. and requests. of cpu, memory, "+
				"ephemeral-storage and hugepages-<size>", name)
		}
	}
	if !set && kind == "limits" {
		quantity = machine[corev1.ResourceName(key)]
	}
	if divisor.IsZero() {
		divisor = resource.MustParse("1")
	}
	value, by := quantity.Value(), divisor.Value()
	if corev1.ResourceName(key) == corev1.ResourceCPU {
		value, by = quantity.MilliValue(), divisor.MilliValue()
	}
	return strconv.FormatInt((value+by-1)/by, 10), nil
}

// machine has the limits of a container without limits.
var machine = corev1.ResourceList{
	corev1.ResourceCPU:              *resource.NewQuantity(int64(runtime.NumCPU()), resource.DecimalSI),
	corev1.ResourceMemory:           resource.MustParse("1Ti"),
	corev1.ResourceEphemeralStorage: resource.MustParse("1Ti"),
}
