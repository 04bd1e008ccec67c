package model

import (
	"strconv"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/k8s/inputs"
)

// newDeployment registers a version with an image, by its plain spec, which has no type of the SDK: what a pod keeps to is written once for
// images and files.
func (b *builder) newDeployment(v serving.Version) (*appsv1.Deployment, error) {
	metadata := b.annotated(b.metadata(v), map[string]string{
		"pulumi.com/timeoutSeconds": strconv.Itoa(v.Model.Lifecycle().ProgressDeadline),
	})
	spec := serving.Deployment(v, b.account.Metadata.Name().Elem(), b.storeURI())
	made := &appsv1.Deployment{}
	err := b.ctx.RegisterResource("kubernetes:apps/v1:Deployment", b.child(v, "deployment"), pulumi.Map{
		"apiVersion": pulumi.String("apps/v1"), "kind": pulumi.String("Deployment"), "metadata": metadata, "spec": inputs.Map(spec),
	}, made, b.parent(), pulumi.DependsOn(b.beforePods()))
	return made, err
}

// storeURI is the address of the model's folder in the model store; nil where it has none.
func (b *builder) storeURI() any {
	if b.args.StoreUri == nil {
		return nil
	}
	return b.args.StoreUri
}
