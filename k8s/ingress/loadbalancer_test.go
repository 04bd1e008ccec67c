package ingress_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/k8s/ingress"
)

const (
	paramsType  = "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams"
	classType   = "kubernetes:networking.k8s.io/v1:IngressClass"
	ingressType = "kubernetes:networking.k8s.io/v1:Ingress"
)

const webAcl = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/models/01234567-89ab-cdef-0123-456789abcdef"

var tokens = ingress.Jwt{
	JwksUrl: "https://login.example.com/keys", Issuer: "https://login.example.com/",
	Claims: []ingress.JwtClaim{{Format: "space-separated-values", Name: "scope", Values: []string{"predict"}}},
}

var https = []alb.Listener{{Protocol: "HTTPS", Port: 443}, {Protocol: "HTTP", Port: 80}}

func TestHTTPSLoadBalancerGolden(t *testing.T) {
	args := base()
	args.Listeners = https
	args.CertificateArns = pulumi.ToStringArray([]string{"arn:aws:acm:us-east-1:123456789012:certificate/one"})
	args.Attributes = map[string]string{"idle_timeout.timeout_seconds": "120"}
	args.Tags = map[string]string{"team": "ml", "environment": "prod"}
	recording := run(t, args, 1)
	recorder.GoldenJSON(t, filepath.Join("testdata", "https.golden.json"), objects(t, recording))
}

func TestHTTPLoadBalancerGolden(t *testing.T) {
	args := base()
	args.Scheme = serving.SchemeInternal
	recording := run(t, args, 1)
	recorder.GoldenJSON(t, filepath.Join("testdata", "http.golden.json"), objects(t, recording))
}

func TestProtectedLoadBalancerGolden(t *testing.T) {
	recording := runProtected(t)
	recorder.GoldenJSON(t, filepath.Join("testdata", "protected.golden.json"), objects(t, recording))
	component := recording.Find(t, ingress.Token, "edge")
	require.Equal(t, webAcl, component.Input("webAclArn"))
	require.Contains(t, component.Input("logBucket"), "logs-", "the bucket's name is an output")
	require.Equal(t, tokens.Annotation(), component.Input("jwtValidation"))
	require.Equal(t, tokens.Annotation(), component.Outputs["jwtValidation"].StringValue())
}

// The load balancer must stop writing logs before its bucket loses the policy or goes.
func TestLogBucketOutlivesTheLoadBalancer(t *testing.T) {
	recording := runProtected(t)
	params := recording.Find(t, paramsType, "edge-params")
	for _, ready := range recording.OfType("test:index:Log") {
		require.True(t, params.DependsDirectly(ready.URN), "the params do not depend on %s", ready.Name)
		require.True(t, recording.Reaches(recording.Find(t, ingressType, "edge-anchor").URN, ready.URN), "%s would go before the anchor",
			ready.Name)
	}
}

func TestDeletionProtectionHoldsPulumiToo(t *testing.T) {
	for _, protected := range []bool{true, false} {
		recording := run(t, base(), 1)
		if protected {
			recording = runProtected(t)
		}
		children := recording.Children(recording.Find(t, ingress.Token, "edge").URN)
		require.Len(t, children, 3)
		for _, child := range children {
			require.Equal(t, protected, child.Protect, child.Name)
		}
	}
}

// Attributes that are left out keep their value, so switching off must be said.
func TestWhatIsOffIsSaid(t *testing.T) {
	attributes := attributesOf(run(t, base(), 1).Find(t, paramsType, "edge-params"))
	for _, key := range []string{"access_logs.s3.enabled", "connection_logs.s3.enabled", "deletion_protection.enabled"} {
		require.Equal(t, "false", attributes[key], key)
	}
	require.NotContains(t, attributes, "access_logs.s3.bucket")
	withoutPrefix := base()
	withoutPrefix.LogBucket = pulumi.String("logs")
	attributes = attributesOf(run(t, withoutPrefix, 1).Find(t, paramsType, "edge-params"))
	require.Equal(t, "logs", attributes["access_logs.s3.bucket"])
	require.Equal(t, "", attributes["access_logs.s3.prefix"])
}

func TestWebAclCanBeTakenAway(t *testing.T) {
	args := base()
	args.WebAclArn = serving.WebAclNone
	require.Equal(t, "none", run(t, args, 1).Find(t, paramsType, "edge-params").Input("spec.wafv2AclArn"))
	require.Nil(t, run(t, base(), 1).Find(t, paramsType, "edge-params").Input("spec.wafv2AclArn"))
}

func TestChildrenBelongToTheComponent(t *testing.T) {
	recording := run(t, base(), 1)
	component := recording.Find(t, ingress.Token, "edge")
	require.Equal(t, "public", component.Input("name"))
	require.Equal(t, serving.SchemeInternetFacing, component.Input("scheme"), "defaults are among the inputs")
	var names []string
	for _, child := range recording.Children(component.URN) {
		names = append(names, child.Name)
	}
	require.ElementsMatch(t, []string{"edge-params", "edge-class", "edge-anchor"}, names)
	require.Equal(t, "public", component.Outputs["className"].StringValue())
	require.Equal(t, `[{"HTTP":80}]`, component.Outputs["listenPorts"].StringValue())
	require.Contains(t, component.Outputs["hostname"].StringValue(), ".elb.amazonaws.com", "the host name is the anchor's")
}

func TestEveryChildDependsOnEachPrerequisiteDirectly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(1, 8).Draw(t, "prerequisites")
		recording := run(t, base(), count)
		needs := recording.OfType("test:index:Need")
		require.Len(t, needs, count)
		for _, child := range recording.Children(recording.Find(t, ingress.Token, "edge").URN) {
			for _, need := range needs {
				require.True(t, child.DependsDirectly(need.URN), "%s does not depend on %s", child.Name, need.Name)
			}
		}
	})
}

func TestClassAndParamsOutliveTheAnchor(t *testing.T) {
	recording := run(t, base(), 1)
	params := recording.Find(t, paramsType, "edge-params")
	class := recording.Find(t, classType, "edge-class")
	anchor := recording.Find(t, ingressType, "edge-anchor")
	require.True(t, anchor.DependsDirectly(class.URN))
	require.True(t, anchor.DependsDirectly(params.URN))
	require.True(t, class.DependsDirectly(params.URN))
}

func TestAnotherIngressCanDependOnTheLoadBalancer(t *testing.T) {
	recording := recorder.Run(t, func(ctx *pulumi.Context) error {
		needs, err := recorder.StandIns(ctx, "Need", 1)
		if err != nil {
			return err
		}
		args := base()
		args.Prerequisites = needs
		lb, err := ingress.NewLoadBalancer(ctx, "edge", args)
		if err != nil {
			return err
		}
		require.Equal(t, `[{"HTTP":80}]`, lb.ListenPorts)
		other := &pulumi.CustomResourceState{}
		return ctx.RegisterResource("test:index:Other", "other", pulumi.Map{"class": lb.ClassName, "host": lb.Hostname}, other,
			pulumi.DependsOn(lb.Resources))
	})
	other := recording.Find(t, "test:index:Other", "other")
	require.Equal(t, "public", other.Input("class"))
	require.Contains(t, other.Input("host"), ".elb.amazonaws.com")
	children := recording.Children(recording.Find(t, ingress.Token, "edge").URN)
	require.Len(t, children, 3)
	for _, child := range children {
		require.True(t, other.DependsDirectly(child.URN), "%s would not outlive the other", child.Name)
	}
}

func TestAnchorAnswers404AndLeavesRoutesToOthers(t *testing.T) {
	class := ingress.Class{Name: "public", LoadBalancer: ingress.Spec{Scheme: "internet-facing", Listeners: https,
		CertificateArns: []string{"arn:aws:acm:us-east-1:123456789012:certificate/one"}}}
	model := alb.Ingress{
		Namespace: "models", Name: "churn", ClassName: "public",
		Annotations: map[string]string{"alb.ingress.kubernetes.io/listen-ports": alb.ListenPorts(https)},
		Rules: []alb.Rule{{Host: "api.example.com", Paths: []alb.Path{
			{Path: "/v1/models/churn", PathType: alb.Exact, Backend: alb.Backend{Service: "churn", Port: "80"}},
		}}},
	}
	for name, members := range map[string][]alb.Ingress{"alone": {}, "with a model": {model}} {
		t.Run(name, func(t *testing.T) {
			lb, err := alb.Build(class.Params(), append(members, class.Anchor("modelway-system")))
			require.NoError(t, err)
			secure, found := lb.Listener(443)
			require.True(t, found)
			action, ruled := secure.Match(alb.Request{Method: "GET", Host: "api.example.com", Path: "/v1/models/churn"})
			require.Equal(t, len(members) > 0, ruled)
			action, ruled = secure.Match(alb.Request{Method: "GET", Host: "other.example.com", Path: "/"})
			require.False(t, ruled)
			require.Equal(t, alb.FixedResponse, action.Type)
			require.Equal(t, 404, action.FixedResponse.StatusCode)
			plain, found := lb.Listener(80)
			require.True(t, found)
			require.Equal(t, alb.Redirect, plain.DefaultAction.Type)
		})
	}
}

func TestFaultsAreReportedTogether(t *testing.T) {
	recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := ingress.NewLoadBalancer(ctx, "edge", &ingress.LoadBalancerArgs{
			Class: ingress.Class{Name: "Public_LB", LoadBalancer: ingress.Spec{Scheme: "private", Listeners: []alb.Listener{
				{Protocol: "HTTPS", Port: 443}, {Protocol: "TCP", Port: 80}, {Protocol: "HTTP", Port: 443}, {Protocol: "HTTP", Port: 70000},
			}}},
			CertificateArns: pulumi.StringArray{},
		})
		return err
	})
	for _, want := range []string{
		`load balancer "edge"`, `Name is "Public_LB"`, `scheme is "private"`, `listeners[1].protocol is "TCP"`,
		"listeners[2].port is 443: the port is taken by listeners[0]", "listeners[3].port is 70000: out of range",
		"CertificateArns is empty while Listeners has HTTPS 443", "Subnets is required", "Namespace is required", "Prerequisites is empty",
	} {
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, recording.OfType(ingress.Token), "nothing is registered")
}

func TestFaultsOfSettings(t *testing.T) {
	for fault, change := range map[string]func(*ingress.LoadBalancerArgs){
		`webAclArn is "arn:aws:wafv2:us-east-1:123456789012:global/webacl/models/1": a web ACL for CloudFront; a load balancer takes a regional one`: func(a *ingress.LoadBalancerArgs) {
			a.WebAclArn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/models/1"
		},
		`deletion_protection.enabled"] is "true": an attribute with a field of its own; allowed: other attributes; set DeletionProtection instead`: func(a *ingress.LoadBalancerArgs) {
			a.Attributes = map[string]string{"deletion_protection.enabled": "true"}
		},
		`Attributes: Load balancer attribute key 'idle_timeout' is not recognized (ValidationError of AWS); correct or remove it`: func(a *ingress.LoadBalancerArgs) {
			a.Attributes = map[string]string{"idle_timeout": "60"}
		},
		`access_logs.s3.bucket"] is "logs": an attribute with a field of its own; allowed: other attributes; set LogBucket and LogPrefix instead`: func(a *ingress.LoadBalancerArgs) {
			a.Attributes = map[string]string{"access_logs.s3.bucket": "logs"}
		},
		`LogPrefix is "edge": given without LogBucket`: func(a *ingress.LoadBalancerArgs) { a.LogPrefix = "edge" },
		`LogPrefix is "/edge": begins or ends with a slash, or contains AWSLogs, which load balancers add`: func(a *ingress.LoadBalancerArgs) {
			a.LogBucket, a.LogPrefix = pulumi.String("logs"), "/edge"
		},
		`LogPrefix is "AWSLogs": begins or ends with a slash, or contains AWSLogs`: func(a *ingress.LoadBalancerArgs) {
			a.LogBucket, a.LogPrefix = pulumi.String("logs"), "AWSLogs"
		},
		`jwt.issuer is "https://login.example.com/": given, but no listener speaks HTTPS`: func(a *ingress.LoadBalancerArgs) { a.Jwt = tokens },
		`jwt.jwksUrl is "http://login.example.com/keys": not an HTTPS address`: func(a *ingress.LoadBalancerArgs) {
			a.Listeners, a.CertificateArns = https, pulumi.ToStringArray([]string{"arn:aws:acm:us-east-1:123456789012:certificate/one"})
			a.Jwt = ingress.Jwt{JwksUrl: "http://login.example.com/keys", Issuer: "https://login.example.com/"}
		},
	} {
		recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
			needs, err := recorder.StandIns(ctx, "Need", 1)
			if err != nil {
				return err
			}
			args := base()
			args.Prerequisites = needs
			change(args)
			_, err = ingress.NewLoadBalancer(ctx, "edge", args)
			return err
		})
		require.ErrorContains(t, err, fault)
		require.ErrorContains(t, err, `checking load balancer "edge"`)
		require.Empty(t, recording.OfType(ingress.Token), "nothing is registered")
	}
}

func TestPreviewDoesNotNeedAnAddress(t *testing.T) {
	recording := run(t, base(), 1, recorder.WithPreview())
	require.NotNil(t, recording.Find(t, ingressType, "edge-anchor"))
}

func TestNamespace(t *testing.T) {
	recording := recorder.Run(t, func(ctx *pulumi.Context) error {
		_, err := ingress.NewNamespace(ctx, "system", nil)
		return err
	})
	got := recording.Find(t, "kubernetes:core/v1:Namespace", "system-namespace")
	require.Equal(t, recording.Find(t, ingress.NamespaceToken, "system").URN, got.Parent)
	require.Equal(t, serving.AnchorNamespace, got.Input("metadata.name"))
	require.Equal(t, "restricted", got.Input(`metadata.labels["pod-security.kubernetes.io/enforce"]`))
}

func base() *ingress.LoadBalancerArgs {
	return &ingress.LoadBalancerArgs{
		Class:      ingress.Class{Name: "public", LoadBalancer: ingress.Spec{Listeners: []alb.Listener{{Protocol: "HTTP", Port: 80}}}},
		Subnets:    pulumi.ToStringArray([]string{"subnet-0a1b2c3d", "subnet-4e5f6a7b"}),
		Namespace:  pulumi.String("modelway-system"),
		Namespaces: pulumi.StringArray{pulumi.String("models")},
	}
}

func run(t recorder.TB, args *ingress.LoadBalancerArgs, needs int, opts ...recorder.Option) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		for i := range needs {
			need := &pulumi.CustomResourceState{}
			if err := ctx.RegisterResource("test:index:Need", fmt.Sprintf("need-%d", i), pulumi.Map{}, need); err != nil {
				return err
			}
			args.Prerequisites = append(args.Prerequisites, need)
		}
		_, err := ingress.NewLoadBalancer(ctx, "edge", args)
		return err
	}, opts...)
}

// runProtected registers a load balancer with every setting, which writes to a bucket of the same program.
func runProtected(t recorder.TB) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		bucket, policy, need := &named{}, &named{}, &named{}
		for name, resource := range map[string]*named{"logs": bucket, "policy": policy} {
			if err := ctx.RegisterResource("test:index:Log", name, pulumi.Map{}, resource); err != nil {
				return err
			}
		}
		if err := ctx.RegisterResource("test:index:Need", "need", pulumi.Map{}, need); err != nil {
			return err
		}
		args := base()
		args.Listeners = https
		args.CertificateArns = pulumi.ToStringArray([]string{"arn:aws:acm:us-east-1:123456789012:certificate/one"})
		args.WebAclArn = webAcl
		args.LogBucket, args.LogPrefix, args.LogReady = bucket.Name, "edge", []pulumi.Resource{bucket, policy}
		args.DeletionProtection = true
		args.Jwt = tokens
		args.Prerequisites = []pulumi.Resource{need}
		_, err := ingress.NewLoadBalancer(ctx, "edge", args)
		return err
	})
}

// named is a resource with a name that is known only once it exists.
type named struct {
	pulumi.CustomResourceState

	Name pulumi.StringOutput `pulumi:"name"`
}

// attributesOf are the attributes in params, by key.
func attributesOf(params *recorder.Resource) map[string]any {
	attributes := map[string]any{}
	for _, pair := range params.Input("spec.loadBalancerAttributes").([]any) {
		attributes[pair.(map[string]any)["key"].(string)] = pair.(map[string]any)["value"]
	}
	return attributes
}

func objects(t *testing.T, recording *recorder.Recording) map[string]any {
	t.Helper()
	return map[string]any{
		"params": recording.Find(t, paramsType, "edge-params").Inputs.Mappable(),
		"class":  recording.Find(t, classType, "edge-class").Inputs.Mappable(),
		"anchor": recording.Find(t, ingressType, "edge-anchor").Inputs.Mappable(),
	}
}
