package addon

import (
	"crypto/rand"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/labels"
)

// newPassword registers a Secret with a random password, which the state keeps encrypted. Each run of the program has another one, and the
// first stays: a change of the data is none.
func (a *Addon) newPassword(ctx *pulumi.Context, name string, args *AddonArgs, password addons.Password,
	after []pulumi.Resource) (pulumi.Resource, error) {
	return corev1.NewSecret(ctx, name+"-"+password.Secret, &corev1.SecretArgs{
		Metadata: &metav1.ObjectMetaArgs{
			Name: pulumi.String(password.Secret), Namespace: pulumi.String(args.Row.Chart.Namespace),
			Labels: pulumi.StringMap{labels.PartOf: pulumi.String(labels.Modelway)},
		},
		StringData: pulumi.ToSecret(pulumi.StringMap{password.Key: pulumi.String(rand.Text())}).(pulumi.StringMapOutput),
	}, pulumi.Parent(a), pulumi.DependsOn(after), pulumi.IgnoreChanges([]string{"data", "stringData"}))
}
