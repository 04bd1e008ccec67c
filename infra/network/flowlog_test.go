package network_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/infra/network"
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/iamdoc"
	netspec "github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/recorder"
)

func TestFlowLogDocuments(t *testing.T) {
	for name, document := range map[string]iamdoc.Document{
		"trust":  iamdoc.FlowLogsTrust("cn-north-1", "123456789012"),
		"policy": iamdoc.FlowLogsPolicy("arn:aws:logs:us-east-1:123456789012:log-group:/aws/vpc-flow-log/modelway-test"),
	} {
		require.NoError(t, document.Validate())
		recorder.GoldenJSON(t, "testdata/flow-logs-"+name+".json", document)
	}
}

func TestFlowLogsToALogGroup(t *testing.T) {
	a := args(netspec.NatNone, "us-east-1a", "us-east-1b")
	a.FlowLogs = network.FlowLogs{Destination: network.FlowLogsLogGroup, RetentionDays: 30}
	r := recorder.Run(t, program(a))
	vpc, group := r.Find(t, vpcType, "net-vpc"), r.Find(t, logGroupType, "net-flow-logs")
	require.Equal(t, "/aws/vpc-flow-log/modelway-test", group.Input("name"))
	require.EqualValues(t, 30, group.Input("retentionInDays"))
	require.Equal(t, map[string]any{"Name": "net-flow-logs", "team": "ml"}, group.Input("tags"))

	role, policy := r.Find(t, roleType, "net-flow-logs-role"), r.Find(t, rolePolicyType, "net-flow-logs-policy")
	requireDocument(t, iamdoc.FlowLogsTrust("us-east-1", recorder.Account), role.Input("assumeRolePolicy"))
	requireDocument(t, iamdoc.FlowLogsPolicy(group.Outputs["arn"].StringValue()), policy.Input("policy"))
	require.Equal(t, role.Outputs["name"].StringValue(), policy.Input("role"))
	require.Equal(t, "ml", role.Input("tags.team"))

	log := r.Find(t, flowLogType, "net-flow-log")
	require.Equal(t, map[string]any{
		"vpcId": vpc.ID, "trafficType": "ALL", "maxAggregationInterval": 600.0,
		"logDestinationType": "cloud-watch-logs", "logDestination": group.Outputs["arn"].StringValue(),
		"iamRoleArn": role.Outputs["arn"].StringValue(),
		"tags":       map[string]any{"Name": "net-flow-log", "team": "ml"},
	}, log.Inputs.Mappable())
	require.NotNil(t, log.DeleteBeforeReplace, "AWS refuses a second flow log of the same kind")
	require.True(t, *log.DeleteBeforeReplace)
	for _, kept := range []*recorder.Resource{vpc, group, role, policy} {
		require.True(t, log.DependsDirectly(kept.URN), "the flow log goes before %s", kept.Name)
	}
	require.True(t, policy.DependsDirectly(role.URN))
	require.Equal(t, map[string]any{"destination": "logGroup", "retentionDays": 30.0}, r.Find(t, network.Token, "net").Input("flowLogs"))
}

func requireDocument(t *testing.T, want iamdoc.Document, got any) {
	t.Helper()
	text, err := want.JSON()
	require.NoError(t, err)
	require.Equal(t, text, got)
	require.NotContains(t, text, `"*"`)
	require.True(t, json.Valid([]byte(text)))
}

func TestFlowLogsToABucket(t *testing.T) {
	const bucket = "arn:aws:s3:::logs"
	r := recorder.Run(t, func(ctx *pulumi.Context) error {
		policy := &pulumi.CustomResourceState{}
		if err := ctx.RegisterResource("test:index:BucketPolicy", "bucket-policy", pulumi.Map{}, policy); err != nil {
			return err
		}
		a := args(netspec.NatNone, "us-east-1a", "us-east-1b")
		a.FlowLogs = network.FlowLogs{Destination: network.FlowLogsBucket, BucketArn: pulumi.String(bucket), DependsOn: []pulumi.Resource{policy}}
		_, err := network.NewNetwork(ctx, "net", a)
		return err
	})
	log := r.Find(t, flowLogType, "net-flow-log")
	require.Equal(t, map[string]any{
		"vpcId": r.Find(t, vpcType, "net-vpc").ID, "trafficType": "ALL", "maxAggregationInterval": 600.0,
		"logDestinationType": "s3", "logDestination": bucket,
		"destinationOptions": map[string]any{"fileFormat": "parquet", "hiveCompatiblePartitions": false, "perHourPartition": true},
		"tags":               map[string]any{"Name": "net-flow-log", "team": "ml"},
	}, log.Inputs.Mappable())
	require.True(t, log.DependsDirectly(r.Find(t, "test:index:BucketPolicy", "bucket-policy").URN),
		"the flow log goes before the bucket's policy")
	require.Empty(t, r.OfType(logGroupType))
	require.Empty(t, r.OfType(roleType))
}

// A component with a long name has the names of its role and policy cut to what IAM accepts.
func TestLongNamesOfFlowLogRoles(t *testing.T) {
	long := strings.Repeat("network-", 16)
	r := recorder.Run(t, func(ctx *pulumi.Context) error {
		a := args(netspec.NatNone, "us-east-1a", "us-east-1b")
		a.FlowLogs = network.FlowLogs{Destination: network.FlowLogsLogGroup, RetentionDays: 30}
		_, err := network.NewNetwork(ctx, long, a)
		return err
	})
	role, policy := r.Find(t, roleType, long+"-flow-logs-role"), r.Find(t, rolePolicyType, long+"-flow-logs-policy")
	require.LessOrEqual(t, len(role.Input("namePrefix").(string))+26, 64)
	require.LessOrEqual(t, len(policy.Input("namePrefix").(string))+26, 128)
}

func TestFaultsOfFlowLogs(t *testing.T) {
	for want, logs := range map[string]network.FlowLogs{
		`flowLogs.destination is "s3": not one of the allowed values; allowed: none, logGroup, bucket; set flowLogs.destination to none`: {Destination: "s3"},
		fmt.Sprintf("flowLogs.retentionDays is 0: not a number of days that CloudWatch Logs has; allowed: %v; set flowLogs.retentionDays to 30",
			aws.LogRetentionDays): {Destination: network.FlowLogsLogGroup},
		`FlowLogs.BucketArn is missing: pass the ARN of the bucket, or use another Destination`: {Destination: network.FlowLogsBucket},
	} {
		a := args(netspec.NatNone, "us-east-1a", "us-east-1b")
		a.FlowLogs = logs
		r, err := recorder.RunErr(program(a))
		requireMessage(t, `checking network "net": `+want, err)
		require.Empty(t, r.Resources)
	}
	for _, none := range []string{"", network.FlowLogsNone} {
		a := args(netspec.NatNone, "us-east-1a", "us-east-1b")
		a.FlowLogs.Destination = none
		require.Empty(t, recorder.Run(t, program(a)).OfType(flowLogType))
	}
}
