// Package release registers Helm releases with the Kubernetes provider's own Helm.
//
// The release is registered by its type token. The generated SDK package for it, kubernetes/helm/v3, would link all 65
// Kubernetes API packages into the program.
package release

import (
	"cmp"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/resource"
)

const (
	// Token is the type token of a release.
	Token = resource.ReleaseType
	// ProviderVersion is the version of the Kubernetes provider that a release asks for: that of the generated SDK, as
	// pinned in go.mod, so that the program needs one provider plugin.
	ProviderVersion = "4.25.0"
	// MaxHistory is how many revisions of a release Helm keeps, as the Helm command line does by default.
	MaxHistory = 10
)

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

// NewRelease registers the release of a pinned chart. With a copy, which is a path or an address, that chart is installed in its
// place, under the same name, which is fixed, since IAM roles and selectors refer to what is named after it. A failed installation
// is taken back and a failed upgrade is rolled back, so that either can be repeated. A release that must be replaced is deleted
// first: what it installs for the whole cluster has fixed names.
func NewRelease(ctx *pulumi.Context, name string, chart addons.Chart, copy string, values pulumi.MapInput,
	opts ...pulumi.ResourceOption) (*Release, error) {
	defaults := []pulumi.ResourceOption{pulumi.Version(ProviderVersion), pulumi.DeleteBeforeReplace(true)}
	release := &Release{}
	if err := ctx.RegisterResource(Token, name, inputs(chart, copy, values), release, append(defaults, opts...)...); err != nil {
		return nil, err
	}
	return release, nil
}

// Revision is the number of the release's last installation, upgrade or rollback: it is another one whenever Helm has written the objects.
func (r *Release) Revision() pulumi.StringOutput {
	return r.Status.ApplyT(func(status map[string]any) string { return fmt.Sprint(status["revision"]) }).(pulumi.StringOutput)
}

// ID returns the provider's id of a release, which imports one that was installed while the engine was killed:
// pulumi refresh --import-pending-creates <urn> <id>.
func ID(namespace, name string) string { return namespace + "/" + name }

// inputs are the inputs by the provider's names
// (https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v3/release/).
func inputs(chart addons.Chart, copy string, values pulumi.MapInput) pulumi.Map {
	location, repository := chart.Location()
	in := pulumi.Map{
		"atomic":          pulumi.Bool(true),
		"chart":           pulumi.String(cmp.Or(copy, location)),
		"cleanupOnFail":   pulumi.Bool(true),
		"createNamespace": pulumi.Bool(false),
		"maxHistory":      pulumi.Int(MaxHistory),
		"name":            pulumi.String(chart.Name),
		"namespace":       pulumi.String(chart.Namespace),
		"skipAwait":       pulumi.Bool(false),
		"timeout":         pulumi.Int(int(addons.HelmTimeout.Seconds())),
		"values":          values,
	}
	if copy == "" {
		in["version"] = pulumi.String(chart.Version)
		if repository != "" {
			in["repositoryOpts"] = pulumi.Map{"repo": pulumi.String(repository)}
		}
	}
	return in
}
