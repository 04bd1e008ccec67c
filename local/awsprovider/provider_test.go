package awsprovider

import (
	"context"
	"net"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/modelway/modelway/local/aws"
)

type object = map[string]any

// engine talks to a provider as Pulumi's engine does, over gRPC.
type engine struct {
	t      *testing.T
	client pulumirpc.ResourceProviderClient
}

func start(t *testing.T, path string, config object) engine {
	t.Helper()
	t.Setenv(aws.EnvDelay, "1ms")
	t.Setenv(EnvTimeout, "1ms")
	p, err := New(path)
	require.NoError(t, err)
	server := grpc.NewServer()
	pulumirpc.RegisterResourceProviderServer(server, p)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go server.Serve(listener) //nolint:errcheck // ends with Stop
	t.Cleanup(server.Stop)
	connection, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { connection.Close() })
	e := engine{t, pulumirpc.NewResourceProviderClient(connection)}
	if config == nil {
		config = object{"region": "us-east-1"}
	}
	_, err = e.client.Configure(context.Background(), &pulumirpc.ConfigureRequest{Args: e.pack(config)})
	require.NoError(t, err)
	return e
}

func account(t *testing.T) string { return filepath.Join(t.TempDir(), "account.json") }

func (e engine) pack(m object) *structpb.Struct {
	s, err := structpb.NewStruct(m)
	require.NoError(e.t, err)
	return s
}

func urnOf(typ, name string) string {
	return "urn:pulumi:local::modelway::modelway:network:Network$" + typ + "::" + name
}

func (e engine) check(typ, name string, olds, news object) (object, []string) {
	e.t.Helper()
	r, err := e.client.Check(context.Background(), &pulumirpc.CheckRequest{Urn: urnOf(typ, name), Olds: e.pack(olds), News: e.pack(news), RandomSeed: []byte("seed")})
	require.NoError(e.t, err)
	var reasons []string
	for _, f := range r.Failures {
		reasons = append(reasons, f.Reason)
	}
	return r.Inputs.AsMap(), reasons
}

// create checks and creates a resource.
func (e engine) create(typ, name string, in object) (id string, out object, err error) {
	e.t.Helper()
	in, failures := e.check(typ, name, nil, in)
	require.Empty(e.t, failures)
	r, err := e.client.Create(context.Background(), &pulumirpc.CreateRequest{Urn: urnOf(typ, name), Properties: e.pack(in)})
	return r.GetId(), r.GetProperties().AsMap(), err
}

func (e engine) must(typ, name string, in object) (id string, out object) {
	e.t.Helper()
	id, out, err := e.create(typ, name, in)
	require.NoError(e.t, err)
	return id, out
}

func (e engine) diff(typ, id string, olds, news object) *pulumirpc.DiffResponse {
	e.t.Helper()
	r, err := e.client.Diff(context.Background(), &pulumirpc.DiffRequest{Id: id, Urn: urnOf(typ, "x"), OldInputs: e.pack(olds), News: e.pack(news)})
	require.NoError(e.t, err)
	return r
}

func (e engine) read(typ, id string) *pulumirpc.ReadResponse {
	e.t.Helper()
	r, err := e.client.Read(context.Background(), &pulumirpc.ReadRequest{Id: id, Urn: urnOf(typ, "x")})
	require.NoError(e.t, err)
	return r
}

func (e engine) remove(typ, id string) error {
	_, err := e.client.Delete(context.Background(), &pulumirpc.DeleteRequest{Id: id, Urn: urnOf(typ, "x")})
	return err
}

func (e engine) invoke(token string, args object) (object, error) {
	r, err := e.client.Invoke(context.Background(), &pulumirpc.InvokeRequest{Tok: token, Args: e.pack(args)})
	return r.GetReturn().AsMap(), err
}

// Every type of the account has a schema, every schema a type, and every name in the tables exists in the SDK.
func TestTablesAgreeWithTheSDK(t *testing.T) {
	for _, typ := range aws.Types() {
		s, ok := schemas[typ]
		require.True(t, ok, typ)
		k, err := aws.KindOf(typ)
		require.NoError(t, err)
		in := fields(s.inputs)
		require.NotEmpty(t, in, typ)
		require.NotEmpty(t, fields(s.outputs), typ)
		require.True(t, strings.HasSuffix(s.outputs.Name(), k.Noun()), "%s has the outputs of %s", typ, s.outputs.Name())
		names := slices.Concat(k.Required, s.replace, k.Ranged())
		for path := range k.Defaults {
			names = append(names, path)
		}
		for _, ref := range k.Refs {
			if _, computed := k.Computed[ref.Path]; !computed {
				names = append(names, ref.Path)
			}
		}
		if k.Name != "" {
			names = append(names, k.Name)
		}
		for _, path := range names {
			if path != "*" {
				require.True(t, declared(s.inputs, path), "%s has no %s", typ, path)
			}
		}
	}
	require.Len(t, schemas, len(aws.Types()))
}

// declared says whether a struct of the SDK has a property at a path, over lists and objects. Below a map any name is one.
func declared(t reflect.Type, path string) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return t.Kind() == reflect.Map
	}
	name, rest, nested := strings.Cut(path, ".")
	field, ok := fields(t)[name]
	return ok && (!nested || declared(field, rest))
}

func TestCheckIsStrict(t *testing.T) {
	e := start(t, account(t), nil)
	for name, c := range map[string]struct {
		typ  string
		in   object
		want []string
	}{
		"unknown":         {aws.Subnet, object{"vpcId": "vpc-1", "cidr": "10.0.0.0/24"}, []string{`unknown property cidr (value "10.0.0.0/24"): allowed are`, "cidrBlock"}},
		"missing":         {aws.Subnet, object{"cidrBlock": "10.0.0.0/24"}, []string{"missing required property vpcId (string)"}},
		"wrong type":      {aws.Vpc, object{"enableDnsSupport": "yes"}, []string{`enableDnsSupport is "yes": allowed is bool`}},
		"not whole":       {aws.LogGroup, object{"retentionInDays": 30.5}, []string{"retentionInDays is 30.5: allowed is int"}},
		"nested unknown":  {aws.Cluster, object{"roleArn": "x", "vpcConfig": object{"subnets": []any{"a"}}}, []string{"unknown property vpcConfig.subnets", "vpcConfig.subnetIds is required"}},
		"nested missing":  {aws.NodeGroup, object{"clusterName": "x", "nodeRoleArn": "x", "subnetIds": []any{"a"}, "scalingConfig": object{"minSize": 1, "maxSize": 1}}, []string{"missing required property scalingConfig.desiredSize"}},
		"in a list":       {aws.FargateProfile, object{"clusterName": "x", "podExecutionRoleArn": "x", "subnetIds": []any{"a"}, "selectors": []any{object{"labels": object{"a": 1}}}}, []string{"missing required property selectors[0].namespace", `selectors[0].labels["a"] is 1: allowed is string`}},
		"not a list":      {aws.RouteTable, object{"vpcId": "x", "routes": "all"}, []string{"routes is \"all\": allowed is []"}},
		"rule of AWS":     {aws.LogGroup, object{"retentionInDays": 10}, []string{"retentionInDays is \"10\": allowed is 0|1|3"}},
		"several at once": {aws.Vpc, object{"cidr": 1, "cidrBlock": 2, "tags": object{"a": true}}, []string{"unknown property cidr", "cidrBlock is 2", `tags["a"] is true: allowed is string`}},
		// An input of later versions of the provider.
		"deletion protection": {aws.Cluster, object{"roleArn": "x", "vpcConfig": object{"subnetIds": []any{"a"}}, "deletionProtection": true}, []string{"unknown property deletionProtection"}},
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
	_, failures := e.check(aws.Subnet, "x", nil, object{"vpcId": plugin.UnknownStringValue, "cidrBlock": "10.0.0.0/24", "tags": plugin.UnknownStringValue})
	require.Empty(t, failures, "what is not known yet is not judged")
	_, failures = e.check(aws.FargateProfile, "x", nil, object{"clusterName": "x", "podExecutionRoleArn": "arn:aws:iam::123456789012:role/x", "selectors": plugin.UnknownStringValue, "subnetIds": []any{plugin.UnknownStringValue}})
	require.Empty(t, failures)
}

func TestNames(t *testing.T) {
	e := start(t, account(t), nil)
	document := object{"Version": "2012-10-17", "Statement": []any{object{"Effect": "Allow", "Principal": object{"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}}}
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
	update := &pulumirpc.UpdateRequest{Id: id, Urn: urnOf(aws.Vpc, "main"), OldInputs: e.pack(inputs), Olds: e.pack(out), News: e.pack(news), Preview: true}
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
	require.ErrorContains(t, err, "deleting Vpc \"x\": operation error EC2: DeleteVpc, api error DependencyViolation: The Vpc '"+id+"' has dependencies and cannot be deleted.")
	require.ErrorContains(t, err, "Held by Subnet "+subnet)
	require.NoError(t, e.remove(aws.Subnet, subnet))
	require.NoError(t, e.remove(aws.Vpc, id))
	require.Empty(t, e.read(aws.Vpc, id).Id, "refresh sees that it has gone")
	require.NoError(t, e.remove(aws.Vpc, id))
}

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
		"subnet's block":            {aws.Subnet, object{"cidrBlock": "a"}, object{"cidrBlock": "b"}, "cidrBlock", replace},
		"subnet's public addresses": {aws.Subnet, object{"mapPublicIpOnLaunch": false}, object{"mapPublicIpOnLaunch": true}, "mapPublicIpOnLaunch", update},
		"zone not known":            {aws.Subnet, object{"availabilityZone": "a"}, object{"availabilityZone": plugin.UnknownStringValue}, "availabilityZone", replace},
		"tag":                       {aws.FargateProfile, object{"tags": object{"a.b": "c"}}, object{"tags": object{"a.b": "d"}}, "tags", update},
		"selectors":                 {aws.FargateProfile, object{"selectors": []any{"a"}}, object{"selectors": []any{"b"}}, "selectors", replace},
		"node group's size":         {aws.NodeGroup, object{"scalingConfig": object{"minSize": 1}}, object{"scalingConfig": object{"minSize": 2}}, "scalingConfig", update},
		"node group's subnets":      {aws.NodeGroup, object{"subnetIds": []any{"a"}}, object{"subnetIds": []any{"a", "b"}}, "subnetIds", replace},
		"cluster's version":         {aws.Cluster, cluster(nil), cluster(object{"version": "1.36"}), "version", update},
		"cluster's subnets":         {aws.Cluster, cluster(nil), cluster(object{"vpcConfig": object{"subnetIds": []any{"a", "c"}}}), "vpcConfig", update},
		"cluster's role":            {aws.Cluster, cluster(nil), cluster(object{"roleArn": "y"}), "roleArn", replace},
		"cluster's key":             {aws.Cluster, cluster(nil), cluster(object{"encryptionConfig": object{"provider": object{"keyArn": "l"}, "resources": []any{"secrets"}}}), "encryptionConfig", replace},
		"association's role":        {aws.PodIdentityAssociation, object{"roleArn": "a"}, object{"roleArn": "b"}, "roleArn", update},
		"association's namespace":   {aws.PodIdentityAssociation, object{"namespace": "a"}, object{"namespace": "b"}, "namespace", replace},
		"template's version":        {aws.NodeGroup, object{"launchTemplate": object{"id": "a", "version": "1"}}, object{"launchTemplate": object{"id": "a", "version": "2"}}, "launchTemplate", update},
		"flow log's interval":       {aws.FlowLog, object{"maxAggregationInterval": 60}, object{"maxAggregationInterval": 600}, "maxAggregationInterval", replace},
		"bucket's prefix":           {aws.BucketV2, object{"bucketPrefix": "a"}, object{"bucketPrefix": "b"}, "bucketPrefix", replace},
		"bucket's objects":          {aws.BucketV2, object{"forceDestroy": false}, object{"forceDestroy": true}, "forceDestroy", update},
		"bucket's policy":           {aws.BucketPolicy, object{"policy": "a"}, object{"policy": "b"}, "policy", update},
		"certificate's domain":      {aws.Certificate, object{"domainName": "a"}, object{"domainName": "b"}, "domainName", replace},
		"record's target":           {aws.Record, object{"records": []any{"a"}}, object{"records": []any{"b"}}, "records", update},
		"record's name":             {aws.Record, object{"name": "a"}, object{"name": "b"}, "name", replace},
		"repository's tags":         {aws.Repository, object{"imageTagMutability": "MUTABLE"}, object{"imageTagMutability": "IMMUTABLE"}, "imageTagMutability", update},
		"repository's key":          {aws.Repository, object{"encryptionConfigurations": []any{"a"}}, object{"encryptionConfigurations": []any{"b"}}, "encryptionConfigurations", replace},
		"budget's limit":            {aws.Budget, object{"limitAmount": "1"}, object{"limitAmount": "2"}, "limitAmount", update},
		"endpoint's subnets":        {aws.VpcEndpoint, object{"subnetIds": []any{"a"}}, object{"subnetIds": []any{"a", "b"}}, "subnetIds", update},
		"no encryption":             {aws.Cluster, cluster(nil), cluster(object{"encryptionConfig": nil}), "encryptionConfig", replace},
		"encryption":                {aws.Cluster, cluster(object{"encryptionConfig": nil}), cluster(nil), "encryptionConfig", update},
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
	require.Equal(t, pulumirpc.DiffResponse_DIFF_NONE, e.diff(aws.Cluster, "x", noted, cluster(nil)).Changes, "what the provider notes for itself is no property")
	generated := object{"name": "a-1234567", "path": "/a/"}
	require.True(t, e.diff(aws.Role, "x", object{"name": "a", "path": "/a/"}, object{"name": "a", "path": "/b/"}).DeleteBeforeReplace, "two roles cannot have one name")
	require.True(t, e.diff(aws.Role, "x", generated, object{"name": "a-1234567", "path": "/b/"}).DeleteBeforeReplace)
	require.False(t, e.diff(aws.Role, "x", object{"name": "a"}, object{"name": "b"}).DeleteBeforeReplace)
	require.True(t, e.diff(aws.LifecyclePolicy, "x", object{"policy": "a"}, object{"policy": "b"}).DeleteBeforeReplace, "the old one, deleted last, would take the new one along")
}

func TestPreview(t *testing.T) {
	e := start(t, account(t), nil)
	in := object{"name": "demo", "roleArn": plugin.UnknownStringValue, "vpcConfig": object{"subnetIds": []any{plugin.UnknownStringValue}}, "tags": object{"a": "b"}}
	r, err := e.client.Create(context.Background(), &pulumirpc.CreateRequest{Urn: urnOf(aws.Cluster, "demo"), Properties: e.pack(in), Preview: true})
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

func TestFaults(t *testing.T) {
	t.Setenv(aws.EnvFaults, `{"throttle":0.5,"seed":7,"fail":{"CreateVpc":{"times":1,"code":"VpcLimitExceeded","message":"The maximum number of VPCs has been reached."}}}`)
	path := account(t)
	e := start(t, path, nil)
	_, _, err := e.create(aws.Vpc, "main", object{"cidrBlock": "10.0.0.0/16"})
	require.ErrorContains(t, err, "operation error EC2: CreateVpc, api error VpcLimitExceeded: The maximum number of VPCs")
	id, _ := start(t, path, nil).must(aws.Vpc, "main", object{"cidrBlock": "10.0.0.0/16"})
	require.NoError(t, e.remove(aws.Vpc, id), "throttled calls are repeated")

	t.Setenv(aws.EnvFaults, `{"throttle":1}`)
	_, _, err = start(t, path, nil).create(aws.Eip, "x", object{})
	require.ErrorContains(t, err, "exceeded maximum number of attempts, 25: api error ThrottlingException")
	t.Setenv(aws.EnvFaults, `{"trottle":1}`)
	_, err = New(path)
	require.ErrorContains(t, err, "trottle")
}

func TestConfiguration(t *testing.T) {
	t.Setenv("AWS_REGION", "")
	t.Setenv("AWS_DEFAULT_REGION", "")
	e := start(t, account(t), nil)
	_, err := e.client.Configure(context.Background(), &pulumirpc.ConfigureRequest{Args: e.pack(object{})})
	require.ErrorContains(t, err, "pulumi config set aws:region")
	_, err = New("")
	require.ErrorContains(t, err, aws.EnvState)
}
