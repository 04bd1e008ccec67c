package compute

import (
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// fargatePolicies let EKS pull images and write logs for the pods
// (https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html).
var fargatePolicies = []string{"AmazonEKSFargatePodExecutionRolePolicy"}

func profileName(component string, p FargateProfile) string { return component + "-" + p.Name }

// newFargateProfiles registers the profiles one after another, because EKS refuses to create or delete a profile while
// another of the cluster is being deleted (https://docs.aws.amazon.com/eks/latest/userguide/delete-fargate-profile.html). They
// share one pod execution role.
func (b *builder) newFargateProfiles() error {
	if len(b.args.FargateProfiles) == 0 {
		return nil
	}
	trust := b.args.ClusterArn.ToStringOutput().ApplyT(func(arn string) (string, error) {
		document, err := iamdoc.FargateTrust(arn)
		if err != nil {
			return "", err
		}
		return document.JSON()
	}).(pulumi.StringOutput)
	role, previous, err := b.newRole("pod-execution", "Starts the Fargate pods of an EKS cluster", trust, fargatePolicies)
	if err != nil {
		return err
	}
	for _, p := range b.args.FargateProfiles {
		name := profileName(b.name, p)
		profile, err := eks.NewFargateProfile(b.ctx, name, &eks.FargateProfileArgs{
			ClusterName:         b.args.ClusterName,
			PodExecutionRoleArn: role.Arn,
			SubnetIds:           b.args.SubnetIds,
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

func selectors(p FargateProfile) eks.FargateProfileSelectorArray {
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
