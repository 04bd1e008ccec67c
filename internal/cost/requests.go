package cost

import (
	"strconv"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/resource"
)

// requests are what a pod asks for.
type requests struct {
	cpu             int64 // thousandths of a core
	memory, storage int64 // bytes
	gpus            int64
}

// podRequests is what a pod asks for. False where some of it is unknown or no quantity.
func podRequests(spec resource.Value) (requests, bool) {
	known := true
	read := func(name string, parse func(string) (int64, error)) int64 {
		amount, told := resource.PodRequest(spec, name, parse)
		known = known && told
		return amount
	}
	r := requests{
		cpu: read("cpu", modelspec.ParseCPU), memory: read("memory", modelspec.ParseMemory), storage: read("ephemeral-storage",
			modelspec.ParseMemory),
		gpus: read("nvidia.com/gpu", modelspec.ParseMemory),
	}
	return r, known
}

// containerRequests is what a container with the resources asks for.
func containerRequests(resources resource.Value) (requests, bool) {
	return podRequests(resource.Of(map[string]any{"containers": []any{map[string]any{"resources": resources.Raw()}}}))
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

// decimal is part/of without zeros at its end, such as 0.25.
func decimal(part, of int64) string {
	return strconv.FormatFloat(float64(part)/float64(of), 'f', -1, 64)
}
