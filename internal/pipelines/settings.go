package pipelines

import (
	"encoding/json"
	"strconv"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/database"
)

// Folders of the bucket.
const (
	// Artifacts is where steps leave what they make.
	Artifacts = "v2/artifacts"
	// logs is where the workflow controller puts the logs of steps. The API server looks for them at artifacts/<run>/<pod>/main.log
	// (ARCHIVE_CONFIG_LOG_PATH_PREFIX), and so does the web page (ARGO_KEYFORMAT).
	logs = "artifacts/{{workflow.name}}/{{pod.name}}"
)

// stepUser is the user that containers of steps run as: a namespace with the restricted pod security standard refuses root, which is the
// user of most images of Python.
const stepUser = 1000

// endpoint is the address of S3 in the region.
func (in Install) endpoint() string { return "s3." + in.Region + "." + aws.DNSSuffix(in.Region) }

// settings changes what most of the release reads.
func (e *editor) settings() {
	e.data(SettingsMap, map[string]any{
		"mysqlHost": e.in.Host, "mysqlPort": strconv.Itoa(database.Port), "bucketName": e.in.Bucket,
		"defaultPipelineRoot": e.root(), "BLOCK_V1_PIPELINES": "true",
		"defaultSecurityContextRunAsUser": strconv.Itoa(stepUser), "defaultSecurityContextRunAsGroup": strconv.Itoa(stepUser),
		"defaultSecurityContextRunAsNonRoot": "true",
	})
}

// root is the folder of artifacts.
func (e *editor) root() any { return e.in.Format("s3://%s/"+Artifacts, e.in.Bucket) }

// launcher has steps keep artifacts in the bucket, by the role of their pod. Without the providers they would ask the store that is left
// out.
func (e *editor) launcher() {
	e.data(launcherMap, map[string]any{"defaultPipelineRoot": e.root()})
	e.at(e.object("ConfigMap", launcherMap), "data")["providers"] = toJSON(map[string]any{"s3": map[string]any{"default": map[string]any{
		"endpoint": e.in.endpoint(), "region": e.in.Region, "disableSSL": false, "credentials": map[string]any{"fromEnv": true},
	}}})
}

// workflows has the workflow controller keep logs in the bucket, by the role of the step's pod: with useSDKCreds it asks the AWS SDK.
func (e *editor) workflows() {
	e.data(workflowsMap, map[string]any{"artifactRepository": e.in.Format("archiveLogs: true\n"+
		"s3:\n  endpoint: "+e.in.endpoint()+"\n  region: "+e.in.Region+"\n  bucket: %s\n  useSDKCreds: true\n  keyFormat: %q\n",
		e.in.Bucket, logs)})
}

// serverConfig is the file of the API server's settings, in place of the one in its image, which names keys of a store that is left out and
// an MLflow server of somebody else. Extra parameters of the database can be given here only as an object
// (https://github.com/kubeflow/pipelines/blob/2.17.0/backend/src/apiserver/client_manager/client_manager.go).
func (in Install) serverConfig() string {
	config := map[string]any{
		"DBDriverName": "mysql",
		"DBConfig": map[string]any{
			"ConMaxLifeTime": "120s",
			"MySQLConfig": map[string]any{"DBName": "mlpipeline", "GroupConcatMaxLen": "4194304",
				"ExtraParams": map[string]any{"tls": in.verification()}},
		},
		"ObjectStoreConfig":                   map[string]any{"PipelinePath": "pipelines"},
		"ARCHIVE_CONFIG_LOG_FILE_NAME":        "main.log",
		"ARCHIVE_CONFIG_LOG_PATH_PREFIX":      "/artifacts",
		"InitConnectionTimeout":               "6m",
		"DEFAULTPIPELINERUNNERSERVICEACCOUNT": Runner,
		"CacheEnabled":                        "true",
		"CRON_SCHEDULE_TIMEZONE":              "UTC",
	}
	if in.Mlflow != "" {
		config["plugins"] = map[string]any{"mlflow": map[string]any{
			"endpoint": in.Mlflow, "timeout": "30s",
			"settings": map[string]any{"authType": "none", "workspacesEnabled": false, "injectUserEnvVars": true},
		}}
	}
	return toJSON(config)
}

// verification is how the Go driver of MySQL takes the server's certificate
// (https://github.com/go-sql-driver/mysql#tls).
func (in Install) verification() string {
	if in.Authorities == "" {
		return "skip-verify"
	}
	return "true"
}

// toJSON is the JSON of plain values, which have one.
func toJSON(value any) string {
	text, _ := json.MarshalIndent(value, "", "  ")
	return string(text) + "\n"
}
