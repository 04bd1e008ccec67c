package platform

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/serving"
)

var (
	mlflowWorkload = func(r *recorder.Resource) bool {
		return isType("kubernetes:apps/v1:Deployment", "kubernetes:batch/v1:Job", "kubernetes:batch/v1:CronJob")(r) &&
			strings.HasPrefix(r.Name, "modelway-mlflow-")
	}
	secretObject = isType("kubernetes:external-secrets.io/v1:SecretStore", "kubernetes:external-secrets.io/v1:ExternalSecret")
)

// mlflowRules are the edges of MLflow. The finalizer of what copies the password is removed by the operator alone.
var mlflowRules = []rule{
	{"MLflow goes before its database", mlflowWorkload, databaseServer, nil},
	{"MLflow goes before its bucket", mlflowWorkload, named(isType("aws:s3/bucketV2:BucketV2"), "-artifacts-"), nil},
	{"MLflow goes before its roles", mlflowWorkload, named(anyRole, "-mlflow-"), nil},
	{"MLflow goes before its compute", mlflowWorkload, computeUnits, nil},
	{"MLflow goes before DNS and the network plugin", mlflowWorkload, eksAddon, nil},
	{"MLflow goes before the routes to AWS", mlflowWorkload, routes, nil},
	{"MLflow goes before the copy of the password", mlflowWorkload, isType("kubernetes:external-secrets.io/v1:ExternalSecret"), nil},
	{"the copy of the password goes before the operator", secretObject, named(anyRelease, "-externalsecrets-"), nil},
	{"the copy of the password goes before the operator's role", secretObject, named(anyRole, "-externalsecrets-"), nil},
	{"the copy of the password goes before the compute of the operator", secretObject, computeUnits, nil},
	{"the copy of the password goes before the routes of the operator", secretObject, routes, nil},
	{"MLflow's page goes before MLflow", named(anyIngress, "-tool-mlflow-"), named(isType("kubernetes:apps/v1:Deployment"), "-mlflow-"), nil},
	{"the schema is changed before the server is replaced", named(isType("kubernetes:apps/v1:Deployment"), "-mlflow-"),
		isType("kubernetes:batch/v1:Job"), nil},
}

func withMlflow(c *config.Config) { c.Database.Enabled, c.Mlflow.Enabled = true, true }

var behindLogin = toolsBy(serving.Login{Cognito: serving.Cognito{
	UserPoolArn:      "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_Ab1Cd2Ef3",
	UserPoolClientId: "1example23456789", UserPoolDomain: "company-tools",
}})

func TestMlflow(t *testing.T) {
	r := recordStored(t, withMlflow, behindLogin)
	require.Empty(t, missing(r))
	deployment := r.Find(t, "kubernetes:apps/v1:Deployment", "modelway-mlflow-deployment")
	container := "spec.template.spec.containers[0]."
	require.Equal(t, "ghcr.io/mlflow/mlflow:v3.17.2-full", deployment.Input(container+"image"))
	bucket := r.Find(t, "aws:s3/bucketV2:BucketV2", "modelway-artifacts-bucket")
	require.Regexp(t, `^modelway-test-[0-9a-f]{8}-artifacts-`, bucket.Input("bucketPrefix"))
	require.Equal(t, true, bucket.Input("forceDestroy"))

	variables := map[string]any{}
	for _, given := range deployment.Input(container + "env").([]any) {
		variables[given.(map[string]any)["name"].(string)] = given.(map[string]any)["value"]
	}
	require.Contains(t, variables["MLFLOW_SERVER_ALLOWED_HOSTS"], ",mlflow.tools.company.com,mlflow.tools.company.com:*,$(POD_IP):5000")
	require.Equal(t, "https://mlflow.tools.company.com", variables["MLFLOW_SERVER_CORS_ALLOWED_ORIGINS"])
	require.Nil(t, variables["MLFLOW_BACKEND_STORE_URI"], "it comes from the Secret")
	command := deployment.Input(container + "command").([]any)
	require.Regexp(t, `^s3://[^/]+/artifacts$`, command[len(command)-3])

	page := r.Find(t, ingressType, "modelway-tool-mlflow-ingress")
	require.Equal(t, []any{"mlflow", "mlflow.tools.company.com"}, []any{page.Input("metadata.namespace"), page.Input("spec.rules[0].host")})
	require.Equal(t, "cognito", page.Input(`metadata.annotations["alb.ingress.kubernetes.io/auth-type"]`))
	job := r.Find(t, "kubernetes:batch/v1:Job", "modelway-mlflow-schema")
	require.Equal(t, "mlflow-schema-3-17-2", job.Input("metadata.name"), "another version has another Job")

	profile := r.Find(t, "aws:eks/fargateProfile:FargateProfile", "modelway-compute-mlflow")
	require.Equal(t, []any{map[string]any{"namespace": "mlflow"}}, profile.Input("selectors"))
	account := r.Find(t, "kubernetes:core/v1:ServiceAccount", "modelway-mlflow-account-mlflow")
	require.NotNil(t, account.Input(`metadata.annotations["eks.amazonaws.com/role-arn"]`), "its pods run on Fargate")
}

// TestMlflowRightsAreNarrow looks at what each of its service accounts may do with files, and at whose password the operator may read.
func TestMlflowRightsAreNarrow(t *testing.T) {
	r := recordStored(t, withMlflow)
	for role, want := range map[string]string{
		"server": `["s3:GetObject"]`, "gc": `["s3:DeleteObject"]`, "trainer": `["s3:AbortMultipartUpload","s3:GetObject","s3:PutObject"]`,
	} {
		text := r.Find(t, "aws:iam/policy:Policy", "modelway-mlflow-"+role+"-role-policy").Input("policy").(string)
		require.Contains(t, text, `"Action":`+want+`,`, role)
		require.Contains(t, text, `"s3:prefix":"artifacts/*"`, role)
		require.Contains(t, text, "/artifacts/*", role)
		require.Equal(t, 2, strings.Count(text, `"Effect"`), role)
	}
	secret := r.Find(t, "aws:iam/policy:Policy", "modelway-externalsecrets-role-policy").Input("policy").(string)
	require.Contains(t, secret, `"secretsmanager:GetSecretValue"`)
	require.Regexp(t, `"aws:ResourceTag/aws:rds:primaryDBInstanceArn":"arn:aws:rds:us-east-1:\d{12}:db:modelway-test-[0-9a-f]{8}-\*"`, secret)
	for _, made := range r.Resources {
		text, err := json.Marshal([]any{made.Inputs.Mappable(), made.Outputs.Mappable()})
		require.NoError(t, err)
		require.NotRegexp(t, `(?i)"(master)?(user)?password":|pymysql://[a-z]+:[^{]`, string(text), made.Name)
	}
}

// TestMlflowOnNodes gives roles by Pod Identity, and needs no place on Fargate.
func TestMlflowOnNodes(t *testing.T) {
	r := recordStored(t, withMlflow, func(c *config.Config) {
		group := compute.DefaultNodeGroup()
		group.Name, group.InstanceTypes = "general", []string{"m6i.large"}
		group = group.WithDefaults()
		c.Compute.NodeGroups = []config.NodeGroup{group}
		c.Mlflow.Replicas, c.Mlflow.MemoryGiB, c.Cluster.DeletionProtection = 2, 4, true
	})
	require.Empty(t, missing(r))
	account := r.Find(t, "kubernetes:core/v1:ServiceAccount", "modelway-mlflow-account-mlflow")
	require.Nil(t, account.Input("metadata.annotations"))
	deployment := r.Find(t, "kubernetes:apps/v1:Deployment", "modelway-mlflow-deployment")
	require.Equal(t, 2.0, deployment.Input("spec.replicas"))
	require.Equal(t, "3840Mi", deployment.Input("spec.template.spec.containers[0].resources.requests.memory"))
	require.True(t, r.Find(t, "aws:s3/bucketV2:BucketV2", "modelway-artifacts-bucket").Protect)
}

// TestMlflowIsBilled by hand: two pods of half a vCPU and 2 GB, and the operator's of a quarter and half a GB, on Fargate in us-east-1 at
// 0.04048 USD for a vCPU and 0.004445 USD for a GB an hour.
func TestMlflowIsBilled(t *testing.T) {
	r := recordStored(t, withMlflow, func(c *config.Config) { c.Mlflow.Replicas = 2 })
	bill := cost.Of(r.Set(), recorder.DefaultRegion, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	billed := map[string]string{}
	for _, item := range bill.Items {
		if strings.HasPrefix(item.What, "Fargate pod") {
			billed[item.Component] += item.Least.String()
		}
	}
	require.Equal(t, map[string]string{"mlflow": "42.53", "externalsecrets": "9.01"}, map[string]string{
		"mlflow": billed["mlflow"], "externalsecrets": billed["externalsecrets"]})
}

func TestWithoutMlflow(t *testing.T) {
	r := recordStored(t, withDatabase)
	for _, made := range r.Resources {
		require.NotContains(t, made.Name, "mlflow")
		require.NotContains(t, made.Name, addons.ExternalSecretsKey, "it comes with its first client")
	}
}
