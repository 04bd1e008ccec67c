package cost

import (
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/resource"
)

// requests are what a pod asks for.
type requests struct {
	cpu             int64 // thousandths of a core
	memory, storage int64 // bytes
	gpus            int64
}

// vast is more than any pod has, a thousand terabytes or a million million cores, and little enough that no sum of containers overflows.
const vast = 1 << 50

// podRequests adds up the containers of a pod, or takes the largest of its init containers where that is more
// (https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers). False where one is unknown or
// no quantity.
func podRequests(spec resource.Value) (requests, bool) {
	var sum requests
	if spec.At("containers").Unknown() || spec.At("initContainers").Unknown() {
		return sum, false
	}
	for _, container := range spec.At("containers").List() {
		r, ok := containerRequests(container.At("resources"))
		if !ok {
			return sum, false
		}
		sum = requests{sum.cpu + r.cpu, sum.memory + r.memory, sum.storage + r.storage, sum.gpus + r.gpus}
	}
	for _, container := range spec.At("initContainers").List() {
		r, ok := containerRequests(container.At("resources"))
		if !ok {
			return sum, false
		}
		sum = requests{max(sum.cpu, r.cpu), max(sum.memory, r.memory), max(sum.storage, r.storage), max(sum.gpus, r.gpus)}
	}
	return sum, true
}

// containerRequests are the requests of a container, which are its limits where it has no requests of its own.
func containerRequests(resources resource.Value) (r requests, ok bool) {
	ok = true
	read := func(name string, parse func(string) (int64, error)) int64 {
		value := resources.At("requests", name)
		if !value.Given() {
			value = resources.At("limits", name)
		}
		if !value.Given() {
			return 0
		}
		amount, err := parse(quantity(value))
		ok = ok && err == nil && amount < vast
		return amount
	}
	r = requests{
		cpu: read("cpu", modelspec.ParseCPU), memory: read("memory", modelspec.ParseMemory), storage: read("ephemeral-storage", modelspec.ParseMemory),
		gpus: read("nvidia.com/gpu", modelspec.ParseMemory),
	}
	return r, ok
}

// quantity is the text of a Kubernetes quantity, which may be a number; "" where it is unknown.
func quantity(v resource.Value) string {
	if number, is := v.Raw().(float64); is {
		return strconv.FormatFloat(number, 'f', -1, 64)
	}
	return v.Text()
}

// texts are the known strings of an object.
func texts(v resource.Value) map[string]string {
	all := map[string]string{}
	for key, value := range v.Map() {
		if text, is := value.Raw().(string); is {
			all[key] = text
		}
	}
	return all
}

// kindOf is the kind of a Kubernetes object, such as Deployment.
func kindOf(r resource.Resource) string { return r.Type[strings.LastIndex(r.Type, ":")+1:] }

// decimal is part/of without zeros at its end, such as 0.25.
func decimal(part, of int64) string {
	return strconv.FormatFloat(float64(part)/float64(of), 'f', -1, 64)
}
