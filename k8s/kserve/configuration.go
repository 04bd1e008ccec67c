package kserve

import (
	"encoding/json"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	names "github.com/modelway/modelway/internal/kserve"
)

// revised is the annotation with the revision of the release that the ConfigMap was last laid over.
const revised = "modelway.dev/helm-revision"

// newConfiguration lays over KServe's ConfigMap which annotations stay on InferenceServices, since the chart has no value for it. By force,
// as Helm owns the text that it replaces, and once more after each revision of the release, with which Helm writes its own text again.
func (s *Serving) newConfiguration(ctx *pulumi.Context, name string, args *ServingArgs) error {
	if len(args.Unpropagated) == 0 {
		return nil
	}
	text, err := json.Marshal(names.Configuration(args.Unpropagated))
	if err != nil {
		return err
	}
	patch, err := corev1.NewConfigMapPatch(ctx, name+"-configuration", &corev1.ConfigMapPatchArgs{
		Metadata: &metav1.ObjectMetaPatchArgs{
			Name: pulumi.String(names.ConfigMap), Namespace: pulumi.String(names.Namespace),
			Annotations: pulumi.StringMap{"pulumi.com/patchForce": pulumi.String("true"), revised: args.Revision},
		},
		Data: pulumi.StringMap{names.ConfigurationKey: pulumi.String(text)},
	}, pulumi.Parent(s), pulumi.DependsOn(args.DependsOn))
	s.Resources = append(s.Resources, patch)
	return err
}
