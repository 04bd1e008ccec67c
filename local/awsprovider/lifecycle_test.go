package awsprovider

import (
	"context"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/status"

	"github.com/modelway/modelway/local/aws"
)

func TestLifecycle(t *testing.T) {
	e := start(t, account(t), nil)
	inputs := object{"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true}
	id, out := e.must(aws.Vpc, "main", inputs)
	for name := range out {
		require.Contains(t, fields(schemas[aws.Vpc].outputs), name, "only declared outputs")
	}
	require.Equal(t, true, out["enableDnsSupport"], "AWS's default")
	read := e.read(aws.Vpc, id)
	require.Equal(t, out, read.Properties.AsMap(), "no drift")
	require.Equal(t, inputs, read.Inputs.AsMap())

	news := object{"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": false}
	update := &pulumirpc.UpdateRequest{Id: id, Urn: urnOf(aws.Vpc, "main"), OldInputs: e.pack(inputs), Olds: e.pack(out),
		News: e.pack(news), Preview: true}
	for _, preview := range []bool{true, false} {
		update.Preview = preview
		updated, err := e.client.Update(context.Background(), update)
		require.NoError(t, err)
		require.Equal(t, false, updated.Properties.AsMap()["enableDnsHostnames"])
		require.Equal(t, out["defaultRouteTableId"], updated.Properties.AsMap()["defaultRouteTableId"])
		require.Equal(t, !preview, e.read(aws.Vpc, id).Properties.AsMap()["enableDnsHostnames"] == false)
	}
	subnet, _ := e.must(aws.Subnet, "a", object{"vpcId": id, "cidrBlock": "10.0.0.0/24", "availabilityZone": "us-east-1a"})
	err := e.remove(aws.Vpc, id)
	require.ErrorContains(t, err, "deleting Vpc \"x\": operation error EC2: DeleteVpc, api error DependencyViolation: The Vpc '"+id+
		"' has dependencies and cannot be deleted.")
	require.ErrorContains(t, err, "Held by Subnet "+subnet)
	require.NoError(t, e.remove(aws.Subnet, subnet))
	require.NoError(t, e.remove(aws.Vpc, id))
	require.Empty(t, e.read(aws.Vpc, id).Id, "refresh sees that it has gone")
	require.NoError(t, e.remove(aws.Vpc, id))
}

func TestPreview(t *testing.T) {
	e := start(t, account(t), nil)
	in := object{"name": "demo", "roleArn": plugin.UnknownStringValue, "vpcConfig": object{"subnetIds": []any{plugin.UnknownStringValue}},
		"tags": object{"a": "b"}}
	r, err := e.client.Create(context.Background(), &pulumirpc.CreateRequest{Urn: urnOf(aws.Cluster, "demo"), Properties: e.pack(in),
		Preview: true})
	require.NoError(t, err)
	require.Empty(t, r.Id)
	out := r.Properties.AsMap()
	require.Equal(t, "demo", out["name"])
	for _, name := range []string{"endpoint", "certificateAuthority", "identities", "arn"} {
		require.Equal(t, plugin.UnknownStringValue, out[name], name)
	}
	require.Equal(t, plugin.UnknownStringValue, out["vpcConfig"].(object)["clusterSecurityGroupId"])
	require.Equal(t, in["tags"], out["tagsAll"])
	require.NotContains(t, out, "forceUpdateVersion", "what AWS does not compute stays away")
	require.Empty(t, e.read(aws.Cluster, "demo").Id)
}

// The engine is killed after the account has changed and before it has recorded the id.
func TestALostAnswer(t *testing.T) {
	path := account(t)
	const document = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	lost, _ := start(t, path, nil).must(aws.Role, "node", object{"assumeRolePolicy": document})

	e := start(t, path, nil)
	in, failures := e.check(aws.Role, "node", nil, object{"assumeRolePolicy": document})
	require.Empty(t, failures)
	require.Equal(t, lost, in["name"], "the generated name is the lost one")
	found, _ := e.must(aws.Role, "node", object{"assumeRolePolicy": document})
	require.Equal(t, lost, found)

	e.diff(aws.Role, found, in, in) // the engine knows the id now
	_, _, err := e.create(aws.Role, "node", object{"assumeRolePolicy": document, "name": found})
	require.ErrorContains(t, err, "EntityAlreadyExists")
}

func TestAResourceThatDoesNotWork(t *testing.T) {
	path := account(t)
	e := start(t, path, nil)
	vpc, _ := e.must(aws.Vpc, "main", object{"cidrBlock": "10.0.0.0/16"})
	var subnets []any
	for i, zone := range []string{"us-east-1a", "us-east-1b"} {
		id, _ := e.must(aws.Subnet, zone, object{"vpcId": vpc, "cidrBlock": []string{"10.0.0.0/24", "10.0.1.0/24"}[i], "availabilityZone": zone})
		subnets = append(subnets, id)
	}
	_, role := e.must(aws.Role, "cluster", object{"assumeRolePolicy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`,
		"managedPolicyArns": []any{"arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"}})
	_, cluster := e.must(aws.Cluster, "demo", object{"name": "demo", "roleArn": role["arn"], "vpcConfig": object{"subnetIds": subnets}})
	require.Equal(t, "ACTIVE", cluster["status"])
	_, _, err := e.create(aws.Addon, "dns", object{"clusterName": "demo", "addonName": "coredns"})
	require.ErrorContains(t, err, "waiting for Addon (demo:coredns) to become active: api error InsufficientNumberOfReplicas")
	details := status.Convert(err).Details()
	require.Len(t, details, 1)
	failed, ok := details[0].(*pulumirpc.ErrorResourceInitFailed)
	require.True(t, ok)
	require.Equal(t, "demo:coredns", failed.Id, "the engine keeps it and tries again with the next update")
	require.Equal(t, "demo", failed.Properties.AsMap()["clusterName"])
	require.NoError(t, e.remove(aws.Cluster, "demo"))
	require.NoError(t, e.remove(aws.Vpc, "none"))
}
