package recorder_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/modelway/modelway/internal/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"github.com/stretchr/testify/require"
)

// custom registers a resource of a made-up provider, which answers with its inputs.
func custom(ctx *pulumi.Context, name string, inputs pulumi.Map, opts ...pulumi.ResourceOption) (*pulumi.CustomResourceState, error) {
	var r pulumi.CustomResourceState
	return &r, ctx.RegisterResource("test:index:Thing", name, inputs, &r, opts...)
}

func component(ctx *pulumi.Context, name string, inputs pulumi.Map, opts ...pulumi.ResourceOption) (*pulumi.ResourceState, error) {
	var r pulumi.ResourceState
	return &r, ctx.RegisterComponentResourceV2("test:index:Component", name, inputs, &r, opts...)
}

func TestRecordsTypesNamesInputsAndOptions(t *testing.T) {
	r := recorder.Run(t, func(ctx *pulumi.Context) error {
		parent, err := component(ctx, "parent", pulumi.Map{"size": pulumi.Int(3)}, pulumi.Protect(true), pulumi.RetainOnDelete(true))
		if err != nil {
			return err
		}
		first, err := custom(ctx, "first", pulumi.Map{"secret": pulumi.ToSecret(pulumi.String("s")),
			"list": pulumi.Array{pulumi.Map{"a": pulumi.Int(1)}}}, pulumi.Parent(parent))
		if err != nil {
			return err
		}
		_, err = custom(ctx, "second", pulumi.Map{"other": first.ID()},
			pulumi.IgnoreChanges([]string{"x"}), pulumi.ReplaceOnChanges([]string{"y"}), pulumi.DeleteBeforeReplace(false),
			pulumi.RetainOnDelete(true),
			pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "5m", Delete: "9m"}), pulumi.DeletedWith(first),
			pulumi.DependsOn([]pulumi.Resource{parent}))
		ctx.Export("answer", pulumi.Int(42))
		return errors.Join(err, ctx.RegisterResourceOutputs(parent, pulumi.Map{"done": pulumi.Bool(true)}))
	}, recorder.WithStack("dev"))

	parent, first, second := r.Find(t, "test:index:Component", "parent"), r.Find(t, "test:index:Thing", "first"), r.Find(t, "test:index:Thing",
		"second")
	require.Equal(t, resource.URN("urn:pulumi:dev::modelway::test:index:Component$test:index:Thing::first"), first.URN)
	require.Equal(t, parent.URN, first.Parent)
	require.Equal(t, 3.0, parent.Input("size"))
	require.Equal(t, resource.PropertyMap{"done": resource.NewProperty(true)}, parent.Outputs)
	require.True(t, first.Inputs["secret"].IsSecret())
	require.Equal(t, "s", first.Input("secret"))
	require.Equal(t, 1.0, first.Input("list[0].a"))
	require.Nil(t, first.Input("list[1].a"))
	require.True(t, first.Protect, "inherited")
	require.True(t, first.RetainOnDelete, "inherited")
	require.False(t, second.Protect)
	require.Nil(t, first.DeleteBeforeReplace)
	require.Equal(t, false, *second.DeleteBeforeReplace)
	require.True(t, second.RetainOnDelete)
	require.Equal(t, first.URN, second.DeletedWith)
	require.Equal(t, []string{"x"}, second.IgnoreChanges)
	require.Equal(t, []string{"y"}, second.ReplaceOnChanges)
	require.Equal(t, recorder.Timeouts{Create: "5m", Delete: "9m"}, second.CustomTimeouts)
	require.Equal(t, []resource.URN{first.URN}, second.DependsOn, "a component stands for its children")
	require.Equal(t, map[string][]resource.URN{"other": {first.URN}}, second.PropertyDependencies)
	require.Equal(t, first.ID, second.Input("other"))
	require.Equal(t, resource.PropertyMap{"answer": resource.NewProperty(42.0)}, r.Outputs)
	require.Equal(t, []*recorder.Resource{first}, r.Children(parent.URN))
	require.Len(t, r.URNs(), 3)
}

func TestDuplicateURNsAreRefused(t *testing.T) {
	_, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		for range 2 {
			if _, err := custom(ctx, "same", nil); err != nil {
				return err
			}
		}
		return nil
	})
	require.ErrorContains(t, err, "duplicate resource URN urn:pulumi:test::modelway::test:index:Thing::same")
}

func TestAProgramThatFailsFails(t *testing.T) {
	r, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		if _, err := custom(ctx, "one", nil); err != nil {
			return err
		}
		return errors.New("boom")
	})
	require.ErrorContains(t, err, "boom")
	require.Len(t, r.Resources, 1)
}

func TestReachesFollowsWhatTheEngineFollows(t *testing.T) {
	r := recorder.Run(t, func(ctx *pulumi.Context) error {
		base, err := custom(ctx, "base", nil)
		if err != nil {
			return err
		}
		parent, err := component(ctx, "parent", nil, pulumi.DependsOn([]pulumi.Resource{base}))
		if err != nil {
			return err
		}
		child, err := custom(ctx, "child", nil, pulumi.Parent(parent))
		if err != nil {
			return err
		}
		_, err = custom(ctx, "user", pulumi.Map{"id": child.ID()})
		if err != nil {
			return err
		}
		_, err = custom(ctx, "bystander", nil)
		return err
	})
	urn := func(name string) resource.URN { return r.Find(t, "test:index:Thing", name).URN }
	parent := r.Find(t, "test:index:Component", "parent").URN
	require.True(t, r.Reaches(urn("child"), urn("base")), "through the parent")
	require.True(t, r.Reaches(urn("user"), urn("base")), "through an input and the parent")
	require.True(t, r.Reaches(urn("user"), parent))
	require.False(t, r.Reaches(urn("base"), urn("user")))
	require.False(t, r.Reaches(urn("bystander"), urn("base")))

	edge := recorder.Edge{From: urn("user"), To: urn("child")}
	require.Contains(t, r.Edges(), edge)
	cut := r.WithoutEdge(edge)
	require.False(t, cut.Reaches(urn("user"), urn("base")), "the mutation is noticed")
	require.NotContains(t, cut.Edges(), edge)
	require.True(t, r.Reaches(urn("user"), urn("base")), "the recording itself is unchanged")
	require.Len(t, r.Find(t, "test:index:Thing", "user").PropertyDependencies["id"], 1)
}

// controlPlane reads the outputs of pulumi-eks's component that a program needs.
type controlPlane struct {
	pulumi.ResourceState
	EksCluster     awseks.ClusterOutput `pulumi:"eksCluster"`
	KubeconfigJson pulumi.StringOutput  `pulumi:"kubeconfigJson"`
}

func clusterProgram(ctx *pulumi.Context) error {
	before, err := custom(ctx, "before", nil)
	if err != nil {
		return err
	}
	var cp controlPlane
	addPolicy := func(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
		if args.Type != "aws:eks/cluster:Cluster" {
			return nil
		}
		args.Props["upgradePolicy"] = pulumi.Map{"supportType": pulumi.String("STANDARD")}
		return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
	}
	if err := ctx.RegisterRemoteComponentResource("eks:index:Cluster", "ml", pulumi.Map{
		"name": pulumi.String("modelway-dev"), "version": pulumi.String("1.36"), "authenticationMode": pulumi.String("API"),
		"subnetIds": pulumi.ToStringArray([]string{"subnet-a"}), "encryptionConfigKeyArn": pulumi.String("arn:aws:kms:key"),
	}, &cp, pulumi.DependsOn([]pulumi.Resource{before}), pulumi.Protect(true),
		pulumi.Transforms([]pulumi.ResourceTransform{addPolicy})); err != nil {
		return err
	}
	if _, err := custom(ctx, "user", pulumi.Map{"cluster": cp.EksCluster.Name()}); err != nil {
		return err
	}
	if _, err := custom(ctx, "late", nil, pulumi.DependsOn([]pulumi.Resource{&cp})); err != nil {
		return err
	}
	ctx.Export("name", cp.EksCluster.Name())
	ctx.Export("issuer", cp.EksCluster.Identities().Index(pulumi.Int(0)).Oidcs().Index(pulumi.Int(0)).Issuer())
	ctx.Export("kubeconfig", cp.KubeconfigJson)
	return nil
}

func TestEksComponentHasItsClusterResource(t *testing.T) {
	r := recorder.Run(t, clusterProgram)
	component, cluster := r.Find(t, "eks:index:Cluster", "ml"), r.Find(t, "aws:eks/cluster:Cluster", "ml-eksCluster")
	require.True(t, component.Remote)
	require.Equal(t, component.URN, cluster.Parent)
	require.Equal(t, 1, cluster.Transforms)
	require.True(t, cluster.Protect, "inherited")
	require.Equal(t, "STANDARD", cluster.Input("upgradePolicy.supportType"), "transforms reach the children")
	require.Equal(t, "API", cluster.Input("accessConfig.authenticationMode"))
	require.Equal(t, []any{"subnet-a"}, cluster.Input("vpcConfig.subnetIds"))
	require.Nil(t, component.Input("upgradePolicy"))

	user, late, before := r.Find(t, "test:index:Thing", "user"), r.Find(t, "test:index:Thing", "late"), r.Find(t, "test:index:Thing", "before")
	require.Equal(t, "modelway-dev", user.Input("cluster"))
	require.True(t, r.Reaches(user.URN, cluster.URN))
	require.True(t, r.Reaches(late.URN, cluster.URN), "a remote component stands for its children")
	require.True(t, r.Reaches(cluster.URN, before.URN))
	require.Equal(t, "modelway-dev", r.Outputs["name"].StringValue())
	require.Regexp(t, `^https://oidc\.eks\.us-east-1\.amazonaws\.com/id/[0-9A-F]{32}$`, r.Outputs["issuer"].StringValue())
	require.Contains(t, r.Outputs["kubeconfig"].StringValue(), cluster.Outputs["endpoint"].StringValue())
}

func TestPreviewKnowsNoOutputs(t *testing.T) {
	r := recorder.Run(t, clusterProgram, recorder.WithPreview())
	require.Equal(t, "modelway-dev", r.Find(t, "test:index:Thing", "user").Input("cluster"), "an input is known")
	require.True(t, r.Outputs["issuer"].IsComputed())
	require.Empty(t, r.Find(t, "aws:eks/cluster:Cluster", "ml-eksCluster").ID)
}

func TestAnswersHaveAWSsShape(t *testing.T) {
	r := recorder.Run(t, func(ctx *pulumi.Context) error {
		for typ, inputs := range map[string]pulumi.Map{
			"aws:ec2/vpc:Vpc": nil, "aws:iam/role:Role": {"path": pulumi.String("/models/")}, "aws:sqs/queue:Queue": nil,
			"kubernetes:core/v1:Namespace": nil,
			"kubernetes:apps/v1:Deployment": {"metadata": pulumi.Map{"name": pulumi.String("d"),
				"namespace": pulumi.String("n")}},
			"kubernetes:networking.k8s.io/v1:Ingress":             nil,
			"kubernetes:helm.sh/v3:Release":                       {"namespace": pulumi.String("kube-system"), "name": pulumi.String("lbc")},
			"pulumi:providers:kubernetes":                         nil,
			"aws:eks/fargateProfile:FargateProfile":               {"clusterName": pulumi.String("c"), "fargateProfileName": pulumi.String("p")},
			"aws:eks/nodeGroup:NodeGroup":                         {"clusterName": pulumi.String("c"), "nodeGroupNamePrefix": pulumi.String("g-")},
			"aws:iam/openIdConnectProvider:OpenIdConnectProvider": {"url": pulumi.String("https://oidc.example/id/A")},
			"aws:iam/rolePolicy:RolePolicy":                       {"role": pulumi.String("r"), "namePrefix": pulumi.String("p-")},
			"aws:ec2/flowLog:FlowLog":                             nil,
			"aws:ec2/securityGroupRule:SecurityGroupRule":         nil,
			"aws:s3/bucketV2:BucketV2":                            {"bucketPrefix": pulumi.String("models-")},
			"aws:s3/bucketPolicy:BucketPolicy":                    {"bucket": pulumi.String("models")},
			"aws:ecr/repository:Repository":                       {"name": pulumi.String("models/a")},
			"aws:ecr/lifecyclePolicy:LifecyclePolicy":             {"repository": pulumi.String("models/a")},
			"aws:route53/zone:Zone":                               {"name": pulumi.String("company.com")},
			"aws:route53/record:Record": {"zoneId": pulumi.String("Z1"), "name": pulumi.String("a.company.com"),
				"type": pulumi.String("A")},
			"aws:acm/certificate:Certificate": {"domainName": pulumi.String("*.company.com")},
			"aws:budgets/budget:Budget":       {"name": pulumi.String("month")},
			"aws:eks/accessEntry:AccessEntry": {"clusterName": pulumi.String("c"), "principalArn": pulumi.String("p")},

			"aws:eks/podIdentityAssociation:PodIdentityAssociation": {"clusterName": pulumi.String("c")},
			"aws:eks/accessPolicyAssociation:AccessPolicyAssociation": {"clusterName": pulumi.String("c"),
				"principalArn": pulumi.String("p"), "policyArn": pulumi.String("v")},
			"aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation": nil,
		} {
			var res pulumi.CustomResourceState
			if err := ctx.RegisterResource(typ, "x", inputs, &res); err != nil {
				return err
			}
		}
		return nil
	}, recorder.WithConfig(map[string]string{"aws:region": "eu-west-1"}))
	for typ, want := range map[string][2]string{
		"aws:ec2/vpc:Vpc":                         {`^vpc-[0-9a-f]{17}$`, `^arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-`},
		"aws:iam/role:Role":                       {`^x-[0-9a-f]{7}$`, `^arn:aws:iam::123456789012:role/models/x-`},
		"aws:sqs/queue:Queue":                     {`^x-[0-9a-f]{7}$`, `^arn:aws:sqs:eu-west-1:`},
		"kubernetes:core/v1:Namespace":            {`^x-[0-9a-f]{8}$`, ``},
		"kubernetes:apps/v1:Deployment":           {`^n/d$`, ``},
		"kubernetes:networking.k8s.io/v1:Ingress": {`^x-`, ``},
		"kubernetes:helm.sh/v3:Release":           {`^kube-system/lbc$`, ``},
		"pulumi:providers:kubernetes":             {`^[0-9a-f]{8}-`, ``},
		"aws:eks/fargateProfile:FargateProfile":   {`^c:p$`, `:fargateprofile/c/p/`},
		"aws:eks/nodeGroup:NodeGroup":             {`^c:g-[0-9]{26}$`, `:nodegroup/c/g-`},
		"aws:iam/openIdConnectProvider:OpenIdConnectProvider": {`oidc-provider/oidc.example/id/A$`,
			`^arn:aws:iam::123456789012:oidc-provider/oidc.example/id/A$`},
		"aws:iam/rolePolicy:RolePolicy":               {`^r:p-[0-9]{26}$`, ``},
		"aws:ec2/flowLog:FlowLog":                     {`^fl-[0-9a-f]{17}$`, `:vpc-flow-log/fl-`},
		"aws:ec2/securityGroupRule:SecurityGroupRule": {`^sgrule-[0-9a-f]{10}$`, ``},
		"aws:s3/bucketV2:BucketV2":                    {`^models-[0-9]{26}$`, `^arn:aws:s3:::models-`},
		"aws:s3/bucketPolicy:BucketPolicy":            {`^models$`, ``},
		"aws:ecr/repository:Repository":               {`^models/a$`, `:repository/models/a$`},
		"aws:ecr/lifecyclePolicy:LifecyclePolicy":     {`^models/a$`, ``},
		"aws:route53/zone:Zone":                       {`^Z[0-9A-F]{20}$`, `^arn:aws:route53:::hostedzone/Z`},
		"aws:route53/record:Record":                   {`^Z1_a\.company\.com_A$`, ``},
		"aws:acm/certificate:Certificate":             {`^arn:aws:acm:eu-west-1:`, `:certificate/`},
		"aws:budgets/budget:Budget":                   {`^123456789012:month$`, `^arn:aws:budgets::123456789012:budget/month$`},
		"aws:eks/accessEntry:AccessEntry":             {`^c:p$`, ``},

		"aws:eks/podIdentityAssociation:PodIdentityAssociation":           {`^a-[0-9a-f]{17}$`, ``},
		"aws:eks/accessPolicyAssociation:AccessPolicyAssociation":         {`^c#p#v$`, ``},
		"aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation": {`^vpc-cidr-assoc-[0-9a-f]{17}$`, ``},
	} {
		res := r.Find(t, typ, "x")
		require.Regexp(t, want[0], res.ID, typ)
		if want[1] != "" {
			require.Regexp(t, want[1], res.Outputs["arn"].StringValue(), typ)
		}
	}
	ingress := r.Find(t, "kubernetes:networking.k8s.io/v1:Ingress", "x").Outputs.Mappable()
	require.Contains(t, ingress["status"].(map[string]any)["loadBalancer"].(map[string]any)["ingress"].([]any)[0], "hostname")
	require.Equal(t, r.Find(t, "kubernetes:core/v1:Namespace", "x").ID,
		r.Find(t, "kubernetes:core/v1:Namespace", "x").Outputs["metadata"].ObjectValue()["name"].StringValue())
}

func TestConfigAndInvokes(t *testing.T) {
	program := func(ctx *pulumi.Context) error {
		ctx.Export("region", pulumi.String(config.Require(ctx, "aws:region")))
		var result struct {
			Name string `pulumi:"name"`
		}
		if err := ctx.Invoke("test:index:lookup", &struct{}{}, &result); err != nil {
			return err
		}
		ctx.Export("name", pulumi.String(result.Name))
		return nil
	}
	settings := recorder.WithConfig(map[string]string{"aws:region": "eu-west-1"})
	r := recorder.Run(t, program, settings, recorder.WithInvoke("test:index:lookup", func(resource.PropertyMap) (resource.PropertyMap, error) {
		return resource.PropertyMap{"name": resource.NewProperty("found")}, nil
	}))
	require.Equal(t, map[string]any{"region": "eu-west-1", "name": "found"}, r.Outputs.Mappable())
	require.Equal(t, []string{"test:index:lookup"}, r.Invokes)
	_, err := recorder.RunErr(program, settings)
	require.ErrorContains(t, err, "test:index:lookup, which has no answer here")
}

func TestAWSAnswersAboutItself(t *testing.T) {
	r := recorder.Run(t, func(ctx *pulumi.Context) error {
		zones, err := aws.GetAvailabilityZones(ctx, nil)
		if err != nil {
			return err
		}
		caller, err := aws.GetCallerIdentity(ctx, nil)
		if err != nil {
			return err
		}
		ctx.Export("zones", pulumi.ToStringArray(zones.Names))
		ctx.Export("account", pulumi.String(caller.AccountId))
		return nil
	}, recorder.WithConfig(map[string]string{"aws:region": "eu-west-1"}))
	require.Equal(t, []any{"eu-west-1a", "eu-west-1b", "eu-west-1c", "eu-west-1d", "eu-west-1e", "eu-west-1f"}, r.Outputs["zones"].Mappable())
	require.Equal(t, recorder.Account, r.Outputs["account"].StringValue())
}

// failed records how a helper ends a test.
type failed struct{}

func (f *failed) Helper() {}
func (f *failed) Fatalf(format string, args ...any) {
	panic(errors.New(format + " " + args[0].(string)))
}

func TestGolden(t *testing.T) {
	file := filepath.Join(t.TempDir(), "golden.txt")
	require.NoError(t, os.WriteFile(file, []byte("a\nb\n"), 0o600))
	recorder.Golden(t, file, []byte("a\nb\n"))
	require.Panics(t, func() { recorder.Golden(&failed{}, file, []byte("a\nc\n")) })
	require.Panics(t, func() { recorder.Golden(&failed{}, file, []byte("a\nb\nc\n")) })
}

func TestSetHasPlainValues(t *testing.T) {
	recording := recorder.Run(t, func(ctx *pulumi.Context) error {
		first := &pulumi.CustomResourceState{}
		if err := ctx.RegisterResource("test:index:First", "first", pulumi.Map{"count": pulumi.Int(2)}, first); err != nil {
			return err
		}
		second := &pulumi.CustomResourceState{}
		return ctx.RegisterResource("test:index:Second", "second", pulumi.Map{
			"of": first.ID(), "list": pulumi.Array{pulumi.String("a")}, "hidden": pulumi.ToSecret(pulumi.String("s")),
		}, second)
	}, recorder.WithPreview())
	second := recording.Set().OfType("test:index:Second")[0]
	require.True(t, second.At("of").Unknown())
	require.Equal(t, []string{"a"}, second.At("list").Texts())
	require.True(t, second.At("hidden").Secret())
	require.Equal(t, "s", second.At("hidden").Text())
	require.Equal(t, 2.0, recording.Set().OfType("test:index:First")[0].At("count").Number())
}
