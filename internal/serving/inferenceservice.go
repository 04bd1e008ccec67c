package serving

import (
	"maps"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/lifecycle"
	"github.com/modelway/modelway/internal/modelspec"
)

const (
	storeVariable = modelspec.EnvStoreURI
	// temporary is the one folder that a model server may write.
	temporary = "/tmp"
	// filesGroup owns the volume of the files, so that the init container and the server reach it whatever users they are.
	filesGroup = 65532
)

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

// predictor is a version as KServe's PredictorSpec, which is a pod's spec with a model.
func predictor(v Version, storeURI any) map[string]any {
	contract := v.Model.Lifecycle()
	format, _ := kserve.Find(v.Files.Format)
	return map[string]any{
		"labels":               plain(v.PodLabels()),
		"annotations":          map[string]any{kserve.DigestAnnotation: v.Files.Digest},
		"storageContainerName": kserve.StorageContainer,
		"deploymentStrategy": map[string]any{
			"type": "RollingUpdate", "rollingUpdate": map[string]any{"maxUnavailable": 0, "maxSurge": 1},
		},
		"serviceAccountName":            v.Model.Name,
		"automountServiceAccountToken":  v.Model.ServiceAccountToken,
		"enableServiceLinks":            false,
		"terminationGracePeriodSeconds": contract.TerminationGracePeriod,
		"securityContext": map[string]any{
			"runAsNonRoot": true, "runAsUser": format.User, "runAsGroup": format.User, "fsGroup": filesGroup,
			"seccompProfile": map[string]any{"type": "RuntimeDefault"},
		},
		"topologySpreadConstraints": spreads(v),
		"volumes":                   []any{map[string]any{"name": "tmp", "emptyDir": map[string]any{"sizeLimit": "1Gi"}}},
		"model":                     served(v, format, contract, storeURI),
	}
}

// served is the container that serves, which KServe lays over that of the runtime. Its requests equal its limits, as those of an image do.
func served(v Version, format kserve.Format, contract lifecycle.Contract, storeURI any) map[string]any {
	size := map[string]any{"cpu": v.Model.Resources.CPU, "memory": v.Model.Resources.Memory}
	container := map[string]any{
		"modelFormat":     map[string]any{"name": format.Name},
		"runtime":         format.Runtime,
		"protocolVersion": "v1",
		"storageUri":      v.Files.URI,
		"resources":       map[string]any{"requests": size, "limits": maps.Clone(size)},
		"env":             v.containerEnv(storeURI),
		"ports":           []any{map[string]any{"name": PortName, "containerPort": kserve.Port, "protocol": "TCP"}},
		"startupProbe":    statusProbe(v, contract.Startup),
		"readinessProbe":  statusProbe(v, contract.Readiness),
		"livenessProbe":   statusProbe(v, contract.Liveness),
		"lifecycle":       map[string]any{"preStop": map[string]any{"sleep": map[string]any{"seconds": contract.PreStop}}},
		"securityContext": restricted(),
		"volumeMounts":    []any{map[string]any{"name": "tmp", "mountPath": temporary}},
	}
	if format.NameFlag != "" && v.Name != v.Model.Name {
		// KServe appends these to the arguments of the runtime, which name the InferenceService.
		container["args"] = []any{format.NameFlag + "=" + v.Model.Name}
	}
	return container
}

// statusProbe asks for the model's status, which answers 200 once the model is loaded.
func statusProbe(v Version, p lifecycle.Probe) map[string]any {
	return map[string]any{
		"httpGet":       map[string]any{"path": v.Model.StatusPath(), "port": PortName},
		"periodSeconds": p.Period, "timeoutSeconds": p.Timeout, "failureThreshold": p.FailureThreshold,
	}
}

// spreads keep the replicas of one revision evenly apart where there is room for that, and start them anyway where not.
func spreads(v Version) []any {
	var all []any
	for _, key := range []string{"topology.kubernetes.io/zone", "kubernetes.io/hostname"} {
		all = append(all, map[string]any{
			"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway",
			"labelSelector": map[string]any{"matchLabels": plain(v.Selector())}, "matchLabelKeys": []any{"pod-template-hash"},
		})
	}
	return all
}

func plain(texts map[string]string) map[string]any {
	all := make(map[string]any, len(texts))
	for key, text := range texts {
		all[key] = text
	}
	return all
}
