// Package cluster creates the EKS control plane: its log group, its encryption key, the cluster itself and who may enter it.
package cluster

import (
	"errors"
	"fmt"

	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Token is the component's type token.
const Token = "modelway:cluster:Cluster"

// LogTypes are the control-plane logs that EKS can write; all of them are switched on
// (https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html).
var LogTypes = []string{"api", "audit", "authenticator", "controllerManager", "scheduler"}

// Cluster is an EKS control plane. It has no compute.
type Cluster struct {
	pulumi.ResourceState

	// Name is the cluster's name, known once the cluster exists.
	Name pulumi.StringOutput
	// Arn is the cluster's ARN.
	Arn pulumi.StringOutput
	// Endpoint is the URL of the API server.
	Endpoint pulumi.StringOutput
	// CertificateAuthority is the base64 encoded PEM of the cluster's CA.
	CertificateAuthority pulumi.StringOutput
	// OidcIssuer is the URL of the cluster's OpenID Connect issuer, which signs service account tokens.
	OidcIssuer pulumi.StringOutput
	// SecurityGroupId is the security group that EKS makes for the cluster and puts on the control plane's network
	// interfaces, the nodes of managed node groups and Fargate pods, so that they reach each other
	// (https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html).
	SecurityGroupId pulumi.StringOutput
	// RoleArn is the ARN of the role of the control plane.
	RoleArn pulumi.StringOutput
	// ControlPlane is the component of pulumi-eks: what needs the API server and the access entries depends on it.
	ControlPlane pulumi.Resource
}

// NewCluster registers the control plane.
func NewCluster(ctx *pulumi.Context, name string, args *ClusterArgs, opts ...pulumi.ResourceOption) (*Cluster, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking cluster %q: %w", name, err)
	}
	c := &Cluster{}
	if err := ctx.RegisterComponentResourceV2(Token, name, args.inputs(), c, opts...); err != nil {
		return nil, err
	}
	logs, err := c.newLogGroup(ctx, name, args)
	if err != nil {
		return nil, fmt.Errorf("registering the log group of %q: %w", name, err)
	}
	key, err := c.newSecretsKey(ctx, name, args)
	if err != nil {
		return nil, fmt.Errorf("registering the encryption key of %q: %w", name, err)
	}
	controlPlane, err := c.newControlPlane(ctx, name, args, key, logs)
	if err != nil {
		return nil, fmt.Errorf("registering the control plane of %q: %w", name, err)
	}
	c.read(controlPlane)
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{
		"name": c.Name, "arn": c.Arn, "endpoint": c.Endpoint, "certificateAuthority": c.CertificateAuthority,
		"oidcIssuer": c.OidcIssuer, "securityGroupId": c.SecurityGroupId,
	})
}

func (c *Cluster) newSecretsKey(ctx *pulumi.Context, name string, args *ClusterArgs) (*kms.Key, error) {
	key, err := kms.NewKey(ctx, name+"-secrets", &kms.KeyArgs{
		Description:          pulumi.Sprintf("Kubernetes secrets of EKS cluster %s", args.Name),
		EnableKeyRotation:    pulumi.Bool(true),
		DeletionWindowInDays: pulumi.Int(30),
		Tags:                 pulumi.ToStringMap(args.Tags),
	}, pulumi.Parent(c), pulumi.Protect(args.Protect))
	if err != nil {
		return nil, err
	}
	_, err = kms.NewAlias(ctx, name+"-secrets-alias", &kms.AliasArgs{
		Name:        pulumi.String("alias/eks/" + args.Name),
		TargetKeyId: key.KeyId,
	}, pulumi.Parent(c))
	return key, err
}

// read takes the outputs from the cluster resource inside the component.
func (c *Cluster) read(cp *controlPlane) {
	c.ControlPlane = cp
	c.Name, c.Arn = cp.EksCluster.Name(), cp.EksCluster.Arn()
	c.RoleArn = cp.EksCluster.RoleArn()
	c.Endpoint = cp.EksCluster.Endpoint()
	c.CertificateAuthority = cp.EksCluster.CertificateAuthority().Data().Elem()
	c.OidcIssuer = cp.EksCluster.Identities().ApplyT(issuer).(pulumi.StringOutput)
	c.SecurityGroupId = cp.EksCluster.VpcConfig().ClusterSecurityGroupId().Elem()
}

// issuer is the OpenID Connect issuer in an EKS cluster's identities. EKS gives each cluster exactly one.
func issuer(identities []awseks.ClusterIdentity) (string, error) {
	for _, identity := range identities {
		for _, oidc := range identity.Oidcs {
			if oidc.Issuer != nil && *oidc.Issuer != "" {
				return *oidc.Issuer, nil
			}
		}
	}
	return "", errors.New("the EKS cluster has no OpenID Connect issuer")
}
