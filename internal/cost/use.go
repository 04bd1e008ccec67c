package cost

import (
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/resource"
)

const cronJobType = "kubernetes:batch/v1:CronJob"

// byUse is what AWS bills by use, or takes off the list price, for a kind of resource.
var byUse = []struct {
	typ  string
	only func(resource.Resource) bool // nil for all of the type
	what string
}{
	{"aws:ec2/natGateway:NatGateway", nil, "data processed by NAT gateways"},
	{"aws:ec2/vpcEndpoint:VpcEndpoint", where("Interface", "vpcEndpointType"), "data processed by interface endpoints"},
	{"aws:ec2/vpc:Vpc", nil, "data transfer between zones and to the internet"},
	{"aws:ec2/flowLog:FlowLog", nil, "delivery of flow logs"},
	{params, nil, "capacity units (LCU) of load balancers"},
	{params, given("spec", "wafv2AclArn"), "web ACLs, their rules and requests"},
	{"aws:cloudwatch/logGroup:LogGroup", nil, "ingestion and storage of CloudWatch logs"},
	{"aws:s3/bucketV2:BucketV2", nil, "storage and requests of S3 buckets"},
	{"aws:s3/bucket:Bucket", nil, "storage and requests of S3 buckets"},
	{"aws:ecr/repository:Repository", nil, "storage of ECR repositories"},
	{"aws:route53/zone:Zone", nil, "Route 53 zones and queries"},
	{"aws:kms/key:Key", nil, "requests to KMS keys"},
	{"aws:kms/key:Key", isOn("enableKeyRotation"), "versions that KMS keys get by rotation"},
	{"aws:secretsmanager/secret:Secret", nil, "requests to secrets"},
	{databaseType, nil, "requests to secrets"},
	{databaseType, nil, "backups of databases above the size of their storage, and snapshots that stay"},
	{databaseType, burstable, "CPU credits of burstable database servers above their baseline"},
	{"aws:eks/nodeGroup:NodeGroup", where("SPOT", "capacityType"), "what spot nodes cost less than on demand"},
	{"aws:eks/nodeGroup:NodeGroup", nil, "savings plans and reserved instances"},
	{"aws:eks/fargateProfile:FargateProfile", nil, "savings plans and reserved instances"},
	{"aws:eks/addon:Addon", where("aws-ebs-csi-driver", "addonName"), "volumes that pods claim"},
	{cronJobType, isOf(labels.Schedule), "pods of scheduled jobs, and what models save while they are stopped"},
	{cronJobType, isOf(labels.Training), "pods that train models"},
}

func (c *counter) noteUse() {
	for _, use := range byUse {
		for _, r := range c.set.OfType(use.typ) {
			if use.only == nil || use.only(r) {
				c.skip("%s", use.what)
				break
			}
		}
	}
}

func where(value string, path ...any) func(resource.Resource) bool {
	return func(r resource.Resource) bool { return r.At(path...).Text() == value }
}

// isOf is about objects of a component; see package labels.
func isOf(component string) func(resource.Resource) bool {
	return where(component, "metadata", "labels", labels.Component)
}

func given(path ...any) func(resource.Resource) bool {
	return func(r resource.Resource) bool { return r.At(path...).Given() }
}

func isOn(path ...any) func(resource.Resource) bool {
	return func(r resource.Resource) bool { return r.At(path...).Bool() }
}
