package model

import (
	"fmt"
	"slices"

	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/identity"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/k8s/inputs"
	"github.com/modelway/modelway/k8s/netpolicy"
)

// TrainingArgs describe how the cluster trains a model whose file has an image for that. Compute and Registry are required.
type TrainingArgs struct {
	// Compute is what the pods run on: fargate or nodes.
	Compute string
	// Registry is the address of the MLflow server.
	Registry string
	// RoleArn is the IAM role of the pods; see ModelArgs.RoleArn. Default none.
	RoleArn pulumi.StringInput
	// RoleReady is what must be there before a pod starts, for it to get credentials; see ModelArgs.RoleReady. Default none.
	RoleReady []pulumi.Resource
}

// newTrainingAccount gives what trains the model an identity of its own, under a name that no other model can have: it may write where the
// model may only read.
func (b *builder) newTrainingAccount() (err error) {
	if !b.args.Model.Train.InCluster() {
		return nil
	}
	account := b.trainingMetadata(serving.TrainingAccount(b.args.Model.Name))
	if arn := b.args.Training.RoleArn; arn != nil {
		account.Annotations = pulumi.StringMap{identity.RoleAnnotation: arn}
	}
	b.trainer, err = corev1.NewServiceAccount(b.ctx, b.name+".train-account", &corev1.ServiceAccountArgs{
		Metadata: account, AutomountServiceAccountToken: pulumi.Bool(false),
	}, pulumi.Parent(b.model))
	b.model.Accounts = append(b.model.Accounts, b.trainer)
	return err
}

// newTraining registers what trains the model, with a network policy of its own: no request reaches it.
func (b *builder) newTraining() error {
	if !b.args.Model.Train.InCluster() {
		return nil
	}
	described := b.args.Training
	policy, err := b.newTrainingPolicy()
	if err != nil {
		return err
	}
	needs := slices.Concat(b.args.capacity(), described.RoleReady, []pulumi.Resource{b.trainer, policy})
	return b.ctx.RegisterResource("kubernetes:batch/v1:CronJob", b.name+".train", pulumi.Map{
		"apiVersion": pulumi.String("batch/v1"), "kind": pulumi.String("CronJob"),
		"metadata": b.trainingMetadata(b.args.Model.Name + serving.TrainingSuffix),
		"spec":     inputs.Map(serving.Training(b.args.Model, described.Compute, described.Registry)),
	}, &batchv1.CronJob{}, b.parent(), pulumi.DependsOn(needs))
}

// newTrainingPolicy lets the pods out to DNS, to the services of AWS and to the MLflow server. Nothing reaches them.
func (b *builder) newTrainingPolicy() (*networkingv1.NetworkPolicy, error) {
	rules := networkingv1.NetworkPolicyEgressRuleArray{netpolicy.ToDns(), netpolicy.ToHttps(), netpolicy.ToPodIdentity()}
	namespace, port := serving.RegistryPeer(b.args.Training.Registry)
	switch {
	case namespace != "":
		rules = append(rules, &networkingv1.NetworkPolicyEgressRuleArgs{To: networkingv1.NetworkPolicyPeerArray{
			&networkingv1.NetworkPolicyPeerArgs{NamespaceSelector: netpolicy.Namespace(namespace)},
		}})
	case port != netpolicy.HttpsPort:
		rules = append(rules, netpolicy.To(netpolicy.Everywhere, port))
	}
	return networkingv1.NewNetworkPolicy(b.ctx, b.name+".train-network-policy", &networkingv1.NetworkPolicyArgs{
		Metadata: b.trainingMetadata(serving.TrainingAccount(b.args.Model.Name)),
		Spec: &networkingv1.NetworkPolicySpecArgs{
			PodSelector: netpolicy.Select(serving.TrainingSelector(b.args.Model.Name)),
			PolicyTypes: pulumi.ToStringArray([]string{"Ingress", "Egress"}),
			Egress:      rules,
		},
	}, b.parent())
}

func (b *builder) trainingMetadata(name string) *metav1.ObjectMetaArgs {
	return b.annotated(&metav1.ObjectMetaArgs{
		Name: pulumi.String(name), Namespace: b.args.Namespace, Labels: pulumi.ToStringMap(serving.TrainingLabels(b.args.Model.Name)),
	}, nil)
}

// check reports what is missing.
func (a *TrainingArgs) check() error {
	if a == nil || a.Compute == "" || a.Registry == "" {
		return fmt.Errorf("Training is required where Model.Train has an image: give its Compute and Registry")
	}
	return nil
}
