// Package gitops tells Argo CD which models it delivers from Git: a project, which bounds what may be delivered, and an Application for
// each model.
package gitops

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/argocd"
	"github.com/modelway/modelway/internal/gitops"
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/k8s/inputs"
)

// Token is the component's type token.
const Token = "modelway:gitops:Models"

// ModelsArgs describe what is delivered. All fields are required but Models.
type ModelsArgs struct {
	// Source is where objects come from and where they go.
	Source gitops.Source
	// Models are the names of the models, and what the objects of each need before they are made. Default none.
	Models map[string][]pulumi.Resource
	// DependsOn is Argo CD, and what every model needs.
	DependsOn []pulumi.Resource
}

// Models are the models that Argo CD delivers.
type Models struct {
	pulumi.ResourceState
}

// NewModels registers the project and the Applications.
func NewModels(ctx *pulumi.Context, name string, args *ModelsArgs, opts ...pulumi.ResourceOption) (*Models, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking delivery %q: %w", name, err)
	}
	m := &Models{}
	source := args.Source
	if err := ctx.RegisterComponentResourceV2(Token, name, pulumi.Map{
		"repository": pulumi.String(source.Repository), "revision": pulumi.String(source.Revision), "folder": pulumi.String(source.Folder),
		"delivery": pulumi.String(source.Delivery),
	}, m, opts...); err != nil {
		return nil, err
	}
	project, err := m.newObject(ctx, name+"-project", argocd.ProjectKind, gitops.Project, source.ProjectSpec(), args.DependsOn)
	if err != nil {
		return nil, fmt.Errorf("registering the project of %q: %w", name, err)
	}
	for _, model := range slices.Sorted(maps.Keys(args.Models)) {
		_, err := m.newObject(ctx, model+"-application", argocd.ApplicationKind, model, source.ApplicationSpec(model),
			slices.Concat(args.Models[model], args.DependsOn, []pulumi.Resource{project}))
		if err != nil {
			return nil, fmt.Errorf("registering the Application of model %q: %w", model, err)
		}
	}
	return m, ctx.RegisterResourceOutputs(m, pulumi.Map{})
}

func (m *Models) newObject(ctx *pulumi.Context, resource, kind, name string, spec map[string]any,
	needs []pulumi.Resource) (pulumi.Resource, error) {
	return apiextensions.NewCustomResource(ctx, resource, &apiextensions.CustomResourceArgs{
		ApiVersion: pulumi.String(argocd.ApiVersion),
		Kind:       pulumi.String(kind),
		Metadata: &metav1.ObjectMetaArgs{
			Name: pulumi.String(name), Namespace: pulumi.String(argocd.Namespace),
			Labels: pulumi.StringMap{labels.PartOf: pulumi.String(labels.Modelway)},
		},
		OtherFields: kubernetes.UntypedArgs{"spec": inputs.Map(spec)},
	}, pulumi.Parent(m), pulumi.DependsOn(needs))
}

func (a *ModelsArgs) validate() error {
	if a == nil {
		return errors.New("ModelsArgs are required")
	}
	var faults []error
	require := func(given bool, field, fix string) {
		if !given {
			faults = append(faults, fmt.Errorf("ModelsArgs.%s is required: %s", field, fix))
		}
	}
	require(a.Source.Repository != "", "Source.Repository", "name the Git repository, such as https://github.com/company/platform.git")
	require(a.Source.Environment != "" || a.Source.Folder != "", "Source.Environment", "name the stack, which the folder is called after")
	require(a.Source.Namespace != "", "Source.Namespace", "name the namespace of the models")
	require(gitops.ByArgoCD(a.Source.Delivery), "Source.Delivery", "give "+gitops.HandOver+" or "+gitops.ArgoCD)
	require(len(a.DependsOn) > 0, "DependsOn", "give Argo CD's release, which has the definitions of these objects")
	return errors.Join(faults...)
}
