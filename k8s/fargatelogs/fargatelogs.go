// Package fargatelogs makes the logs of Fargate pods reach CloudWatch, through the log router that EKS runs beside every such
// pod.
package fargatelogs

import (
	"errors"
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/podsecurity"
)

// Token is the component's type token.
const Token = "modelway:fargatelogs:FargateLogs"

// FargateLogsArgs say where the logs go. Region and LogGroup are required.
type FargateLogsArgs struct {
	// Region is the AWS region of the log group, such as us-east-1.
	Region string
	// LogGroup is the name of a log group that exists. The pod execution role of every Fargate profile needs
	// logs:CreateLogStream and logs:PutLogEvents on it.
	LogGroup pulumi.StringInput
	// DependsOn is what must be there before pods write logs, and until they have ended: the log group, and the attachment of
	// the policy to the pod execution role.
	DependsOn []pulumi.Resource
}

// FargateLogs are the settings of the log router. EKS reads them when it starts a pod, and never again for that pod.
type FargateLogs struct {
	pulumi.ResourceState

	// Resources are what a Fargate pod must be created after to have its logs kept, so whatever makes such pods depends on them.
	Resources []pulumi.Resource
}

// NewFargateLogs registers the settings. There is one of them in a cluster: their namespace and name are fixed.
func NewFargateLogs(ctx *pulumi.Context, name string, args *FargateLogsArgs, opts ...pulumi.ResourceOption) (*FargateLogs, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking Fargate logs %q: %w", name, err)
	}
	l := &FargateLogs{}
	if err := ctx.RegisterComponentResourceV2(Token, name, pulumi.Map{"region": pulumi.String(args.Region), "logGroup": args.LogGroup}, l,
		opts...); err != nil {
		return nil, err
	}
	namespace, err := l.newNamespace(ctx, name, args)
	if err != nil {
		return nil, fmt.Errorf("registering the namespace of %q: %w", name, err)
	}
	settings, err := l.newSettings(ctx, name, args, namespace)
	if err != nil {
		return nil, fmt.Errorf("registering the ConfigMap of %q: %w", name, err)
	}
	l.Resources = []pulumi.Resource{namespace, settings}
	return l, ctx.RegisterResourceOutputs(l, pulumi.Map{"logGroup": args.LogGroup})
}

func (a *FargateLogsArgs) validate() error {
	if a == nil {
		return errors.New("FargateLogsArgs is nil: Region and LogGroup are required")
	}
	var faults []error
	if err := checkRegion(a.Region); err != nil {
		faults = append(faults, fmt.Errorf("FargateLogsArgs.Region: %w", err))
	}
	if a.LogGroup == nil {
		faults = append(faults, errors.New("FargateLogsArgs.LogGroup is required"))
	}
	return errors.Join(faults...)
}

// newNamespace registers the namespace that EKS looks into. No pods run in it.
func (l *FargateLogs) newNamespace(ctx *pulumi.Context, name string, args *FargateLogsArgs) (*corev1.Namespace, error) {
	set := podsecurity.Namespace(podsecurity.Restricted)
	set[NamespaceLabel] = "enabled"
	return corev1.NewNamespace(ctx, name+"-namespace", &corev1.NamespaceArgs{
		Metadata: &metav1.ObjectMetaArgs{Name: pulumi.String(Namespace), Labels: pulumi.ToStringMap(set)},
	}, pulumi.Parent(l), pulumi.DependsOn(args.DependsOn))
}

func (l *FargateLogs) newSettings(ctx *pulumi.Context, name string, args *FargateLogsArgs, namespace *corev1.Namespace) (*corev1.ConfigMap,
	error) {
	return corev1.NewConfigMap(ctx, name+"-settings", &corev1.ConfigMapArgs{
		Metadata: &metav1.ObjectMetaArgs{
			Name:      pulumi.String(Object),
			Namespace: namespace.Metadata.Name(),
			Labels:    pulumi.StringMap{labels.PartOf: pulumi.String(labels.Modelway)},
		},
		Data: args.LogGroup.ToStringOutput().ApplyT(func(logGroup string) (map[string]string, error) {
			data, err := Data(args.Region, logGroup)
			if err != nil {
				return nil, fmt.Errorf("writing the settings of Fargate logs %q: %w", name, err)
			}
			return data, nil
		}).(pulumi.StringMapOutput),
	}, pulumi.Parent(l), pulumi.DependsOn(args.DependsOn))
}
