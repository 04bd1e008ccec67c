package compute

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/naming"
)

// fargatePolicies let EKS pull images and write logs for the pods
// (https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html).
var fargatePolicies = []string{"AmazonEKSFargatePodExecutionRolePolicy"}

// newFargateProfiles registers the profiles one after another, because EKS refuses to create or delete a profile while
// another of the cluster is being deleted (https://docs.aws.amazon.com/eks/latest/userguide/delete-fargate-profile.html). They
// share one pod execution role.
func (b *builder) newFargateProfiles() error {
	if len(b.args.FargateProfiles) == 0 {
		return nil
	}
	role, previous, err := b.newPodExecutionRole()
	if err != nil {
		return err
	}
	for _, p := range b.args.FargateProfiles {
		name := compute.ProfileName(b.name, p)
		profile, err := eks.NewFargateProfile(b.ctx, name, &eks.FargateProfileArgs{
			ClusterName:         b.args.ClusterName,
			PodExecutionRoleArn: role.Arn,
			SubnetIds:           b.args.fargateSubnetIds(),
			Selectors:           selectors(p),
			Tags:                b.tags(name),
		}, b.parent(), b.after(previous...))
		if err != nil {
			return err
		}
		previous = append(previous, profile)
		b.compute.Resources = append(b.compute.Resources, profile)
	}
	return nil
}

// newPodExecutionRole registers the role with which EKS starts Fargate pods and their log router writes, and returns it with
// its policies.
func (b *builder) newPodExecutionRole() (*iam.Role, []pulumi.Resource, error) {
	role, ready, err := b.newRole("pod-execution", "Starts the Fargate pods of an EKS cluster", b.ofCluster(iamdoc.FargateTrust),
		fargatePolicies)
	if err != nil {
		return nil, nil, err
	}
	name := b.name + "-pod-execution-logs"
	args := &iam.RolePolicyArgs{Role: role.Name, Policy: b.ofCluster(compute.FargateLogsPolicy)}
	if prefix := naming.AutonamePrefix(name, naming.IAMPolicy); prefix != "" {
		args.NamePrefix = pulumi.String(prefix)
	}
	logs, err := iam.NewRolePolicy(b.ctx, name, args, b.parent())
	return role, append(ready, logs), err
}

// ofCluster is the text of a document that depends on the cluster's ARN.
func (b *builder) ofCluster(document func(clusterArn string) (iamdoc.Document, error)) pulumi.StringOutput {
	return b.args.ClusterArn.ToStringOutput().ApplyT(func(arn string) (string, error) {
		made, err := document(arn)
		if err != nil {
			return "", err
		}
		return made.JSON()
	}).(pulumi.StringOutput)
}

func selectors(p compute.FargateProfile) eks.FargateProfileSelectorArray {
	var all eks.FargateProfileSelectorArray
	for _, s := range p.Selectors {
		selector := eks.FargateProfileSelectorArgs{Namespace: pulumi.String(s.Namespace)}
		if len(s.Labels) > 0 {
			selector.Labels = pulumi.ToStringMap(s.Labels)
		}
		all = append(all, selector)
	}
	return all
}
