// Package delivery gives continuous delivery what it needs in an AWS account: ECR repositories for images, and IAM roles that
// workflows of GitHub Actions assume without stored keys.
package delivery

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// RepositoriesToken is the type token of Repositories.
const RepositoriesToken = "modelway:delivery:Repositories"

// RepositoriesArgs describe a set of image repositories.
type RepositoriesArgs struct {
	// Names are the names of the repositories, such as models/fraud-detection: 2 to 256 lower case letters, digits and the
	// separators . _ - / (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html). Plain, because
	// each becomes a resource. May be empty.
	Names []string
	// UntaggedDays is how many days an image without a tag is kept, 1 or more. Default DefaultUntaggedDays.
	UntaggedDays int
	// KeepTagged is how many images with a tag are kept in each repository, 1 or more; older ones are deleted, whether they are
	// in use or not. Default DefaultKeepTagged.
	KeepTagged int
	// KmsKeyArn is the KMS key that encrypts the images. Default: AES-256 with keys that ECR manages. It cannot be changed
	// afterwards but by a new repository.
	KmsKeyArn pulumi.StringInput
	// ForceDelete lets Pulumi delete a repository together with the images in it. Default false: it refuses.
	ForceDelete bool
	// Protect marks the repositories with Pulumi's protect option: a destroy or a replacement is refused until the option is
	// off and applied. Default false.
	Protect bool
	// Tags are put on every repository. Default none.
	Tags map[string]string
}

// Repositories are image repositories in the account's private registry.
type Repositories struct {
	pulumi.ResourceState

	// Urls are what images are pushed to and pulled from, without a tag, by the repository's name.
	Urls pulumi.StringMapOutput
	// Arns are the repositories' ARNs by name.
	Arns pulumi.StringMapOutput
}

// NewRepositories registers repositories. A tag is never moved to another image, and each image is scanned when it is pushed.
func NewRepositories(ctx *pulumi.Context, name string, args *RepositoriesArgs, opts ...pulumi.ResourceOption) (*Repositories, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking repositories %q: %w", name, err)
	}
	r := &Repositories{}
	if err := ctx.RegisterComponentResourceV2(RepositoriesToken, name, args.inputs(), r, opts...); err != nil {
		return nil, fmt.Errorf("registering %q: %w", name, err)
	}
	urls, arns := pulumi.StringMap{}, pulumi.StringMap{}
	for _, repository := range args.Names {
		made, err := r.newRepository(ctx, name+"-"+repository, repository, args)
		if err != nil {
			return nil, fmt.Errorf("registering repository %q of %q: %w", repository, name, err)
		}
		urls[repository], arns[repository] = made.RepositoryUrl, made.Arn
	}
	r.Urls, r.Arns = urls.ToStringMapOutput(), arns.ToStringMapOutput()
	return r, ctx.RegisterResourceOutputs(r, pulumi.Map{"urls": r.Urls, "arns": r.Arns})
}

func (a *RepositoriesArgs) inputs() pulumi.Map {
	untagged, tagged := a.kept()
	return pulumi.Map{
		"names": pulumi.ToStringArray(a.Names), "untaggedDays": pulumi.Int(untagged), "keepTagged": pulumi.Int(tagged),
		"forceDelete": pulumi.Bool(a.ForceDelete), "protect": pulumi.Bool(a.Protect), "tags": pulumi.ToStringMap(a.Tags),
	}
}

func (r *Repositories) newRepository(ctx *pulumi.Context, name, repository string, args *RepositoriesArgs) (*ecr.Repository, error) {
	made, err := ecr.NewRepository(ctx, name, &ecr.RepositoryArgs{
		Name:                       pulumi.String(repository),
		ImageTagMutability:         pulumi.String("IMMUTABLE"),
		ImageScanningConfiguration: &ecr.RepositoryImageScanningConfigurationArgs{ScanOnPush: pulumi.Bool(true)},
		EncryptionConfigurations:   ecr.RepositoryEncryptionConfigurationArray{args.encryption()},
		ForceDelete:                pulumi.Bool(args.ForceDelete),
		Tags:                       pulumi.ToStringMap(args.Tags),
	}, pulumi.Parent(r), pulumi.Protect(args.Protect))
	if err != nil {
		return nil, err
	}
	policy, err := LifecyclePolicy(args.kept())
	if err != nil {
		return nil, err
	}
	_, err = ecr.NewLifecyclePolicy(ctx, name+"-lifecycle", &ecr.LifecyclePolicyArgs{
		Repository: made.Name, Policy: pulumi.String(policy),
	}, pulumi.Parent(r))
	return made, err
}

func (a *RepositoriesArgs) encryption() ecr.RepositoryEncryptionConfigurationArgs {
	if a.KmsKeyArn == nil {
		return ecr.RepositoryEncryptionConfigurationArgs{EncryptionType: pulumi.String("AES256")}
	}
	return ecr.RepositoryEncryptionConfigurationArgs{
		EncryptionType: pulumi.String("KMS"), KmsKey: a.KmsKeyArn.ToStringOutput().ToStringPtrOutput(),
	}
}
