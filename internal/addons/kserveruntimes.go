package addons

import "github.com/modelway/modelway/internal/kserve"

// kserveServers are the runtimes of KServe's chart that serve a format of the platform, by their names in its values; others are the rest,
// which serve none of them, or need more than a Fargate pod has.
var (
	kserveServers = []string{"sklearnserver", "xgbserver", "lgbserver"}
	otherServers  = []string{
		"autogluonserver", "huggingfaceserver", "huggingfaceserver_multinode", "mlserver", "paddleserver", "pmmlserver", "predictiveserver",
		"tensorflow", "torchserve", "tritonserver", "vllmserver",
	}
)

// KServeRuntimes are the runtimes that KServe itself has for formats of files. Those of the platform are in package k8s/kserve.
func KServeRuntimes() Helm {
	chart := kserveChart("kserve-runtime-configs")
	for _, server := range kserveServers {
		chart.Images = append(chart.Images, ChartImage{Repository: "docker.io/kserve/" + server, At: "kserve.servingruntime." + server,
			Key: "image"})
	}
	return Helm{
		Key:     KServeRuntimesKey,
		Title:   "KServe runtimes",
		Why:     "serve files of scikit-learn, XGBoost and LightGBM",
		Chart:   chart,
		Values:  kserveRuntimeValues,
		Setting: kserve.Setting,
		After:   []string{KServeKey},
	}
}

// kserveRuntimeValues are by the names of https://github.com/kserve/kserve/blob/v0.20.0/charts/kserve-runtime-configs/values.yaml.
func kserveRuntimeValues(Facts) map[string]any {
	runtimes := map[string]any{"enabled": true}
	for _, server := range kserveServers {
		runtimes[server] = map[string]any{"securityContext": restrictedContainer()}
	}
	for _, server := range otherServers {
		runtimes[server] = map[string]any{"disabled": true}
	}
	return map[string]any{"kserve": map[string]any{"servingruntime": runtimes}}
}
