package platform

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/infra/bucket"
	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/database"
	names "github.com/modelway/modelway/internal/pipelines"
	"github.com/modelway/modelway/k8s/pipelines"
)

// readPipelines reads the release of Kubeflow Pipelines, where it is installed, and refuses one that is not the pinned one.
func (a *PlatformArgs) readPipelines() error {
	spec := a.Config.Pipelines
	if !spec.Enabled {
		return nil
	}
	text, err := os.ReadFile(a.path(spec.Manifests))
	if err != nil {
		return spec.Missing(err)
	}
	a.pipelines, err = spec.Read(string(text))
	return err
}

// path is a path of the settings, relative to Root.
func (a *PlatformArgs) path(place string) string {
	if filepath.IsAbs(place) {
		return place
	}
	return filepath.Join(a.Root, place)
}

// newAddonBuckets registers the buckets of add-ons that keep files.
func (f *foundation) newAddonBuckets(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	for _, row := range addons.Installed(args.Config.Facts()) {
		if !row.Bucket {
			continue
		}
		made, err := bucket.NewBucket(ctx, name+"-"+row.Key+"-files", &bucket.BucketArgs{
			Spec: args.kept(bucket.Spec{Versioned: true}), Tags: args.tags(),
		}, pulumi.Parent(p))
		if err != nil {
			return err
		}
		f.buckets[row.Key] = made
	}
	return nil
}

// newPipelines registers Kubeflow Pipelines, where it is installed. Runs are told to MLflow, where that is installed.
func (s *workloads) newPipelines(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	if !args.Config.Pipelines.Enabled {
		return nil
	}
	row, files := addons.Pipelines(), s.buckets[names.Key]
	certificates, _ := database.Certificates(args.Config.Region) // checked
	described := &pipelines.PipelinesArgs{
		Region: args.Config.Region, Release: args.pipelines, Bucket: files.Name,
		Database: pipelines.Database{Host: s.database.Host, SecretArn: s.database.SecretArn, Certificates: certificates},
		RoleArns: map[string]pulumi.StringInput{}, ImageMirror: args.Config.Images.Mirror,
		DependsOn: slices.Concat(s.capacity(), s.logging, files.Ready, []pulumi.Resource{s.database.Server}),
	}
	if args.Config.Facts().On[names.MlflowSetting] {
		described.Mlflow = names.MlflowAddress
	}
	if operator := s.helm[names.SecretsOperator]; operator != nil {
		described.Operator = slices.Concat([]pulumi.Resource{operator.Release}, s.roles.helm[names.SecretsOperator].Ready, s.capacity())
	}
	for _, account := range row.Accounts {
		role := s.roles.helm[row.RoleKey(account)]
		described.RoleArns[account.Name], described.DependsOn = role.Annotation(), append(described.DependsOn, role.Ready...)
	}
	for _, key := range row.After {
		described.DependsOn = append(described.DependsOn, s.helm[key].Release)
	}
	made, err := pipelines.NewPipelines(ctx, name+"-"+names.Key, described, s.options(p)...)
	if err != nil {
		return err
	}
	s.own[names.Key] = made.Resources
	return nil
}
