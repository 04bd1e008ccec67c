package model

import (
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/k8s/inputs"
)

// newInferenceService registers a version with files, of which KServe makes a Deployment and a Service. A new one is waited for, so
// that Ingresses lead to it only when its pods are ready. One that changes is not: KServe calls it ready as long as pods of the version
// before are, which go on answering, and whether the new version has taken over is what `modelway verify` looks at. The time of the
// wait is an option and no annotation, since KServe would copy it to the pods.
func (b *builder) newInferenceService(v serving.Version) (pulumi.Resource, error) {
	described := serving.NewInferenceService(v, b.storeURI())
	described.Annotations["pulumi.com/waitFor"] = "condition=Ready"
	metadata := b.annotated(b.metadata(v), described.Annotations)
	metadata.Labels = pulumi.ToStringMap(described.Labels)
	wait := strconv.Itoa(v.Model.Lifecycle().ProgressDeadline) + "s"
	return apiextensions.NewCustomResource(b.ctx, b.child(v, "inference-service"), &apiextensions.CustomResourceArgs{
		ApiVersion:  pulumi.String(kserve.ApiVersion),
		Kind:        pulumi.String(kserve.Kind),
		Metadata:    metadata,
		OtherFields: kubernetes.UntypedArgs{"spec": inputs.Map(described.Spec)},
	}, b.parent(), pulumi.DependsOn(slices.Concat(b.beforePods(), b.args.KServe, []pulumi.Resource{b.account})),
		pulumi.Timeouts(&pulumi.CustomTimeouts{Create: wait, Update: wait}))
}
