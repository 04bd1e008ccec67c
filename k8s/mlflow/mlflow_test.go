package mlflow_test

import (
	"path/filepath"
	"strings"
	"testing"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/mlflowserver"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/k8s/mlflow"
)

func args(operator pulumi.Resource, change func(*mlflow.ServerArgs)) *mlflow.ServerArgs {
	a := &mlflow.ServerArgs{
		Spec: mlflowserver.Default(), Region: "us-east-1", Host: "mlflow.tools.company.com",
		Database: mlflow.Database{
			Host:      pulumi.String("modelway.abcdefghijkl.us-east-1.rds.amazonaws.com"),
			SecretArn: pulumi.String("arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!db-1-AbCdEf"), PoolSize: 3, Certificates: "PEM",
		},
		Bucket: pulumi.String("artifacts"), Blocks: []string{"10.0.0.0/20"}, RoleArns: map[string]pulumi.StringInput{"mlflow": pulumi.String("arn:aws:iam::111122223333:role/server")},
		DependsOn: []pulumi.Resource{operator}, Operator: []pulumi.Resource{operator},
	}
	if change != nil {
		change(a)
	}
	return a
}

func run(t recorder.TB, change func(*mlflow.ServerArgs), opts ...recorder.Option) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		operator, err := corev1.NewNamespace(ctx, "operator", nil)
		if err != nil {
			return err
		}
		_, err = mlflow.NewServer(ctx, "mlflow", args(operator, change))
		return err
	}, opts...)
}

func TestServerGolden(t *testing.T) {
	for name, change := range map[string]func(*mlflow.ServerArgs){
		"server": nil,
		"mirrored": func(a *mlflow.ServerArgs) {
			a.Host, a.Blocks, a.RoleArns, a.ImageMirror, a.Replicas = "", nil, nil, "mirror.example.com", 2
		},
	} {
		recording := run(t, change)
		children := map[string]any{}
		for _, child := range recording.Children(recording.Find(t, mlflow.Token, "mlflow").URN) {
			children[child.Name] = child.Inputs.Mappable()
		}
		recorder.GoldenJSON(t, filepath.Join("testdata", name+".golden.json"), children)
	}
}

// No argument of a process has the address of the database, which has the password in it.
func TestAddressIsNoArgument(t *testing.T) {
	for _, made := range run(t, nil).Resources {
		for _, at := range []string{"spec.template.spec", "spec.jobTemplate.spec.template.spec"} {
			command, has := made.Input(at + ".containers[0].command").([]any)
			for _, word := range command {
				require.NotContains(t, word, "$(MLFLOW_BACKEND_STORE_URI)", made.Name)
			}
			if has {
				require.Equal(t, false, made.Input(at+".automountServiceAccountToken"), made.Name)
			}
		}
	}
}

func TestPreviewHasEveryObject(t *testing.T) {
	require.Len(t, run(t, nil, recorder.WithPreview()).Resources, len(run(t, nil).Resources))
}

func TestFaultsAreReportedTogether(t *testing.T) {
	recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := mlflow.NewServer(ctx, "mlflow", &mlflow.ServerArgs{ImageMirror: "https://x", Spec: mlflowserver.Spec{Replicas: 5}})
		return err
	})
	require.Empty(t, recording.Resources, "nothing is registered")
	for _, want := range []string{
		"ServerArgs.Region, Bucket, Database.Host", "PoolSize is 0", "DependsOn or Operator is empty", "replicas is 5: out of range",
		`ImageMirror is "https://x"`,
	} {
		require.True(t, strings.Contains(err.Error(), want), "%s: %v", want, err)
	}
}
