package pipelines_test

import (
	"os"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	names "github.com/modelway/modelway/internal/pipelines"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/k8s/pipelines"
)

// args are those of an installation with an operator for the password, after one resource.
func args(t *testing.T, ctx *pulumi.Context) *pipelines.PipelinesArgs {
	text, err := os.ReadFile("../../local/manifests/kubeflow-pipelines.yaml")
	require.NoError(t, err)
	release, err := names.Parse(string(text))
	require.NoError(t, err)
	made := &pipelines.PipelinesArgs{
		Region: "us-east-1", Release: release, Bucket: pulumi.String("acme-pipelines"), ImageMirror: "mirror.example.com",
		Database: pipelines.Database{Host: pulumi.String("db.example.com"), SecretArn: pulumi.String("arn:aws:secretsmanager:us-east-1:1:secret:a"),
			Certificates: "PEM"},
		RoleArns: map[string]pulumi.StringInput{names.Runner: pulumi.String("arn:aws:iam::111122223333:role/runner"), names.UI: nil},
	}
	made.Operator, err = recorder.StandIns(ctx, "Operator", 1)
	require.NoError(t, err)
	made.DependsOn, err = recorder.StandIns(ctx, "Need", 1)
	require.NoError(t, err)
	return made
}

func TestPipelines(t *testing.T) {
	r := recorder.Run(t, func(ctx *pulumi.Context) error {
		_, err := pipelines.NewPipelines(ctx, "kfp", args(t, ctx))
		return err
	})
	namespace := r.Find(t, "kubernetes:core/v1:Namespace", "kfp-namespace")
	require.Equal(t, []any{names.Namespace, "restricted"}, []any{namespace.Input("metadata.name"),
		namespace.Input(`metadata.labels["pod-security.kubernetes.io/enforce"]`)})
	require.Equal(t, "arn:aws:iam::111122223333:role/runner", r.Find(t, "kubernetes:core/v1:ServiceAccount",
		"kfp-serviceaccount-pipeline-runner").Input(`metadata.annotations["eks.amazonaws.com/role-arn"]`))
	require.Nil(t, r.Find(t, "kubernetes:core/v1:ServiceAccount", "kfp-serviceaccount-ml-pipeline-ui").Input("metadata.annotations"),
		"an association gives it the role")
	secret := r.Find(t, "kubernetes:external-secrets.io/v1:ExternalSecret", "kfp-externalsecret-mysql-secret")
	require.Equal(t, []any{"mysql-secret", "arn:aws:secretsmanager:us-east-1:1:secret:a", "password"}, []any{secret.Input("spec.target.name"),
		secret.Input("spec.data[1].remoteRef.key"), secret.Input("spec.data[1].remoteRef.property")})
	require.True(t, secret.DependsDirectly(r.Find(t, "kubernetes:external-secrets.io/v1:SecretStore", "kfp-secretstore-mysql-secret").URN))
	require.True(t, secret.DependsDirectly(r.OfType("test:index:Operator")[0].URN), "only the operator removes its finalizer")
	server := r.Find(t, "kubernetes:apps/v1:Deployment", "kfp-deployment-ml-pipeline")
	require.True(t, strings.HasPrefix(server.Input("spec.template.spec.containers[0].image").(string), "mirror.example.com/kubeflow/"))
	for _, needed := range []*recorder.Resource{namespace, secret, r.OfType("test:index:Need")[0],
		r.Find(t, "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", "kfp-customresourcedefinition-workflows.argoproj.io"),
		r.Find(t, "kubernetes:core/v1:ConfigMap", "kfp-configmap-ml-pipeline-server-config"),
		r.Find(t, "kubernetes:core/v1:Service", "kfp-service-ml-pipeline"),
	} {
		require.True(t, server.DependsDirectly(needed.URN), needed.Name)
	}
	webhook := r.OfType("kubernetes:admissionregistration.k8s.io/v1:ValidatingWebhookConfiguration")[0]
	require.True(t, webhook.DependsDirectly(server.URN), "a destroy takes it away before those who answer it")
}

func TestPipelinesWithoutOperatorMakeNoSecret(t *testing.T) {
	r := recorder.Run(t, func(ctx *pulumi.Context) error {
		described := args(t, ctx)
		described.Operator = nil
		_, err := pipelines.NewPipelines(ctx, "kfp", described)
		return err
	})
	require.Empty(t, r.OfType("kubernetes:external-secrets.io/v1:ExternalSecret"))
	require.Empty(t, r.OfType("kubernetes:core/v1:Secret"))
}

func TestFaults(t *testing.T) {
	r, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := pipelines.NewPipelines(ctx, "kfp", &pipelines.PipelinesArgs{ImageMirror: "https://mirror"})
		return err
	})
	for _, field := range []string{"Region", "Release", "Database", "Bucket", "DependsOn", "ImageMirror"} {
		require.ErrorContains(t, err, field)
	}
	require.Empty(t, r.Resources)
	_, err = recorder.RunErr(func(ctx *pulumi.Context) error {
		described := args(t, ctx)
		described.Release = described.Release[1:]
		_, err := pipelines.NewPipelines(ctx, "kfp", described)
		return err
	})
	require.ErrorContains(t, err, "Namespace kubeflow is to be left out, and is not there")
}
