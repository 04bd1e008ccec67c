package awsprovider

import (
	"context"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/aws"
)

func TestCheckIsStrict(t *testing.T) {
	e := start(t, account(t), nil)
	for name, c := range map[string]struct {
		typ  string
		in   object
		want []string
	}{
		"unknown": {aws.Subnet, object{"vpcId": "vpc-1", "cidr": "10.0.0.0/24"},
			[]string{`unknown property cidr (value "10.0.0.0/24"): allowed are`, "cidrBlock"}},
		"missing":    {aws.Subnet, object{"cidrBlock": "10.0.0.0/24"}, []string{"missing required property vpcId (string)"}},
		"wrong type": {aws.Vpc, object{"enableDnsSupport": "yes"}, []string{`enableDnsSupport is "yes": allowed is bool`}},
		"not whole":  {aws.LogGroup, object{"retentionInDays": 30.5}, []string{"retentionInDays is 30.5: allowed is int"}},
		"nested unknown": {aws.Cluster, object{"roleArn": "x", "vpcConfig": object{"subnets": []any{"a"}}},
			[]string{"unknown property vpcConfig.subnets", "vpcConfig.subnetIds is required"}},
		"nested missing": {aws.NodeGroup, object{"clusterName": "x", "nodeRoleArn": "x", "subnetIds": []any{"a"},
			"scalingConfig": object{"minSize": 1, "maxSize": 1}}, []string{"missing required property scalingConfig.desiredSize"}},
		"in a list": {aws.FargateProfile, object{"clusterName": "x", "podExecutionRoleArn": "x", "subnetIds": []any{"a"},
			"selectors": []any{object{"labels": object{"a": 1}}}}, []string{"missing required property selectors[0].namespace",
			`selectors[0].labels["a"] is 1: allowed is string`}},
		"not a list":  {aws.RouteTable, object{"vpcId": "x", "routes": "all"}, []string{"routes is \"all\": allowed is []"}},
		"rule of AWS": {aws.LogGroup, object{"retentionInDays": 10}, []string{"retentionInDays is \"10\": allowed is 0, 1, 3"}},
		"several at once": {aws.Vpc, object{"cidr": 1, "cidrBlock": 2, "tags": object{"a": true}}, []string{"unknown property cidr",
			"cidrBlock is 2", `tags["a"] is true: allowed is string`}},
		// An input of later versions of the provider.
		"deletion protection": {aws.Cluster, object{"roleArn": "x", "vpcConfig": object{"subnetIds": []any{"a"}}, "deletionProtection": true},
			[]string{"unknown property deletionProtection"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, failures := engine{t, e.client}.check(c.typ, "x", nil, c.in)
			for _, want := range c.want {
				require.Contains(t, strings.Join(failures, "\n"), want)
			}
		})
	}
	_, err := e.client.Check(context.Background(), &pulumirpc.CheckRequest{Urn: urnOf("aws:s3/bucket:Bucket", "x")})
	require.ErrorContains(t, err, `"aws:s3/bucket:Bucket" is not in the simulated AWS`)
	_, failures := e.check(aws.Subnet, "x", nil, object{"vpcId": plugin.UnknownStringValue, "cidrBlock": "10.0.0.0/24",
		"tags": plugin.UnknownStringValue})
	require.Empty(t, failures, "what is not known yet is not judged")
	_, failures = e.check(aws.FargateProfile, "x", nil, object{"clusterName": "x",
		"podExecutionRoleArn": "arn:aws:iam::123456789012:role/x", "selectors": plugin.UnknownStringValue,
		"subnetIds": []any{plugin.UnknownStringValue}})
	require.Empty(t, failures)
}

func TestNames(t *testing.T) {
	e := start(t, account(t), nil)
	document := object{"Version": "2012-10-17", "Statement": []any{object{"Effect": "Allow",
		"Principal": object{"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}}}
	role := object{"assumeRolePolicy": document}
	in, failures := e.check(aws.Role, "node", nil, role)
	require.Empty(t, failures)
	require.Regexp(t, `^node-[0-9a-f]{7}$`, in["name"])
	require.IsType(t, "", in["assumeRolePolicy"], "an object becomes a JSON document")
	again, _ := e.check(aws.Role, "node", object{"name": "node-1234567"}, role)
	require.Equal(t, "node-1234567", again["name"], "a generated name is kept")
	prefixed, _ := e.check(aws.Role, "node", nil, object{"assumeRolePolicy": document, "namePrefix": "p-"})
	require.NotContains(t, prefixed, "name")
	_, out := e.must(aws.Role, "node", object{"assumeRolePolicy": document, "namePrefix": "p-"})
	require.Regexp(t, `^p-[0-9a-f]{26}$`, out["name"])
	bucket, _ := e.must(aws.BucketV2, "Model-Store", object{})
	require.Regexp(t, `^model-store-[0-9a-f]{7}$`, bucket, "names of buckets are in lower case")
	key, _ := e.must(aws.Key, "key", object{})
	id, _ := e.must(aws.Alias, "secrets", object{"targetKeyId": key})
	require.Regexp(t, `^alias/secrets-[0-9a-f]{7}$`, id)
}

func TestTags(t *testing.T) {
	e := start(t, account(t), object{"region": "eu-west-1"})
	want := object{"stage": "local"}
	_, out := e.must(aws.Vpc, "main", object{"cidrBlock": "10.0.0.0/16", "tags": want})
	require.Equal(t, want, out["tags"])
	require.Equal(t, want, out["tagsAll"])
	require.Contains(t, out["arn"], "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-")
}
