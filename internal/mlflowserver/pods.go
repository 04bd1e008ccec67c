package mlflowserver

import (
	_ "embed" // the program that changes the schema
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/podsecurity"
)

// Installation is what the objects of one server depend on, besides its Spec. Values that are known later are given as what stands for
// them.
type Installation struct {
	Spec
	// Image is the whole address of the image. Required.
	Image string
	// Region is that of the bucket. Required.
	Region string
	// Host is the DNS name that people know; "" where there is none.
	Host string
	// Root is where new experiments keep files, s3://<bucket>/artifacts. Required.
	Root any
	// Pool is how many connections each pool of a process may have, 2 or more. Required.
	Pool int
}

// Labels are those of the pods of a part: Name, Schema or Garbage.
func Labels(part string) map[string]any {
	return map[string]any{labels.Name: part, labels.PartOf: labels.Modelway}
}

// Deployment is the spec of the Deployment of the server. Pods are replaced one after the other, each when its successor answers.
func (i Installation) Deployment() map[string]any {
	selected := map[string]any{labels.Name: Name}
	pod := i.pod(Name, i.server())
	pod["topologySpreadConstraints"] = []any{map[string]any{
		"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "ScheduleAnyway",
		"labelSelector": map[string]any{"matchLabels": selected},
	}}
	pod["terminationGracePeriodSeconds"] = 60
	return map[string]any{
		"replicas": i.Replicas, "revisionHistoryLimit": 5, "progressDeadlineSeconds": ReadySeconds,
		"selector": map[string]any{"matchLabels": selected},
		"strategy": map[string]any{"type": "RollingUpdate", "rollingUpdate": map[string]any{"maxUnavailable": 0, "maxSurge": 1}},
		"template": map[string]any{"metadata": map[string]any{"labels": Labels(Name)}, "spec": pod},
	}
}

// ReadySeconds is how many seconds a pod may take until it answers: on half a CPU the import of MLflow alone takes minutes, and on Fargate
// a pod waits for a machine.
const ReadySeconds = 1200

// server is the container of the server. Files of runs do not pass through it: addresses of files that it would serve are ones that model
// servers cannot read.
func (i Installation) server() map[string]any {
	container := i.container(Name, CPU, fmt.Sprintf("%dMi", i.PodMiB()), []any{
		"mlflow", "server", "--host", "0.0.0.0", "--port", fmt.Sprint(Port), "--workers", fmt.Sprint(workers),
		"--no-serve-artifacts", "--default-artifact-root", i.Root, "--expose-prometheus", metricsFolder,
	})
	container["env"] = append(container["env"].([]any), i.hosts()...)
	container["ports"] = []any{map[string]any{"name": "http", "containerPort": Port, "protocol": "TCP"}}
	answers := map[string]any{"path": Health, "port": "http"}
	container["startupProbe"] = map[string]any{"httpGet": answers, "periodSeconds": 10, "failureThreshold": 60, "timeoutSeconds": 5}
	container["readinessProbe"] = map[string]any{"httpGet": answers, "periodSeconds": 10, "failureThreshold": 3, "timeoutSeconds": 5}
	container["livenessProbe"] = map[string]any{
		"exec":          map[string]any{"command": []any{"sh", "-c", alive}},
		"periodSeconds": 20, "failureThreshold": 6, "timeoutSeconds": 10, // it starts a Python beside busy workers
	}
	// Until the load balancer and the Service have taken the pod out, it still gets requests.
	container["lifecycle"] = map[string]any{"preStop": map[string]any{"sleep": map[string]any{"seconds": 20}}}
	return container
}

// alive fails where the password of the database is not the one that the process was started with, or nothing answers (docs/adr/0032).
var alive = fmt.Sprintf(`test "$MLFLOW_BACKEND_STORE_URI" = "$(cat %s/%s)" && exec python -c `+
	`'import urllib.request as r; r.urlopen("http://127.0.0.1:%d%s", timeout=8)'`, secretFolder, Key, Port, Health)

// hosts are the variables by which the server knows the names that it may be asked by, and the pages that may ask it. Names that are given
// replace those that it knows itself; Prometheus asks by the address of the pod
// (https://mlflow.org/docs/latest/self-hosting/security/network/).
func (i Installation) hosts() []any {
	service := Name + "." + Namespace
	names := []string{Name, service, service + ".svc", service + ".svc.cluster.local", "localhost", "127.0.0.1"}
	variables := []any{map[string]any{"name": "POD_IP", "valueFrom": map[string]any{"fieldRef": map[string]any{"fieldPath": "status.podIP"}}}}
	if i.Host != "" {
		names = append(names, i.Host)
		variables = append(variables, variable("MLFLOW_SERVER_CORS_ALLOWED_ORIGINS", "https://"+i.Host))
	}
	var allowed []string
	for _, name := range names {
		allowed = append(allowed, name, name+":*")
	}
	allowed = append(allowed, fmt.Sprintf("$(POD_IP):%d", Port))
	return append(variables, variable("MLFLOW_SERVER_ALLOWED_HOSTS", strings.Join(allowed, ",")))
}

//go:embed schema.py
var schemaProgram string

// SchemaJob is the spec of the Job that brings the schema of the database to the version of the image, and makes it where there is none. It
// has one pod at a time, and holds a lock of the server while it works: of two that start at once, the second finds the work done.
func (i Installation) SchemaJob() map[string]any {
	pod := i.pod(Name, i.container(Schema, jobCPU, jobMemory, []any{"python", "-c", schemaProgram}))
	pod["restartPolicy"] = "Never"
	return map[string]any{
		"parallelism": 1, "completions": 1, "backoffLimit": 3, "activeDeadlineSeconds": SchemaSeconds,
		"template": map[string]any{"metadata": map[string]any{"labels": Labels(Schema)}, "spec": pod},
	}
}

// SchemaSeconds is how many seconds the change of a schema may take, with all its tries: large ones of MLflow take an hour.
const SchemaSeconds = 7200

// GarbageJob is the spec of the CronJob that removes for good what somebody deleted RetentionDays ago, with its files.
func (i Installation) GarbageJob() map[string]any {
	container := i.container(Garbage, jobCPU, jobMemory, []any{
		"mlflow", "gc", "--older-than", fmt.Sprintf("%dd", i.RetentionDays), "--artifacts-destination", i.Root,
	})
	// It works on the database itself, which it takes for the tracking server.
	container["env"] = append(container["env"].([]any), variable("MLFLOW_TRACKING_URI", "$(MLFLOW_BACKEND_STORE_URI)"))
	pod := i.pod(Garbage, container)
	pod["restartPolicy"] = "Never"
	return map[string]any{
		"schedule": "20 2 * * *", "timeZone": "Etc/UTC", "concurrencyPolicy": "Forbid", "startingDeadlineSeconds": 3600,
		"successfulJobsHistoryLimit": 1, "failedJobsHistoryLimit": 3,
		"jobTemplate": map[string]any{
			"metadata": map[string]any{"labels": Labels(Garbage)},
			"spec": map[string]any{
				"activeDeadlineSeconds": 3600, "backoffLimit": 2, "ttlSecondsAfterFinished": 3600,
				"template": map[string]any{"metadata": map[string]any{"labels": Labels(Garbage)}, "spec": pod},
			},
		},
	}
}

// What the containers of jobs ask for: with the 256Mi that Fargate keeps they fit a size of it.
const jobCPU, jobMemory = "250m", "768Mi"

// container is what every container of MLflow keeps to.
func (i Installation) container(name, cpu, memory string, command []any) map[string]any {
	size := func() map[string]any { return map[string]any{"cpu": cpu, "memory": memory} }
	return map[string]any{
		"name": name, "image": i.Image, "imagePullPolicy": "IfNotPresent", "command": command, "workingDir": temporary,
		"env":       i.environment(),
		"resources": map[string]any{"requests": size(), "limits": size()},
		"volumeMounts": []any{
			map[string]any{"name": "tmp", "mountPath": temporary},
			map[string]any{"name": Secret, "mountPath": secretFolder, "readOnly": true},
			map[string]any{"name": Certificates, "mountPath": certificateFolder, "readOnly": true},
		},
		"securityContext": podsecurity.Container(),
	}
}

// environment are the variables of every container. The database's address has the password in it, and comes from a Secret. MLflow takes
// no 0 for the connections beyond a pool, and without a number allows ten (mlflow/store/db/utils.py of 3.17.2): so one of them is beyond.
func (i Installation) environment() []any {
	return []any{
		map[string]any{"name": "MLFLOW_BACKEND_STORE_URI", "valueFrom": map[string]any{
			"secretKeyRef": map[string]any{"name": Secret, "key": Key}}},
		variable("MLFLOW_SQLALCHEMYSTORE_POOL_SIZE", fmt.Sprint(i.Pool-1)),
		variable("MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW", "1"),
		variable("MLFLOW_DISABLE_TELEMETRY", "true"),
		variable("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false"),
		variable("AWS_REGION", i.Region),
		variable("AWS_DEFAULT_REGION", i.Region),
		variable("HOME", temporary),
	}
}

func variable(name, value string) map[string]any { return map[string]any{"name": name, "value": value} }

// pod is what every pod of MLflow keeps to. It fits the restricted pod security standard.
func (i Installation) pod(account string, container map[string]any) map[string]any {
	return map[string]any{
		"serviceAccountName": account, "automountServiceAccountToken": false, "enableServiceLinks": false,
		"securityContext": podsecurity.Pod(user, user),
		"containers":      []any{container},
		"volumes": []any{
			map[string]any{"name": "tmp", "emptyDir": map[string]any{"sizeLimit": "1Gi"}},
			map[string]any{"name": Secret, "secret": map[string]any{"secretName": Secret}},
			map[string]any{"name": Certificates, "configMap": map[string]any{"name": Certificates}},
		},
	}
}
