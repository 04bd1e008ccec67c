package compute

import (
	"encoding/base64"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/compute"
)

// newLaunchTemplate sets what a node group itself cannot. Instances answer metadata requests with a session token only,
// and not from pods: the answer dies after one hop.
func (b *builder) newLaunchTemplate(g compute.NodeGroup) (*ec2.LaunchTemplate, error) {
	name := b.name + "-" + g.Name + "-template"
	args := &ec2.LaunchTemplateArgs{
		Description:          pulumi.String("Nodes of group " + g.Name),
		UpdateDefaultVersion: pulumi.Bool(true),
		MetadataOptions: ec2.LaunchTemplateMetadataOptionsArgs{
			HttpEndpoint:            pulumi.String("enabled"),
			HttpTokens:              pulumi.String("required"),
			HttpPutResponseHopLimit: pulumi.Int(1),
		},
		BlockDeviceMappings: encryptedVolumes(g),
		UserData:            pulumi.String(base64.StdEncoding.EncodeToString([]byte(compute.UserData(g)))),
		Tags:                b.tags(name),
	}
	var specifications ec2.LaunchTemplateTagSpecificationArray
	for _, kind := range []string{"instance", "volume", "network-interface"} {
		specifications = append(specifications, ec2.LaunchTemplateTagSpecificationArgs{
			ResourceType: pulumi.String(kind), Tags: b.tags(b.name + "-" + g.Name),
		})
	}
	args.TagSpecifications = specifications
	return ec2.NewLaunchTemplate(b.ctx, name, args, b.parent())
}

// fastPullThroughput is what AWS recommends at least for pulls in parallel, in MiB/s. The 3,000 operations a second of every
// gp3 volume are enough for up to 750
// (https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html#gp3-ebs-volume-type).
const fastPullThroughput = 600

// encryptedVolumes are gp3 volumes, encrypted with the account's default EBS key.
func encryptedVolumes(g compute.NodeGroup) ec2.LaunchTemplateBlockDeviceMappingArray {
	devices := compute.VolumesOf[g.Image().Family]
	data := encryptedVolume()
	data.VolumeSize = pulumi.Int(g.DiskSizeGiB)
	if g.FastImagePull && !g.InstanceStore {
		data.Throughput = pulumi.Int(fastPullThroughput)
	}
	mappings := ec2.LaunchTemplateBlockDeviceMappingArray{
		ec2.LaunchTemplateBlockDeviceMappingArgs{DeviceName: pulumi.String(devices.Data), Ebs: data},
	}
	if devices.System != "" {
		mappings = append(mappings, ec2.LaunchTemplateBlockDeviceMappingArgs{DeviceName: pulumi.String(devices.System), Ebs: encryptedVolume()})
	}
	return mappings
}

func encryptedVolume() ec2.LaunchTemplateBlockDeviceMappingEbsArgs {
	return ec2.LaunchTemplateBlockDeviceMappingEbsArgs{
		VolumeType: pulumi.String("gp3"), Encrypted: pulumi.String("true"), DeleteOnTermination: pulumi.String("true"),
	}
}
