package delivery_test

import (
	"strings"
	"testing"

	"github.com/modelway/modelway/infra/delivery"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

const (
	repositoryType = "aws:ecr/repository:Repository"
	lifecycleType  = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
)

func repositories(args *delivery.RepositoriesArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := delivery.NewRepositories(ctx, "images", args)
		return err
	}
}

func TestRepositoriesAreImmutableAndScanned(t *testing.T) {
	r := recorder.Run(t, repositories(&delivery.RepositoriesArgs{
		Names: []string{"models/fraud-detection", "modelserver"}, Tags: map[string]string{"team": "ml"},
	}))
	component := r.Find(t, delivery.RepositoriesToken, "images")
	for _, name := range []string{"models/fraud-detection", "modelserver"} {
		repository := r.Find(t, repositoryType, "images-"+name)
		require.Equal(t, component.URN, repository.Parent)
		require.False(t, repository.Protect)
		require.Equal(t, map[string]any{
			"name": name, "imageTagMutability": "IMMUTABLE", "imageScanningConfiguration": map[string]any{"scanOnPush": true},
			"encryptionConfigurations": []any{map[string]any{"encryptionType": "AES256"}}, "forceDelete": false,
			"tags": map[string]any{"team": "ml"},
		}, repository.Inputs.Mappable())
		lifecycle := r.Find(t, lifecycleType, "images-"+name+"-lifecycle")
		require.Equal(t, component.URN, lifecycle.Parent)
		require.Equal(t, name, lifecycle.Input("repository"))
		require.True(t, lifecycle.DependsDirectly(repository.URN))
		recorder.Golden(t, "testdata/lifecycle-policy.json", []byte(lifecycle.Input("policy").(string)))
		require.Equal(t, repository.Outputs["arn"], component.Outputs["arns"].ObjectValue()[keyOf(name)])
	}
	require.Len(t, r.Children(component.URN), 4)
}

func TestRepositoriesByArgument(t *testing.T) {
	const key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd"
	r := recorder.Run(t, repositories(&delivery.RepositoriesArgs{
		Names: []string{"modelserver"}, KmsKeyArn: pulumi.String(key), ForceDelete: true, Protect: true, UntaggedDays: 3, KeepTagged: 7,
	}))
	repository := r.Find(t, repositoryType, "images-modelserver")
	require.True(t, repository.Protect)
	require.Equal(t, true, repository.Input("forceDelete"))
	require.Equal(t, []any{map[string]any{"encryptionType": "KMS", "kmsKey": key}}, repository.Input("encryptionConfigurations"))
	policy := r.Find(t, lifecycleType, "images-modelserver-lifecycle").Input("policy").(string)
	want, err := delivery.LifecyclePolicy(3, 7)
	require.NoError(t, err)
	require.Equal(t, want, policy)
	require.Contains(t, policy, `"countNumber":3`)
	require.Contains(t, policy, `"countNumber":7`)
}

func TestNoRepositories(t *testing.T) {
	r := recorder.Run(t, repositories(&delivery.RepositoriesArgs{}))
	require.Empty(t, r.Children(r.Find(t, delivery.RepositoriesToken, "images").URN))
}

func TestFaultsOfRepositoriesAreReportedTogether(t *testing.T) {
	r, err := recorder.RunErr(repositories(&delivery.RepositoriesArgs{
		Names: []string{"Models", "a", "a//b", "-a", "a..b", "good/name", "good/name", strings.Repeat("a", 257)}, UntaggedDays: -1,
		KeepTagged: -2,
	}))
	for _, want := range []string{
		`checking repositories "images"`, `repositories[0] is "Models": not the name of an ECR repository`, `repositories[1] is "a"`,
		`repositories[2] is "a//b"`,
		`repositories[3] is "-a"`, `repositories[4] is "a..b"`, `good/name is listed twice`, "aaa\": not the name of an ECR repository",
		"UntaggedDays is -1: use 1 or more, or leave it out for 14", "KeepTagged is -2: use 1 or more, or leave it out for 100",
	} {
		require.ErrorContains(t, err, want)
	}
	require.NotContains(t, err.Error(), `is "good/name"`)
	require.Empty(t, r.Resources)
	_, err = recorder.RunErr(repositories(nil))
	require.ErrorContains(t, err, "RepositoriesArgs is nil")
}
