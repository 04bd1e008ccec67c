package serving

import (
	"maps"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/modelspec"
)

// storeVariable tells a model server where its model's files are.
const storeVariable = modelspec.EnvStoreURI

// InferenceService is what KServe is told of a version with files: the labels, annotations and spec of the object, whose name is the
// version's.
//
// A canary is an InferenceService of its own, which serves under the model's name, and no entry in spec.canary of the stable one.
// KServe deletes the Deployment and the Service of an entry that is gone at once, while Ingresses still lead to them; it gives them no
// deploymentStrategy; and the stable object, and with it KServe's webhook, would have to change for every step of a canary
// (https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1beta1/inferenceservice/components/predictor.go).
//
// Its annotations never change, since KServe copies them to all pods, and a change makes every pod anew. The number of replicas is left to
// the platform's own autoscaler: with the class external KServe makes none, and never writes a number.
type InferenceService struct {
	Labels, Annotations map[string]string
	Spec                map[string]any
}

// NewInferenceService describes a version with files. The address of the model store, nil where the model has none, may be a value that is
// not known yet.
func NewInferenceService(v Version, storeURI any) InferenceService {
	return InferenceService{
		Labels:      v.Labels(),
		Annotations: map[string]string{kserve.DeploymentMode: kserve.Standard, kserve.AutoscalerClass: kserve.External},
		Spec:        map[string]any{"predictor": predictor(v, storeURI)},
	}
}

// predictor is a version as KServe's PredictorSpec, which is a pod's spec with a model: the container that serves, which KServe lays over
// that of the runtime.
func predictor(v Version, storeURI any) map[string]any {
	contract := v.Model.Lifecycle()
	format, _ := kserve.Find(v.Files.Format)
	served := containerContract(v, contract, storeURI)
	maps.Copy(served, map[string]any{
		"modelFormat": map[string]any{"name": format.Name}, "runtime": format.Runtime, "protocolVersion": "v1", "storageUri": v.Files.URI,
	})
	if format.NameFlag != "" && v.Name != v.Model.Name {
		// KServe appends these to the arguments of the runtime, which name the InferenceService.
		served["args"] = []any{format.NameFlag + "=" + v.Model.Name}
	}
	pod := podContract(v, contract, format.User, v.Model.Name)
	maps.Copy(pod, map[string]any{
		"labels":               plain(v.PodLabels()),
		"annotations":          map[string]any{kserve.DigestAnnotation: v.Files.Digest},
		"storageContainerName": kserve.StorageContainer,
		"deploymentStrategy":   rolling(),
		"model":                served,
	})
	return pod
}
