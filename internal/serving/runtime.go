package serving

import (
	"strconv"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/podsecurity"
)

// filesFolder is where KServe mounts the files of a model.
const filesFolder = "/mnt/models"

// Runtime is a ClusterServingRuntime of the platform: its name and spec.
type Runtime struct {
	Name string
	Spec map[string]any
}

// Runtimes are the platform's own, for the formats that KServe's chart has no server for. The images come from a mirror, or with "" from
// their own registries. What a model says of its container is laid over that of its runtime.
func Runtimes(mirror string) []Runtime {
	port := strconv.Itoa(kserve.Port)
	var all []Runtime
	for _, own := range []struct {
		format string
		image  addons.Image
		args   []any
	}{
		{"mlflow", addons.MlflowServer(), []any{"--model_name={{.Name}}", "--model_dir=" + filesFolder, "--http_port=" + port}},
		{"modelway", addons.SampleServer(), []any{"--model-dir=" + filesFolder, "--port=" + port}},
	} {
		format, _ := kserve.Find(own.format)
		all = append(all, Runtime{Name: format.Runtime, Spec: map[string]any{
			"annotations":           map[string]any{"prometheus.kserve.io/path": "/metrics", "prometheus.kserve.io/port": port},
			"supportedModelFormats": []any{map[string]any{"name": format.Name, "version": "1", "autoSelect": true, "priority": 1}},
			"protocolVersions":      []any{"v1"},
			"containers": []any{map[string]any{
				"name": kserve.Container, "image": addons.Mirror(own.image.String(), mirror), "imagePullPolicy": "IfNotPresent", "args": own.args,
				"ports":           []any{map[string]any{"name": PortName, "containerPort": kserve.Port, "protocol": "TCP"}},
				"securityContext": podsecurity.Container(),
			}},
		}})
	}
	return all
}
