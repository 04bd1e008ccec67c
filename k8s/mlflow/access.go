package mlflow

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/database"
	"github.com/modelway/modelway/internal/identity"
	"github.com/modelway/modelway/internal/labels"
	names "github.com/modelway/modelway/internal/mlflowserver"
	"github.com/modelway/modelway/k8s/inputs"
	"github.com/modelway/modelway/k8s/netpolicy"
)

// newPassword registers what copies the password of the database, and makes the address of it, in which characters are escaped.
func (b *builder) newPassword() error {
	after := slices.Concat(b.args.Operator, []pulumi.Resource{b.namespace})
	store, err := b.newObject("SecretStore", after, database.SecretStore(b.args.Region))
	if err != nil {
		return err
	}
	secret, err := b.newObject("ExternalSecret", append(after, store), database.ExternalSecret(names.Secret, b.args.Database.SecretArn,
		map[string]any{
			names.Key: pulumi.Sprintf("mysql+pymysql://{{ .username }}:{{ .password | urlquery }}@%s:%d/%s?ssl_ca=%s",
				b.args.Database.Host, database.Port, database.Name, names.CertificatesFile),
		}))
	b.needs = append(b.needs, secret)
	return err
}

// newObject registers an object of the operator's.
func (b *builder) newObject(kind string, after []pulumi.Resource, spec map[string]any) (pulumi.Resource, error) {
	return apiextensions.NewCustomResource(b.ctx, fmt.Sprintf("%s-%s", b.name, map[string]string{
		"SecretStore": "secret-store", "ExternalSecret": "external-secret"}[kind]), &apiextensions.CustomResourceArgs{
		ApiVersion:  pulumi.String(database.SecretsVersion),
		Kind:        pulumi.String(kind),
		Metadata:    b.metadata(names.Secret),
		OtherFields: kubernetes.UntypedArgs{"spec": inputs.Map(spec)},
	}, pulumi.Parent(b.server), pulumi.DependsOn(after))
}

// newCertificates registers the roots by which clients know the database.
func (b *builder) newCertificates() error {
	made, err := corev1.NewConfigMap(b.ctx, b.name+"-certificates", &corev1.ConfigMapArgs{
		Metadata: b.metadata(names.Certificates),
		Data:     pulumi.StringMap{names.CertificatesKey: pulumi.String(b.args.Database.Certificates)},
	}, b.child()...)
	b.needs = append(b.needs, made)
	return err
}

// newAccounts registers the identities of the server, of what removes files, and of training.
func (b *builder) newAccounts() error {
	for _, account := range []string{names.Name, names.Garbage, names.Trainer} {
		metadata := b.metadata(account)
		if role := b.args.RoleArns[account]; role != nil {
			metadata.Annotations = pulumi.StringMap{identity.RoleAnnotation: role}
		}
		made, err := corev1.NewServiceAccount(b.ctx, b.name+"-account-"+account, &corev1.ServiceAccountArgs{
			Metadata: metadata, AutomountServiceAccountToken: pulumi.Bool(false),
		}, b.child()...)
		if err != nil {
			return err
		}
		b.needs = append(b.needs, made)
	}
	return nil
}

// newPolicies let pods of the cluster and the load balancer of tools in to the server, and nobody to the other pods of the namespace. All
// get out to DNS, and to S3 and STS, which have no addresses that a policy could name; those that need it to the database, whose security
// group keeps the rest of that port away, and training to the server. Other pods of the namespace reach nothing.
func (b *builder) newPolicies() error {
	if err := b.newPolicy("all", &metav1.LabelSelectorArgs{}, nil, nil); err != nil {
		return err
	}
	from := networkingv1.NetworkPolicyPeerArray{&networkingv1.NetworkPolicyPeerArgs{NamespaceSelector: &metav1.LabelSelectorArgs{}}}
	for _, block := range b.args.Blocks {
		from = append(from, netpolicy.Block(block))
	}
	in := networkingv1.NetworkPolicyIngressRuleArray{
		&networkingv1.NetworkPolicyIngressRuleArgs{From: from, Ports: netpolicy.Ports("TCP", names.Port)},
	}
	toDatabase := egress(netpolicy.To(netpolicy.Everywhere, database.Port))
	toServer := egress(&networkingv1.NetworkPolicyEgressRuleArgs{
		To:    networkingv1.NetworkPolicyPeerArray{&networkingv1.NetworkPolicyPeerArgs{PodSelector: part(names.Name)}},
		Ports: netpolicy.Ports("TCP", names.Port),
	})
	return errors.Join(
		b.newPolicy(names.Name, part(names.Name), in, toDatabase),
		b.newPolicy(names.Schema, part(names.Schema), nil, toDatabase),
		b.newPolicy(names.Garbage, part(names.Garbage), nil, toDatabase),
		b.newPolicy(names.Trainer, part(names.Trainer), nil, toServer),
	)
}

// newPolicy registers who reaches the selected pods, and what they reach.
func (b *builder) newPolicy(name string, pods *metav1.LabelSelectorArgs, in networkingv1.NetworkPolicyIngressRuleArray,
	out networkingv1.NetworkPolicyEgressRuleArray) error {
	made, err := networkingv1.NewNetworkPolicy(b.ctx, b.name+"-policy-"+name, &networkingv1.NetworkPolicyArgs{
		Metadata: b.metadata(name),
		Spec: &networkingv1.NetworkPolicySpecArgs{
			PodSelector: pods, PolicyTypes: pulumi.ToStringArray([]string{"Ingress", "Egress"}), Ingress: in, Egress: out,
		},
	}, b.child()...)
	b.needs = append(b.needs, made)
	return err
}

// egress leads to DNS, to HTTPS and credentials, and further.
func egress(further ...networkingv1.NetworkPolicyEgressRuleInput) networkingv1.NetworkPolicyEgressRuleArray {
	rules := networkingv1.NetworkPolicyEgressRuleArray{netpolicy.ToDns(), netpolicy.ToHttps(), netpolicy.ToPodIdentity()}
	return append(rules, further...)
}

// part selects the pods of a part of MLflow.
func part(name string) *metav1.LabelSelectorArgs {
	return netpolicy.Select(map[string]string{labels.Name: name})
}
