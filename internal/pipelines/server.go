package pipelines

import (
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/identity"
)

// Folders of files in containers.
const (
	passwordFolder    = "/etc/modelway/database"
	authoritiesFolder = "/etc/modelway/certificates"
	authoritiesMap    = "database-certificates"
	authoritiesFile   = "ca.pem"
	// settingsAnnotation on a pod is the checksum of its settings: with other ones it is replaced.
	settingsAnnotation = "modelway.dev/settings"
)

// server has the API server use S3 by its role, the database over TLS, and settings of its own. It ends without the address of the server
// of visualizations, which is left out, so it is told one where nothing answers
// (https://github.com/kubeflow/pipelines/blob/2.17.0/backend/src/apiserver/main.go).
func (e *editor) server() {
	more := map[string]any{
		"AWS_REGION": e.in.Region, "OBJECTSTORECONFIG_REGION": e.in.Region,
		"ML_PIPELINE_VISUALIZATIONSERVER_SERVICE_HOST": "localhost", "ML_PIPELINE_VISUALIZATIONSERVER_SERVICE_PORT": "8888",
	}
	if e.in.Authorities != "" {
		more["SSL_CERT_DIR"] = "/etc/ssl/certs:" + authoritiesFolder
	}
	e.env(ApiServer, map[string]any{
		"OBJECTSTORECONFIG_SECURE": "true", "OBJECTSTORECONFIG_HOST": e.in.endpoint(), "OBJECTSTORECONFIG_PORT": "",
		"OBJECTSTORECONFIG_ACCESSKEY": nil, "OBJECTSTORECONFIG_SECRETACCESSKEY": nil,
	}, more)
	e.mount(ApiServer, "server-config", "/config/config.json", "config.json", map[string]any{"configMap": map[string]any{"name": serverMap}})
	e.secret(ApiServer)
	template := e.at(e.object("Deployment", ApiServer), "spec", "template", "metadata")
	annotations, _ := template["annotations"].(map[string]any)
	if annotations == nil {
		annotations = map[string]any{}
	}
	annotations[settingsAnnotation], template["annotations"] = checksum(e.in.serverConfig()), annotations
	e.container(partOf(ApiServer))["livenessProbe"] = restarted(`test "$DBCONFIG_MYSQLCONFIG_PASSWORD" = "$(cat `+passwordFolder+
		`/password)" && wget -q -T 2 -O /dev/null http://127.0.0.1:%d/apis/v1beta1/healthz`, ApiPort)
}

// page has the web page read artifacts and logs in S3 by its role.
func (e *editor) page() {
	e.env(UI, map[string]any{
		"MINIO_NAMESPACE": nil, "MINIO_ACCESS_KEY": nil, "MINIO_SECRET_KEY": nil, "VIEWER_TENSORBOARD_POD_TEMPLATE_SPEC_PATH": nil,
		"ALLOW_CUSTOM_VISUALIZATIONS": "false",
	}, map[string]any{
		"AWS_REGION": e.in.Region, "AWS_S3_ENDPOINT": e.in.endpoint(),
		"ARGO_ARCHIVE_ARTIFACTORY": "s3", "ARGO_ARCHIVE_BUCKETNAME": e.in.Bucket, "ARGO_KEYFORMAT": logs,
	})
}

// metadataServer has the metadata server speak TLS to the database. Flags cannot say so, only a file, which it writes itself at each start,
// so that a changed password is in it. The server keeps the copy of the password that it started with, for the probe to compare.
func (e *editor) metadataServer() {
	container := e.container(partOf(metadata))
	list, _ := container["args"].([]any)
	var flags []any
	for _, flag := range list {
		if !strings.HasPrefix(text(flag), "--mysql_config_") {
			flags = append(flags, flag)
		}
	}
	if len(list)-len(flags) != 5 && len(container) > 0 {
		e.fault("Deployment %s has %d flags that begin with --mysql_config_, not 5", metadata, len(list)-len(flags))
	}
	e.env(metadata, map[string]any{"DBCONFIG_USER": nil, "DBCONFIG_PASSWORD": nil}, nil)
	container["command"], container["args"] = []any{"/bin/sh", "-ec", e.in.metadataStart(), "metadata"}, flags
	pod := e.pod(metadata)
	pod["volumes"] = appended(pod["volumes"], map[string]any{"name": "config",
		"emptyDir": map[string]any{"medium": "Memory", "sizeLimit": "1Mi"}})
	container["volumeMounts"] = appended(container["volumeMounts"], map[string]any{"name": "config", "mountPath": configFolder})
	e.secret(metadata)
	container["livenessProbe"] = restarted(`test "$(cat ` + configFolder + `/password)" = "$(cat ` + passwordFolder + `/password)"`)
}

const configFolder = "/run/modelway"

// metadataStart writes the server's connection, in the text form of its protocol buffers
// (https://github.com/google/ml-metadata/blob/v1.14.0/ml_metadata/proto/metadata_store.proto), and starts it.
func (in Install) metadataStart() string {
	options := "verify_server_cert: false"
	if in.Authorities != "" {
		options = fmt.Sprintf("ca: \"%s/%s\" verify_server_cert: true", authoritiesFolder, authoritiesFile)
	}
	return `umask 077
escaped() { sed 's/[\\"]/\\&/g' "$1"; }
cat ` + passwordFolder + `/password > ` + configFolder + `/password
cat > ` + configFolder + `/store.pbtxt <<END
connection_config {
  mysql {
    host: "$MYSQL_HOST"
    port: $MYSQL_PORT
    database: "$MYSQL_DATABASE"
    user: "$(escaped ` + passwordFolder + `/username)"
    password: "$(escaped ` + passwordFolder + `/password)"
    ssl_options { ` + options + ` }
  }
}
END
exec /bin/metadata_store_server "$@" --metadata_store_server_config_file=` + configFolder + `/store.pbtxt
`
}

// secret mounts user and password of the database, which the kubelet brings up to date, and the authorities that sign its certificate.
func (e *editor) secret(deployment string) {
	e.mount(deployment, "database", passwordFolder, "", map[string]any{"secret": map[string]any{"secretName": DatabaseSecret}})
	if e.in.Authorities != "" {
		e.mount(deployment, authoritiesMap, authoritiesFolder, "", map[string]any{"configMap": map[string]any{"name": authoritiesMap}})
	}
}

// restarted is a probe that has the kubelet start a container again once the command fails.
func restarted(command string, args ...any) map[string]any {
	if len(args) > 0 {
		command = fmt.Sprintf(command, args...)
	}
	return map[string]any{"exec": map[string]any{"command": []any{"/bin/sh", "-c", command}},
		"initialDelaySeconds": 30, "periodSeconds": 30, "timeoutSeconds": 5, "failureThreshold": 3}
}

// parts has each part ask for what it needs, and takes out the containers that wait for others with an image of their own: what they wait
// for is tried again by the part, or by the kubelet, which starts it again.
func (e *editor) parts() {
	for _, part := range Parts {
		e.container(part)["resources"] = map[string]any{
			"requests": map[string]any{"cpu": part.CPU, "memory": part.Memory},
			"limits":   map[string]any{"cpu": part.CPU, "memory": part.Memory},
		}
		pod := e.pod(part.Deployment)
		waiting, _ := pod["initContainers"].([]any)
		for _, item := range waiting {
			container, _ := item.(map[string]any)
			if name := text(container["name"]); !strings.HasPrefix(name, "wait-for-") {
				e.fault("Deployment %s has an init container %s, which does not only wait", part.Deployment, name)
			}
		}
		delete(pod, "initContainers")
		e.ready(part)
		e.at(e.object("Deployment", part.Deployment), "spec")["replicas"] = 1
	}
}

// probes tell that a part is ready, of those whose release has none: by what they serve, or that they reach what they call.
var probes = map[string]map[string]any{
	"metadata-envoy-deployment":     {"httpGet": map[string]any{"path": "/ready", "port": 9901}},
	workflows:                       {"httpGet": map[string]any{"path": "/healthz", "port": 6060}},
	"ml-pipeline-scheduledworkflow": {"tcpSocket": map[string]any{"port": 9090}},
	"ml-pipeline-persistenceagent": {"exec": map[string]any{"command": []any{"/bin/sh", "-c",
		"wget -q -T 3 -O /dev/null http://ml-pipeline:8888/apis/v1beta1/healthz"}}},
	"metadata-writer": {"exec": map[string]any{"command": []any{"python3", "-c",
		"import socket; socket.create_connection(('metadata-grpc-service', 8080), 3).close()"}}},
}

// ready gives a part the probe that its release lacks.
func (e *editor) ready(part Part) {
	probe, lacking := probes[part.Deployment]
	container := e.container(part)
	if !lacking || len(container) == 0 {
		return
	}
	if container["readinessProbe"] != nil {
		e.fault("Deployment %s has a readinessProbe, which is to be added", part.Deployment)
	}
	probe = deep(probe).(map[string]any)
	probe["periodSeconds"], probe["timeoutSeconds"] = 30, 5
	container["readinessProbe"] = probe
}

// accounts names the roles of service accounts.
func (e *editor) accounts() {
	for _, name := range sorted(e.in.Accounts) {
		meta := e.at(e.object("ServiceAccount", name), "metadata")
		meta["annotations"] = map[string]any{identity.RoleAnnotation: e.in.Accounts[name]}
	}
}

// images has every image come from where it is to come from, wherever a Deployment names it, and reports images that are not known.
func (e *editor) images() {
	found := map[string]bool{}
	var walk func(value any) any
	walk = func(value any) any {
		switch value := value.(type) {
		case map[string]any:
			for key, item := range value {
				value[key] = walk(item)
			}
		case []any:
			for i, item := range value {
				value[i] = walk(item)
			}
		case string:
			for _, image := range Images {
				if value == image.String() {
					found[value] = true
					return e.in.Image(value)
				}
			}
		}
		return value
	}
	for _, part := range Parts {
		container := e.container(part)
		image := text(container["image"])
		walk(e.pod(part.Deployment))
		if len(container) > 0 && !found[image] {
			e.fault("Deployment %s runs %s, which is not among the pinned images", part.Deployment, image)
		}
	}
	for _, image := range Images {
		if !found[image.String()] {
			e.fault("no Deployment names the image %s", image)
		}
	}
}
