// Package release registers Helm releases with the Kubernetes provider's own Helm.
//
// The release is registered by its type token. The generated SDK package for it, kubernetes/helm/v3, would link all 65
// Kubernetes API packages into the program.
package release

import (
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	// Token is the type token of a release.
	Token = "kubernetes:helm.sh/v3:Release"
	// ProviderVersion is the version of the Kubernetes provider that a release asks for: that of the generated SDK, as
	// pinned in go.mod, so that the program needs one provider plugin.
	ProviderVersion = "4.25.0"
	// DefaultTimeout is how long Helm waits for the objects of a release, in seconds. It covers Fargate pods, which take a
	// minute or two to start, one after the other in a rolling update.
	DefaultTimeout = 600
	// MaxHistory is how many revisions of a release Helm keeps, as the Helm command line does by default.
	MaxHistory = 10
)

// ReleaseArgs describe a release. Chart, Name and Namespace are required.
type ReleaseArgs struct {
	// Chart is the name of the chart in Repository, or, without a repository, its path or address.
	Chart pulumi.StringInput
	// Version of the chart, exact. Leave it out for a path.
	Version pulumi.StringPtrInput
	// Repository is the address of the chart repository. Leave it out for a path.
	Repository pulumi.StringPtrInput
	// Name of the release. It is fixed, not generated, since IAM roles and selectors refer to what is named after it.
	Name pulumi.StringInput
	// Namespace the release goes into.
	Namespace pulumi.StringInput
	// CreateNamespace makes Helm create the namespace. Default false. Helm does not delete it again.
	CreateNamespace bool
	// Values of the chart.
	Values pulumi.MapInput
	// Timeout in seconds for what Helm waits on; default DefaultTimeout.
	Timeout int
}

// Release is an installed chart. It is created once everything in it is ready.
type Release struct {
	pulumi.CustomResourceState

	// Name of the release.
	Name pulumi.StringOutput `pulumi:"name"`
	// Namespace of the release.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	// Status of the release: appVersion, chart, name, namespace, revision, status and version.
	Status pulumi.MapOutput `pulumi:"status"`
	// ResourceNames are the names of the objects of the release, by "kind/version".
	ResourceNames pulumi.StringArrayMapOutput `pulumi:"resourceNames"`
}

// NewRelease registers a release. A failed installation is taken back and a failed upgrade is rolled back, so that either
// can be repeated. A release that must be replaced is deleted first: what it installs for the whole cluster has fixed names.
func NewRelease(ctx *pulumi.Context, name string, args *ReleaseArgs, opts ...pulumi.ResourceOption) (*Release, error) {
	if err := args.validate(); err != nil {
		return nil, err
	}
	defaults := []pulumi.ResourceOption{pulumi.Version(ProviderVersion), pulumi.DeleteBeforeReplace(true)}
	release := &Release{}
	if err := ctx.RegisterResource(Token, name, args.inputs(), release, append(defaults, opts...)...); err != nil {
		return nil, err
	}
	return release, nil
}

// ID returns the provider's id of a release, which imports one that was installed while the engine was killed:
// pulumi refresh --import-pending-creates <urn> <id>.
func ID(namespace, name string) string { return namespace + "/" + name }

func (a *ReleaseArgs) validate() error {
	if a == nil {
		return errors.New("ReleaseArgs is nil: Chart, Name and Namespace are required")
	}
	var faults []error
	for _, field := range []struct {
		name  string
		input pulumi.StringInput
	}{{"Chart", a.Chart}, {"Name", a.Name}, {"Namespace", a.Namespace}} {
		if field.input == nil {
			faults = append(faults, errors.New("ReleaseArgs."+field.name+" is required"))
		}
	}
	if a.Timeout < 0 {
		faults = append(faults, errors.New("ReleaseArgs.Timeout must be positive seconds, or 0 for the default"))
	}
	return errors.Join(faults...)
}

// inputs are the inputs by the provider's names
// (https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v3/release/).
func (a *ReleaseArgs) inputs() pulumi.Map {
	timeout := a.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	in := pulumi.Map{
		"atomic":          pulumi.Bool(true),
		"chart":           a.Chart,
		"cleanupOnFail":   pulumi.Bool(true),
		"createNamespace": pulumi.Bool(a.CreateNamespace),
		"maxHistory":      pulumi.Int(MaxHistory),
		"name":            a.Name,
		"namespace":       a.Namespace,
		"skipAwait":       pulumi.Bool(false),
		"timeout":         pulumi.Int(timeout),
	}
	if a.Repository != nil {
		in["repositoryOpts"] = pulumi.Map{"repo": a.Repository}
	}
	if a.Version != nil {
		in["version"] = a.Version
	}
	if a.Values != nil {
		in["values"] = a.Values
	}
	return in
}
