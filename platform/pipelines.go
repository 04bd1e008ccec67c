package platform

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/infra/bucket"
	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/database"
	"github.com/modelway/modelway/internal/mlflowserver"
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
		if row.Bucket.Name == "" {
			continue
		}
		made, err := bucket.NewBucket(ctx, name+"-"+row.Bucket.Name, &bucket.BucketArgs{
			Spec: args.kept(bucket.Spec{Versioned: true, NoncurrentDays: row.Bucket.NoncurrentDays}), Tags: args.tags(),
		}, pulumi.Parent(p))
		if err != nil {
			return err
		}
		f.buckets[row.Key] = made
	}
	return nil
}

// addresses are where installed add-ons keep the files of runs, and where pods reach them, by the key of their rows.
func (f *foundation) addresses(args *PlatformArgs) (files, urls pulumi.StringMapOutput) {
	uris, addresses := pulumi.StringMap{}, map[string]string{}
	for _, row := range addons.Installed(args.Config.Facts()) {
		if row.Address != "" {
			addresses[row.Key] = row.Address
		}
		if made, has := f.buckets[row.Key]; has {
			uris[row.Key] = pulumi.Sprintf("s3://%s/%s", made.Name, row.Bucket.Folder)
		}
	}
	return uris.ToStringMapOutput(), pulumi.ToStringMap(addresses).ToStringMapOutput()
}

// newPipelines registers Kubeflow Pipelines, where it is installed. Runs are told to MLflow, where that is installed.
func (s *workloads) newPipelines(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	if !args.Config.Pipelines.Enabled {
		return nil
	}
	row, files := addons.Pipelines(), s.buckets[names.Key]
	roles, ready := s.accounts(row)
	_, blocks := s.page(args, row)
	certificates, _ := database.Certificates(args.Config.Region) // checked
	described := &pipelines.PipelinesArgs{
		Region: args.Config.Region, Release: args.pipelines, Bucket: files.Name,
		Database: pipelines.Database{Host: s.database.Host, SecretArn: s.database.SecretArn, Certificates: certificates},
		Operator: s.operator(), RoleArns: roles, Blocks: blocks, ImageMirror: args.Config.Images.Mirror,
		DependsOn: slices.Concat(s.capacity(), s.logging, files.Ready, ready, []pulumi.Resource{s.database.Server}),
	}
	if args.Config.Mlflow.Enabled {
		described.Mlflow = mlflowserver.Address
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

// accounts are the roles of the service accounts of a row, by the name of the account, and what must be there before their pods start.
func (s *workloads) accounts(row addons.Helm) (arns map[string]pulumi.StringInput, ready []pulumi.Resource) {
	arns = map[string]pulumi.StringInput{}
	for _, account := range row.Accounts {
		role := s.roles.helm[row.RoleKey(account)]
		arns[account.Name], ready = role.Annotation(), append(ready, role.Ready...)
	}
	return arns, ready
}

// operator is what copies of the database's password must not outlive: only it removes their finalizers.
func (s *workloads) operator() []pulumi.Resource {
	const key = addons.ExternalSecretsKey
	return slices.Concat([]pulumi.Resource{s.helm[key].Release}, s.roles.helm[key].Ready, s.capacity())
}
