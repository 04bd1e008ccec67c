package kserve

import (
	"github.com/modelway/modelway/internal/resource"
)

// PodSpec is the spec of the pods that KServe makes of an InferenceService, as far as what they ask for: the container that serves, and
// the one that downloads before it. It is unknown where the predictor is.
func PodSpec(service resource.Value) resource.Value {
	predictor := service.At("spec", "predictor")
	if predictor.Unknown() {
		return predictor
	}
	spec := map[string]any{"containers": []any{predictor.At("model").Raw()}}
	if uri := predictor.At("model", "storageUri"); uri.Given() || uri.Unknown() {
		asked := map[string]any{"cpu": InitializerCPU, "memory": InitializerMemory}
		spec["initContainers"] = []any{map[string]any{"resources": map[string]any{"requests": asked}}}
	}
	return resource.Of(spec)
}
