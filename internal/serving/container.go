package serving

import (
	"maps"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/podsecurity"
)

// containerEnv are the environment variables of a version in the order of their names, so that a rerun changes nothing. The address of the
// model store, nil where the model has none, may be a value that is not known yet.
func (v Version) containerEnv(storeURI any) []any {
	variables := map[string]map[string]any{}
	for name, value := range v.Env {
		variables[name] = map[string]any{"value": value}
	}
	if storeURI != nil {
		variables[storeVariable] = map[string]any{"value": storeURI}
	}
	for name, reference := range v.Model.Secrets {
		secret, key, _ := strings.Cut(reference, "/")
		variables[name] = map[string]any{"valueFrom": map[string]any{"secretKeyRef": map[string]any{"name": secret, "key": key}}}
	}
	var env []any
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		variables[name]["name"] = name
		env = append(env, variables[name])
	}
	return env
}

// StorageContainer is the spec of the ClusterStorageContainer that downloads files of models: what KServe merges into the init container
// of each of their pods. The digest comes from the pod, since one container serves all models. The region is set by hand, since EKS Pod
// Identity sets none (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html).
func StorageContainer(image, region string) map[string]any {
	return map[string]any{
		"container": map[string]any{
			"name": kserve.Initializer, "image": image, "imagePullPolicy": "IfNotPresent",
			"env": []any{
				map[string]any{"name": artifact.EnvDigest, "valueFrom": map[string]any{"fieldRef": map[string]any{
					"fieldPath": "metadata.annotations['" + kserve.DigestAnnotation + "']",
				}}},
				map[string]any{"name": "AWS_REGION", "value": region},
			},
			"resources": map[string]any{
				"requests": map[string]any{"cpu": kserve.InitializerCPU, "memory": kserve.InitializerMemory},
				"limits":   map[string]any{"memory": kserve.InitializerMemory},
			},
			"securityContext": podsecurity.Container(),
		},
		"supportedUriFormats":        []any{map[string]any{"prefix": artifact.Scheme}},
		"workloadType":               "initContainer",
		"supportsMultiModelDownload": false,
	}
}
