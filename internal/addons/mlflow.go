package addons

import (
	"fmt"

	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/mlflowserver"
)

// MlflowKey is the key of MLflow.
const MlflowKey = "mlflow"

// mlflowPods are those of the server. The memory is that of the default settings.
var mlflowPods = Workload{
	Name: "MLflow", Namespace: mlflowserver.Namespace, Labels: map[string]string{labels.Name: mlflowserver.Name},
	Replicas: 1, CPU: mlflowserver.CPU, Memory: fmt.Sprintf("%dMi", mlflowserver.Default().PodMiB()),
	Metrics: Metrics{Port: mlflowserver.Port},
}

// Mlflow is the MLflow server. The platform makes its objects itself: no chart has what they need (docs/adr/0035).
func Mlflow() Helm {
	return Helm{
		Key:   MlflowKey,
		Token: mlflowserver.Token,
		Title: "MLflow",
		Why:   "keeps what training runs tell, and the registry of models",
		Own:   true,
		Chart: Chart{
			AppVersion: mlflowserver.Tag, Namespace: mlflowserver.Namespace,
			Images: []ChartImage{{Repository: mlflowserver.Image}},
		},
		Address: mlflowserver.Address, Bucket: Bucket{Name: "artifacts", Folder: mlflowserver.Folder, NoncurrentDays: mlflowserver.KeptDays},
		Accounts: []Account{
			{Key: "server", Name: mlflowserver.Name, OnBucket: readsArtifacts},
			{Key: "gc", Name: mlflowserver.Garbage, OnBucket: removesArtifacts},
			{Key: "trainer", Name: mlflowserver.Trainer, OnBucket: WritesArtifacts},
		},
		Workloads: []Workload{mlflowPods},
		Suit:      suitMlflow,
		Pages: []Page{{Host: mlflowserver.Page, Service: mlflowserver.Name, Port: mlflowserver.ServicePort, Health: mlflowserver.Health,
			Pods: 3}},
		Setting: mlflowserver.Setting,
		After:   []string{ExternalSecretsKey},
		Object:  "* " + mlflowserver.Name + "*",
		Accepted: map[string]string{
			"container-ephemeral-storage-request-and-limit": "The root file system is read-only. The one writable folder, /tmp, has a size limit.",
			"container-image-pull-policy":                   PinnedImage,
			"deployment-has-host-podantiaffinity":           Spread,
			"container-security-context-user-group-id":      "The image names no user; 1000 is the one that its chart runs it as.",
		},
	}
}

// suitMlflow has as many pods as the setting says, and as much memory of each.
func suitMlflow(f Facts, row *Helm) {
	if f.Mlflow.Replicas == 0 {
		return
	}
	pods := mlflowPods
	pods.Replicas, pods.Memory = f.Mlflow.Replicas, fmt.Sprintf("%dMi", f.Mlflow.PodMiB())
	row.Workloads = []Workload{pods}
}
