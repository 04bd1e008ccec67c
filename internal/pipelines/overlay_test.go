package pipelines_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/pipelines"
	"github.com/modelway/modelway/internal/rule"
)

const standIn = "../../local/manifests/kubeflow-pipelines.yaml"

// release are the objects of the stand-in, which has those of the release by name, and what is changed of each.
func release(t *testing.T) []pipelines.Object {
	t.Helper()
	text, err := os.ReadFile(standIn)
	require.NoError(t, err)
	objects, err := pipelines.Parse(string(text))
	require.NoError(t, err)
	return objects
}

// install is one with everything.
func install() pipelines.Install {
	return pipelines.Install{
		Region: "eu-central-1", Host: "db.example.com", Bucket: "acme-pipelines",
		Accounts: map[string]any{pipelines.Runner: "arn:aws:iam::111122223333:role/runner"},
		Format:   func(format string, args ...any) any { return fmt.Sprintf(format, args...) },
		Image:    func(image string) string { return "mirror.example.com/" + image },
		Mlflow:   "http://mlflow.mlflow.svc", Authorities: "-----BEGIN CERTIFICATE-----\n",
	}
}

// overlay are the objects of an installation, by kind and name.
func overlay(t *testing.T, in pipelines.Install) map[string]pipelines.Object {
	t.Helper()
	objects, err := pipelines.Overlay(release(t), in)
	require.NoError(t, err)
	all, stage := map[string]pipelines.Object{}, 0
	for _, o := range objects {
		all[o.String()] = o
		require.GreaterOrEqual(t, o.Stage(), stage, "%s comes before what it needs", o)
		stage = o.Stage()
	}
	require.Len(t, all, len(objects))
	return all
}

// container is that of a Deployment, and its variables by name.
func container(t *testing.T, o pipelines.Object) (map[string]any, map[string]any) {
	t.Helper()
	pod := o["spec"].(map[string]any)["template"].(map[string]any)["spec"].(map[string]any)
	require.NotContains(t, pod, "initContainers", o)
	found := pod["containers"].([]any)[0].(map[string]any)
	variables := map[string]any{}
	list, _ := found["env"].([]any)
	for _, item := range list {
		variable := item.(map[string]any)
		variables[variable["name"].(string)] = variable["value"]
	}
	return found, variables
}

// TestOverlayReachesS3ByRoles wants no key, no other store and the region's endpoint wherever files are kept.
func TestOverlayReachesS3ByRoles(t *testing.T) {
	all := overlay(t, install())
	text, err := json.Marshal(all)
	require.NoError(t, err)
	require.NotRegexp(t, `(?i)minio|seaweedfs|accesskey`, string(text))
	_, server := container(t, all["Deployment ml-pipeline"])
	require.Equal(t, []any{"s3.eu-central-1.amazonaws.com", "", "true", "eu-central-1"}, []any{server["OBJECTSTORECONFIG_HOST"],
		server["OBJECTSTORECONFIG_PORT"], server["OBJECTSTORECONFIG_SECURE"], server["OBJECTSTORECONFIG_REGION"]})
	_, page := container(t, all["Deployment ml-pipeline-ui"])
	require.Equal(t, []any{"s3", "acme-pipelines", "artifacts/{{workflow.name}}/{{pod.name}}"}, []any{page["ARGO_ARCHIVE_ARTIFACTORY"],
		page["ARGO_ARCHIVE_BUCKETNAME"], page["ARGO_KEYFORMAT"]})
	var logs map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(all["ConfigMap workflow-controller-configmap"]["data"].(map[string]any)["artifactRepository"].(string)),
		&logs))
	require.Equal(t, map[string]any{"archiveLogs": true, "s3": map[string]any{"endpoint": "s3.eu-central-1.amazonaws.com",
		"region": "eu-central-1", "bucket": "acme-pipelines", "useSDKCreds": true, "keyFormat": page["ARGO_KEYFORMAT"]}}, logs)
	launcher := all["ConfigMap kfp-launcher"]["data"].(map[string]any)
	require.Equal(t, "s3://acme-pipelines/v2/artifacts", launcher["defaultPipelineRoot"])
	require.JSONEq(t, `{"s3":{"default":{"endpoint":"s3.eu-central-1.amazonaws.com","region":"eu-central-1","disableSSL":false,
		"credentials":{"fromEnv":true}}}}`, launcher["providers"].(string))
	require.Equal(t, map[string]any{"eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/runner"},
		all["ServiceAccount pipeline-runner"]["metadata"].(map[string]any)["annotations"])
}

// TestOverlaySpeaksTLS to the database, of both clients, and checks its certificate where it is known who signs it.
func TestOverlaySpeaksTLS(t *testing.T) {
	for authorities, want := range map[string][]string{
		"PEM": {`"tls": "true"`, `ssl_options { ca: "/etc/modelway/certificates/ca.pem" verify_server_cert: true }`},
		"":    {`"tls": "skip-verify"`, `ssl_options { verify_server_cert: false }`},
	} {
		in := install()
		in.Authorities = authorities
		all := overlay(t, in)
		require.Contains(t, all["ConfigMap ml-pipeline-server-config"]["data"].(map[string]any)["config.json"], want[0])
		server, variables := container(t, all["Deployment ml-pipeline"])
		require.Equal(t, authorities != "", variables["SSL_CERT_DIR"] != nil)
		require.Contains(t, fmt.Sprint(server["volumeMounts"]), "/config/config.json")
		metadata, variables := container(t, all["Deployment metadata-grpc-deployment"])
		require.NotContains(t, variables, "DBCONFIG_PASSWORD", "it is read from the file")
		script := metadata["command"].([]any)[2].(string)
		require.Contains(t, script, want[1])
		require.Equal(t, []any{"--grpc_port=8080", "--enable_database_upgrade=true"}, metadata["args"], "the other flags of the release stay")
	}
}

// TestOverlayStartsAgainWithANewPassword has the probes compare that of the Secret with that of the start.
func TestOverlayStartsAgainWithANewPassword(t *testing.T) {
	all := overlay(t, install())
	for name, started := range map[string]string{"ml-pipeline": "$DBCONFIG_MYSQLCONFIG_PASSWORD", "metadata-grpc-deployment": "$(cat /run/modelway/password)"} {
		made, _ := container(t, all["Deployment "+name])
		require.Contains(t, fmt.Sprint(made["livenessProbe"]), `test "`+started+`" = "$(cat /etc/modelway/database/password)"`)
		require.Contains(t, fmt.Sprint(made["volumeMounts"]), "/etc/modelway/database")
	}
	require.NotContains(t, all, "Secret mysql-secret", "it is that of External Secrets")
}

// TestOverlayTellsMlflow where there is one, and takes the address of somebody else's away where there is none.
func TestOverlayTellsMlflow(t *testing.T) {
	for address, want := range map[string]bool{"http://mlflow.mlflow.svc": true, "": false} {
		in := install()
		in.Mlflow = address
		var config map[string]any
		text := overlay(t, in)["ConfigMap ml-pipeline-server-config"]["data"].(map[string]any)["config.json"].(string)
		require.NoError(t, json.Unmarshal([]byte(text), &config))
		require.Equal(t, want, config["plugins"] != nil)
		require.NotContains(t, text, "opendatahub")
		require.NotContains(t, text, "AccessKey", "the one of the image has keys, which would go before the role")
		if want {
			require.Equal(t, address, config["plugins"].(map[string]any)["mlflow"].(map[string]any)["endpoint"])
		}
	}
}

// TestOverlayAsksForWhatPartsNeed, of every part, with images from the mirror.
func TestOverlayAsksForWhatPartsNeed(t *testing.T) {
	all := overlay(t, install())
	for _, part := range pipelines.Parts {
		made, _ := container(t, all["Deployment "+part.Deployment])
		size := map[string]any{"cpu": part.CPU, "memory": part.Memory}
		require.Equal(t, map[string]any{"requests": size, "limits": size}, made["resources"], part.Deployment)
		require.NotNil(t, made["readinessProbe"], part.Deployment)
		require.True(t, strings.HasPrefix(made["image"].(string), "mirror.example.com/"), part.Deployment)
	}
	controller, _ := container(t, all["Deployment workflow-controller"])
	require.Contains(t, controller["args"], "mirror.example.com/quay.io/argoproj/argoexec:v4.0.5")
	_, server := container(t, all["Deployment ml-pipeline"])
	require.Equal(t, "mirror.example.com/ghcr.io/kubeflow/kfp-launcher:2.17.0", server["V2_LAUNCHER_IMAGE"])
	require.Equal(t, "true", all["ConfigMap pipeline-install-config"]["data"].(map[string]any)["BLOCK_V1_PIPELINES"])
	for _, name := range []string{"mysql", "seaweedfs", "cache-server", "ml-pipeline-viewer-crd", "ml-pipeline-visualizationserver"} {
		require.NotContains(t, all, "Deployment "+name)
	}
}

// TestOverlayReportsAnotherRelease takes the release apart, one object at a time, and looks for the message of each.
func TestOverlayReportsAnotherRelease(t *testing.T) {
	for _, gone := range release(t) {
		var left []pipelines.Object
		for _, o := range release(t) {
			if o.String() != gone.String() {
				left = append(left, o)
			}
		}
		_, err := pipelines.Overlay(left, install())
		require.ErrorContains(t, err, gone.String()+" is to be ")
		require.ErrorContains(t, err, "and is not there")
	}
	for want, change := range map[string]func(string) string{
		"Deployment ml-pipeline has no variable OBJECTSTORECONFIG_HOST": func(text string) string {
			return strings.Replace(text, "name: OBJECTSTORECONFIG_HOST", "name: OBJECTSTORE_HOST", 1)
		},
		"Deployment ml-pipeline-ui has not the one container ml-pipeline-ui": func(text string) string {
			return strings.Replace(text, "- name: ml-pipeline-ui\n        image:", "- name: frontend\n        image:", 1)
		},
		"ConfigMap pipeline-install-config has no key mysqlHost": func(text string) string { return strings.Replace(text, "mysqlHost: ''", "host: ''", 1) },
		"no Deployment names the image quay.io/argoproj/argoexec:v4.0.5": func(text string) string {
			return strings.Replace(text, "argoexec:v4.0.5", "argoexec:v4.0.6", 1)
		},
		"Deployment metadata-writer runs ghcr.io/kubeflow/kfp-metadata-writer:2.18.0": func(text string) string {
			return strings.Replace(text, "metadata-writer:2.17.0", "metadata-writer:2.18.0", 1)
		},
		"Deployment metadata-writer has an init container migrate": func(text string) string {
			return strings.Replace(text, "wait-for-metadata-grpc", "migrate", 1)
		},
		"has 4 flags that begin with --mysql_config_, not 5": func(text string) string {
			return strings.Replace(text, "--mysql_config_port", "--mysql_port", 1)
		},
		"Service metrics is not known": func(text string) string {
			return text + "---\napiVersion: v1\nkind: Service\nmetadata: {name: metrics}\n"
		},
	} {
		text, err := os.ReadFile(standIn)
		require.NoError(t, err)
		changed := change(string(text))
		require.NotEqual(t, string(text), changed, want)
		objects, err := pipelines.Parse(changed)
		require.NoError(t, err)
		_, err = pipelines.Overlay(objects, install())
		require.ErrorContains(t, err, want)
	}
}

// TestDigest is that of the objects, whatever order, comments and quotes the file has.
func TestDigest(t *testing.T) {
	const one, two = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n", "apiVersion: v1\nkind: Secret\nmetadata: {name: \"b\"}\n"
	digest := func(text string) string {
		objects, err := pipelines.Parse(text)
		require.NoError(t, err)
		found, err := pipelines.Digest(objects)
		require.NoError(t, err)
		return found
	}
	require.Equal(t, digest(one+"---\n"+two), digest("# first\n"+two+"---\n---\n"+one))
	require.NotEqual(t, digest(one), digest(two))
	_, err := pipelines.Default().Read(one)
	require.ErrorContains(t, err, "allowed: objects with "+pipelines.ReleaseDigest)
	for _, broken := range []string{"kind: Secret", "a: [", "- a"} {
		_, err := pipelines.Parse(broken)
		require.ErrorContains(t, err, "document 1 is not an object of Kubernetes")
	}
}

func TestFaults(t *testing.T) {
	require.Empty(t, pipelines.Default().Check())
	for want, broken := range map[string]pipelines.Spec{
		`manifests is "release.yaml": not a path that starts with a dot`: {Manifests: "release.yaml", Digest: pipelines.ReleaseDigest},
		`digest is "edd8": not a digest`:                                 {Manifests: pipelines.DefaultManifests, Digest: "edd8"},
	} {
		require.ErrorContains(t, rule.Join(broken.Check()), want)
	}
}

// TestThePageIsForTheLoadBalancer, since it hands on to the API server what it is asked.
func TestThePageIsForTheLoadBalancer(t *testing.T) {
	in := install()
	in.Blocks = []string{"10.0.0.0/20"}
	for _, at := range []struct {
		in   pipelines.Install
		want int
	}{{in, 2}, {install(), 1}} {
		rule := overlay(t, at.in)["NetworkPolicy "+pipelines.UI]["spec"].(map[string]any)["ingress"].([]any)[0].(map[string]any)
		require.Len(t, rule["from"], at.want)
	}
}
