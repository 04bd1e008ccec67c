// Package cluster creates the EKS control plane: its log group, its encryption key and the cluster itself.
package cluster

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Token is the component's type token.
const Token = "modelway:cluster:Cluster"

// LogTypes are the control-plane logs that EKS can write; all of them are switched on
// (https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html).
var LogTypes = []string{"api", "audit", "authenticator", "controllerManager", "scheduler"}

// ClusterArgs describe a control plane.
type ClusterArgs struct {
	// Name is the EKS cluster name: 1 to 100 letters, digits, hyphens and underscores. Plain, because the log group, the
	// subnet tags and the kubeconfig are named after it.
	Name string
	// KubernetesVersion is the minor version, for example 1.36.
	KubernetesVersion string
	// VpcId is the VPC of the subnets.
	VpcId pulumi.StringInput
	// SubnetIds are the subnets that hold the control plane's network interfaces, in at least two zones.
	SubnetIds pulumi.StringArrayInput
	// AdminRoleArns are the IAM roles with AmazonEKSClusterAdminPolicy; at least one, so that the cluster's creator is
	// never its only administrator. Plain, because each becomes a resource.
	AdminRoleArns []string
	// EndpointPublicAccess opens the API server to PublicAccessCidrs. The private endpoint is always on.
	EndpointPublicAccess bool
	// PublicAccessCidrs may reach the public endpoint.
	PublicAccessCidrs []string
	// LogRetentionDays is how long CloudWatch Logs keeps the control-plane logs.
	LogRetentionDays int
	// Protect marks the cluster, its key and its log group with Pulumi's protect option: a destroy or a replacement is
	// refused until the option is off and applied.
	Protect bool
	// Tags are put on every taggable child.
	Tags map[string]string
}

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
		"name": c.Name, "arn": c.Arn, "endpoint": c.Endpoint, "certificateAuthority": c.CertificateAuthority, "oidcIssuer": c.OidcIssuer,
	})
}

func (a *ClusterArgs) validate() error {
	var faults []error
	if len(a.AdminRoleArns) == 0 {
		faults = append(faults, errors.New("AdminRoleArns is empty: name at least one IAM role, or only the cluster's creator could administer it"))
	}
	if a.EndpointPublicAccess && len(a.PublicAccessCidrs) == 0 {
		faults = append(faults, errors.New("PublicAccessCidrs is empty while EndpointPublicAccess is true: EKS would open the endpoint to 0.0.0.0/0; name the CIDRs, or switch public access off"))
	}
	return errors.Join(faults...)
}

func (a *ClusterArgs) inputs() pulumi.Map {
	return pulumi.Map{
		"name":                 pulumi.String(a.Name),
		"kubernetesVersion":    pulumi.String(a.KubernetesVersion),
		"vpcId":                a.VpcId,
		"subnetIds":            a.SubnetIds,
		"adminRoleArns":        pulumi.ToStringArray(a.AdminRoleArns),
		"endpointPublicAccess": pulumi.Bool(a.EndpointPublicAccess),
		"publicAccessCidrs":    pulumi.ToStringArray(a.PublicAccessCidrs),
		"logRetentionDays":     pulumi.Int(a.LogRetentionDays),
		"protect":              pulumi.Bool(a.Protect),
	}
}

// newLogGroup takes the name that EKS writes to, before EKS can create it without retention.
func (c *Cluster) newLogGroup(ctx *pulumi.Context, name string, args *ClusterArgs) (*cloudwatch.LogGroup, error) {
	return cloudwatch.NewLogGroup(ctx, name+"-logs", &cloudwatch.LogGroupArgs{
		Name:            pulumi.String("/aws/eks/" + args.Name + "/cluster"),
		RetentionInDays: pulumi.Int(args.LogRetentionDays),
		Tags:            pulumi.ToStringMap(args.Tags),
	}, pulumi.Parent(c), pulumi.Protect(args.Protect))
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
	c.Endpoint = cp.EksCluster.Endpoint()
	c.CertificateAuthority = cp.EksCluster.CertificateAuthority().Data().Elem()
	c.OidcIssuer = cp.EksCluster.Identities().ApplyT(issuer).(pulumi.StringOutput)
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

// entryName names the access entry of an IAM role after the role: its path and name without the account, so that the
// order of the list never renames a resource.
func entryName(roleArn string) string {
	_, role, _ := strings.Cut(roleArn, ":role/")
	return "admin-" + strings.ReplaceAll(role, "/", "-")
}

// partition is the AWS partition of an ARN: aws, aws-cn or aws-us-gov.
func partition(arn string) string {
	parts := strings.Split(arn, ":")
	if len(parts) < 2 || !slices.Contains([]string{"aws-cn", "aws-us-gov"}, parts[1]) {
		return "aws"
	}
	return parts[1]
}
