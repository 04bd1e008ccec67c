package awsprovider

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/aws"
)

func TestDiff(t *testing.T) {
	e := start(t, account(t), nil)
	cluster := func(over object) object {
		in := object{"name": "demo-1234567", "version": "1.35", "roleArn": "x", "vpcConfig": object{"subnetIds": []any{"a", "b"}},
			"accessConfig":     object{"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": true},
			"encryptionConfig": object{"provider": object{"keyArn": "k"}, "resources": []any{"secrets"}}}
		for k, v := range over {
			if in[k] = v; v == nil {
				delete(in, k)
			}
		}
		return in
	}
	const update, replace = false, true
	for name, c := range map[string]struct {
		typ        string
		olds, news object
		root       string
		replaces   bool
	}{
		"subnet's block": {aws.Subnet, object{"cidrBlock": "a"}, object{"cidrBlock": "b"}, "cidrBlock", replace},
		"subnet's public addresses": {aws.Subnet, object{"mapPublicIpOnLaunch": false}, object{"mapPublicIpOnLaunch": true},
			"mapPublicIpOnLaunch", update},
		"zone not known": {aws.Subnet, object{"availabilityZone": "a"}, object{"availabilityZone": plugin.UnknownStringValue},
			"availabilityZone", replace},
		"tag":       {aws.FargateProfile, object{"tags": object{"a.b": "c"}}, object{"tags": object{"a.b": "d"}}, "tags", update},
		"selectors": {aws.FargateProfile, object{"selectors": []any{"a"}}, object{"selectors": []any{"b"}}, "selectors", replace},
		"node group's size": {aws.NodeGroup, object{"scalingConfig": object{"minSize": 1}},
			object{"scalingConfig": object{"minSize": 2}}, "scalingConfig", update},
		"node group's subnets": {aws.NodeGroup, object{"subnetIds": []any{"a"}}, object{"subnetIds": []any{"a", "b"}}, "subnetIds", replace},
		"cluster's version":    {aws.Cluster, cluster(nil), cluster(object{"version": "1.36"}), "version", update},
		"cluster's subnets": {aws.Cluster, cluster(nil), cluster(object{"vpcConfig": object{"subnetIds": []any{"a", "c"}}}),
			"vpcConfig", update},
		"cluster's role": {aws.Cluster, cluster(nil), cluster(object{"roleArn": "y"}), "roleArn", replace},
		"cluster's key": {aws.Cluster, cluster(nil), cluster(object{"encryptionConfig": object{"provider": object{"keyArn": "l"},
			"resources": []any{"secrets"}}}), "encryptionConfig", replace},
		"association's role":      {aws.PodIdentityAssociation, object{"roleArn": "a"}, object{"roleArn": "b"}, "roleArn", update},
		"association's namespace": {aws.PodIdentityAssociation, object{"namespace": "a"}, object{"namespace": "b"}, "namespace", replace},
		"template's version": {aws.NodeGroup, object{"launchTemplate": object{"id": "a", "version": "1"}},
			object{"launchTemplate": object{"id": "a", "version": "2"}}, "launchTemplate", update},
		"flow log's interval": {aws.FlowLog, object{"maxAggregationInterval": 60}, object{"maxAggregationInterval": 600},
			"maxAggregationInterval", replace},
		"bucket's prefix":      {aws.BucketV2, object{"bucketPrefix": "a"}, object{"bucketPrefix": "b"}, "bucketPrefix", replace},
		"bucket's objects":     {aws.BucketV2, object{"forceDestroy": false}, object{"forceDestroy": true}, "forceDestroy", update},
		"bucket's policy":      {aws.BucketPolicy, object{"policy": "a"}, object{"policy": "b"}, "policy", update},
		"certificate's domain": {aws.Certificate, object{"domainName": "a"}, object{"domainName": "b"}, "domainName", replace},
		"record's target":      {aws.Record, object{"records": []any{"a"}}, object{"records": []any{"b"}}, "records", update},
		"record's name":        {aws.Record, object{"name": "a"}, object{"name": "b"}, "name", replace},
		"repository's tags": {aws.Repository, object{"imageTagMutability": "MUTABLE"}, object{"imageTagMutability": "IMMUTABLE"},
			"imageTagMutability", update},
		"repository's key": {aws.Repository, object{"encryptionConfigurations": []any{"a"}},
			object{"encryptionConfigurations": []any{"b"}}, "encryptionConfigurations", replace},
		"budget's limit": {aws.Budget, object{"limitAmount": "1"}, object{"limitAmount": "2"}, "limitAmount", update},
		"endpoint's subnets": {aws.VpcEndpoint, object{"subnetIds": []any{"a"}}, object{"subnetIds": []any{"a", "b"}}, "subnetIds",
			update},
		"database's class":      {aws.DBInstance, object{"instanceClass": "a"}, object{"instanceClass": "b"}, "instanceClass", update},
		"database's standby":    {aws.DBInstance, object{"multiAz": false}, object{"multiAz": true}, "multiAz", update},
		"database's encryption": {aws.DBInstance, object{"storageEncrypted": false}, object{"storageEncrypted": true}, "storageEncrypted", replace},
		"database's user":       {aws.DBInstance, object{"username": "a"}, object{"username": "b"}, "username", replace},
		"database's parameters": {aws.DBParameterGroup, object{"parameters": []any{"a"}}, object{"parameters": []any{"b"}}, "parameters", update},
		"family of parameters":  {aws.DBParameterGroup, object{"family": "mysql8.0"}, object{"family": "mysql8.4"}, "family", replace},
		"database's subnets":    {aws.DBSubnetGroup, object{"subnetIds": []any{"a"}}, object{"subnetIds": []any{"b"}}, "subnetIds", update},
		"no encryption":         {aws.Cluster, cluster(nil), cluster(object{"encryptionConfig": nil}), "encryptionConfig", replace},
		"encryption":            {aws.Cluster, cluster(object{"encryptionConfig": nil}), cluster(nil), "encryptionConfig", update},
	} {
		t.Run(name, func(t *testing.T) {
			d := engine{t, e.client}.diff(c.typ, "x", c.olds, c.news)
			require.Equal(t, pulumirpc.DiffResponse_DIFF_SOME, d.Changes)
			require.Equal(t, []string{c.root}, d.Diffs)
			require.Equal(t, c.replaces, slices.Equal(d.Replaces, d.Diffs), "%v", d.Replaces)
		})
	}
	require.Equal(t, pulumirpc.DiffResponse_DIFF_NONE, e.diff(aws.Cluster, "x", cluster(nil), cluster(nil)).Changes)
	noted := cluster(object{"__defaults": []any{"name"}})
	require.Equal(t, pulumirpc.DiffResponse_DIFF_NONE, e.diff(aws.Cluster, "x", noted, cluster(nil)).Changes,
		"what the provider notes for itself is not a property")
	generated := object{"name": "a-1234567", "path": "/a/"}
	require.True(t, e.diff(aws.Role, "x", object{"name": "a", "path": "/a/"}, object{"name": "a", "path": "/b/"}).DeleteBeforeReplace,
		"two roles cannot have one name")
	require.True(t, e.diff(aws.Role, "x", generated, object{"name": "a-1234567", "path": "/b/"}).DeleteBeforeReplace)
	require.False(t, e.diff(aws.Role, "x", object{"name": "a"}, object{"name": "b"}).DeleteBeforeReplace)
	require.True(t, e.diff(aws.LifecyclePolicy, "x", object{"policy": "a"}, object{"policy": "b"}).DeleteBeforeReplace,
		"the old one, deleted last, would take the new one along")
}
