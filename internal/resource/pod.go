package resource

import (
	"strconv"
	"strings"
)

// vast is more than any pod has, a thousand terabytes or a million million cores, and little enough that no sum of containers overflows.
const vast = 1 << 50

// PodRequest is what a pod asks for of one resource, such as cpu, by its spec: what its containers ask for together, or the init container
// that asks for most where that is more
// (https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers). What is not known, or no
// quantity, is left out; known is false then.
func PodRequest(spec Value, name string, parse func(string) (int64, error)) (amount int64, known bool) {
	containers, before := spec.At("containers"), spec.At("initContainers")
	known = !containers.Unknown() && !before.Unknown()
	ask := func(container Value) int64 {
		v := container.At("resources", "requests", name)
		if !v.Given() {
			v = container.At("resources", "limits", name) // which Kubernetes takes for the request
		}
		if !v.Given() {
			return 0
		}
		asked, err := parse(quantity(v))
		if err != nil || asked >= vast {
			known = false
			return 0
		}
		return asked
	}
	for _, container := range containers.List() {
		amount += ask(container)
	}
	for _, container := range before.List() {
		amount = max(amount, ask(container))
	}
	return amount, known
}

// quantity is the text of a Kubernetes quantity, which may be a number; "" where it is unknown.
func quantity(v Value) string {
	if number, is := v.Raw().(float64); is {
		return strconv.FormatFloat(number, 'f', -1, 64)
	}
	return v.Text()
}

// KindOf is the kind of a Kubernetes object by its type token, such as Deployment.
func KindOf(token string) string { return token[strings.LastIndex(token, ":")+1:] }
