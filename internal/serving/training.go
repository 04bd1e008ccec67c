package serving

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/podsecurity"
)

const (
	// TrainingSuffix ends the name of the CronJob that trains a model. A CronJob's name has 52 characters at most.
	TrainingSuffix = "-train"
	// neverTimes is when a CronJob would run that is suspended, and has to have a time all the same.
	neverTimes = "0 0 1 1 *"
	// trainingStart is for how many seconds a training that could not start in time still does.
	trainingStart = 3600
	// trainingTime is how many seconds a training may take with all its tries.
	trainingTime = 6 * 3600
	// trainingRetries follow a pod that failed, such as when its node went.
	trainingRetries = 2
	// keptOnFargate and keptOnNodes are for how many seconds a training that is over, and its pods with their log, can be looked at. On
	// Fargate a pod costs until it is deleted (https://docs.aws.amazon.com/eks/latest/userguide/fargate.html#fargate-considerations).
	keptOnFargate, keptOnNodes = 3600, 7 * 24 * 3600
)

// TrainingAccount is the name of the service account of a training, and of its other objects. No model can have a dot in its name.
func TrainingAccount(model string) string { return model + ".train" }

// TrainingSelector picks the pods that train a model.
func TrainingSelector(model string) map[string]string {
	return map[string]string{labels.Name: TrainingAccount(model), labels.Component: labels.Training}
}

// TrainingLabels are on every object of a training.
func TrainingLabels(model string) map[string]string {
	all := TrainingSelector(model)
	all[labels.PartOf] = labels.Modelway
	return all
}

// Training is the spec of the CronJob that trains a model on a kind of compute, with the MLflow server at an address. Without a schedule it
// is suspended, and its jobs are made by hand.
func Training(m modelspec.Model, compute, registry string) map[string]any {
	times, kept := m.Train.Schedule, keptOnNodes
	if times == "" {
		times = neverTimes
	}
	if compute == modelspec.ComputeFargate {
		kept = keptOnFargate
	}
	pod := TrainingLabels(m.Name)
	pod[labels.Compute] = compute
	return map[string]any{
		"schedule": times, "timeZone": m.Train.TimeZone, "suspend": m.Train.Schedule == "",
		"concurrencyPolicy": "Forbid", "startingDeadlineSeconds": trainingStart,
		"successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 3,
		"jobTemplate": map[string]any{
			"metadata": map[string]any{"labels": plain(TrainingLabels(m.Name))},
			"spec": map[string]any{
				"activeDeadlineSeconds": trainingTime, "backoffLimit": trainingRetries, "ttlSecondsAfterFinished": kept,
				"template": map[string]any{
					"metadata": map[string]any{
						"labels": plain(pod),
						// https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#what-types-of-pods-can-prevent-ca-from-removing-a-node
						"annotations": map[string]any{"cluster-autoscaler.kubernetes.io/safe-to-evict": "false"},
					},
					"spec": trainingPod(m, registry),
				},
			},
		},
	}
}

// trainingPod fits the restricted pod security standard. It has one writable folder.
func trainingPod(m modelspec.Model, registry string) map[string]any {
	size := map[string]any{"cpu": m.Train.Resources.CPU, "memory": m.Train.Resources.Memory}
	return map[string]any{
		"serviceAccountName": TrainingAccount(m.Name), "automountServiceAccountToken": false, "enableServiceLinks": false,
		"restartPolicy": "Never", "securityContext": podsecurity.Pod(nonroot, nonroot),
		"volumes": []any{map[string]any{"name": "tmp", "emptyDir": map[string]any{"sizeLimit": "10Gi"}}},
		"containers": []any{map[string]any{
			"name": "train", "image": m.Train.Image, "imagePullPolicy": "IfNotPresent",
			"command": []any{"python", "-m", m.Train.Module(), "train", "--work", temporary},
			"env": []any{
				map[string]any{"name": "HOME", "value": temporary},
				map[string]any{"name": "MLFLOW_TRACKING_URI", "value": registry},
			},
			"resources":       map[string]any{"requests": size, "limits": map[string]any{"cpu": size["cpu"], "memory": size["memory"]}},
			"securityContext": podsecurity.Container(),
			"volumeMounts":    []any{map[string]any{"name": "tmp", "mountPath": temporary}},
		}},
	}
}

// RegistryPeer is where an MLflow server is reached, for a network policy: in a namespace of the cluster, or at a port of any address.
// Policies know neither Services nor names: behind a Service the port is that of the pods, so that none is named.
func RegistryPeer(address string) (namespace string, port int) {
	server, err := url.Parse(address)
	if err != nil {
		return "", 0
	}
	parts := strings.Split(strings.TrimSuffix(server.Hostname(), ".cluster.local"), ".")
	if len(parts) == 3 && parts[2] == "svc" {
		return parts[1], 0
	}
	if port, err = strconv.Atoi(server.Port()); err == nil {
		return "", port
	}
	return "", map[string]int{"http": 80, "https": 443}[server.Scheme]
}
