package edge_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/infra/edge"
	"github.com/modelway/modelway/internal/recorder"
)

const (
	certificateType = "aws:acm/certificate:Certificate"
	validationType  = "aws:acm/certificateValidation:CertificateValidation"
	recordType      = "aws:route53/record:Record"
	zone            = "Z0123456789ABCDEFGHIJ"
	// loadBalancers is the zone of Application Load Balancers in us-east-1.
	loadBalancers = "Z35SXDOTRQ7X7K"
)

func TestCertificateGolden(t *testing.T) {
	recording := certificate(t)
	children := map[string]any{}
	for _, child := range recording.Children(recording.Find(t, edge.CertificateToken, "edge").URN) {
		children[child.Name] = child.Inputs.Mappable()
	}
	require.Len(t, children, 3)
	recorder.GoldenJSON(t, filepath.Join("testdata", "certificate.golden.json"), children)
}

// Whoever uses the ARN waits until the certificate is issued: a listener cannot show it before.
func TestArnIsKnownOnceTheCertificateIsIssued(t *testing.T) {
	recording := certificate(t)
	validation := recording.Find(t, validationType, "edge-validation")
	issued := recording.Find(t, certificateType, "edge-certificate")
	record := recording.Find(t, recordType, "edge-record")
	require.True(t, validation.DependsDirectly(issued.URN))
	require.True(t, validation.DependsDirectly(record.URN))
	require.Equal(t, "30m", validation.CustomTimeouts.Create)
	user := recording.Find(t, "test:index:User", "user")
	require.Contains(t, user.PropertyDependencies["arn"], validation.URN)
	for _, ready := range []*recorder.Resource{issued, record, validation} {
		require.True(t, user.DependsDirectly(ready.URN), ready.Name)
	}
}

// Another certificate of the domain may live by the record: without it, ACM would not renew that one.
func TestProofOutlivesTheCertificate(t *testing.T) {
	recording := certificate(t)
	require.True(t, recording.Find(t, recordType, "edge-record").RetainOnDelete)
	require.False(t, recording.Find(t, certificateType, "edge-certificate").RetainOnDelete)
}

func TestCertificateFaults(t *testing.T) {
	long := strings.Repeat("a", 59) + ".com"
	for _, c := range []struct {
		args *edge.CertificateArgs
		want []string
	}{
		{nil, []string{"CertificateArgs is nil: Domain and HostedZoneId are required"}},
		{&edge.CertificateArgs{}, []string{
			`domain is "": not a DNS name of two labels or more, for which alone there are certificates; allowed: a name such as company.com in lower case`,
			`hostedZoneId is "": not the id of a Route 53 hosted zone; allowed: Z and up to 31 capital letters and digits, without /hostedzone/`,
		}},
		{&edge.CertificateArgs{Domain: "*.company.com", HostedZoneId: "/hostedzone/" + zone}, []string{
			`domain is "*.company.com": begins with *., which the certificate adds`,
			`hostedZoneId is "/hostedzone/Z0123456789ABCDEFGHIJ"`,
		}},
		{&edge.CertificateArgs{Domain: "Company.com", HostedZoneId: zone}, []string{`domain is "Company.com"`}},
		{&edge.CertificateArgs{Domain: "localhost", HostedZoneId: zone}, []string{`domain is "localhost"`}},
		{&edge.CertificateArgs{Domain: long, HostedZoneId: zone}, []string{
			`domain is "` + long + `": 63 characters: a certificate for *.<domain> has room for 62; allowed: a name such as company.com in lower case, at most 62 characters; use a shorter domain, or a certificate of your own`,
		}},
	} {
		recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
			_, err := edge.NewCertificate(ctx, "edge", c.args)
			return err
		})
		for _, want := range append(c.want, `checking certificate "edge"`) {
			require.ErrorContains(t, err, want)
		}
		require.Empty(t, recording.Resources, "nothing is registered")
	}
}

func TestPreviewDoesNotNeedTheProof(t *testing.T) {
	require.NotNil(t, certificate(t, recorder.WithPreview()).Find(t, recordType, "edge-record"))
}

func TestAliasRecordsGolden(t *testing.T) {
	recording := records(t, "api.company.com", "*.company.com")
	component := recording.Find(t, edge.AliasRecordsToken, "edge")
	children := map[string]any{}
	for _, child := range recording.Children(component.URN) {
		children[child.Name] = child.Inputs.Mappable()
	}
	recorder.GoldenJSON(t, filepath.Join("testdata", "records.golden.json"), children)
}

// Whatever hosts come and go, the record of another one keeps its name and inputs.
func TestRecordsDependOnTheirHostOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hosts := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]([a-z0-9]|-[a-z0-9]){0,8}\.company\.com`), 2, 6, rapid.ID).Draw(t, "hosts")
		kept := rapid.SampledFrom(hosts).Draw(t, "kept")
		all, alone := records(t, hosts...), records(t, kept)
		require.Len(t, all.OfType(recordType), len(hosts))
		of := func(recording *recorder.Recording) any {
			return recording.Find(t, recordType, "edge-"+kept).Inputs.Mappable()
		}
		require.Equal(t, of(alone), of(all))
		need := all.Find(t, "test:index:Need", "need")
		for _, record := range all.OfType(recordType) {
			require.True(t, record.DependsDirectly(need.URN), record.Name)
		}
	})
}

func TestAliasRecordFaults(t *testing.T) {
	recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := edge.NewAliasRecords(ctx, "edge", &edge.AliasRecordsArgs{
			HostedZoneId: "z1",
			Targets: map[string]pulumi.StringInput{
				"api.*.company.com": target, "a*.company.com": target, "API.company.com": target, "company": target, "api.company.com": nil,
				"https://api.company.com": target,
			},
		})
		return err
	})
	for _, want := range []string{
		`checking alias records "edge"`,
		`hostedZoneId is "z1": not the id of a Route 53 hosted zone`,
		`Targets has "api.*.company.com": use DNS names in lower case such as api.company.com; * may stand for the first label only`,
		`Targets has "a*.company.com": use DNS names`,
		`Targets has "API.company.com": use DNS names`,
		`Targets has "company": use DNS names`,
		`Targets has "https://api.company.com": use DNS names`,
		`Targets has no load balancer for "api.company.com": give its DNS name`,
		"Region is empty: name the load balancer's region, for example us-east-1",
	} {
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, recording.Resources, "nothing is registered")
	for args, want := range map[*edge.AliasRecordsArgs]string{
		nil: "AliasRecordsArgs is nil: HostedZoneId, Targets and Region are required",
		{HostedZoneId: zone, Region: "us-east-1"}: "Targets is empty: name at least one host, such as api.company.com",
	} {
		_, err := recorder.RunErr(func(ctx *pulumi.Context) error {
			_, err := edge.NewAliasRecords(ctx, "edge", args)
			return err
		})
		require.ErrorContains(t, err, want)
	}
}

func TestRegionWithoutLoadBalancersIsRefused(t *testing.T) {
	_, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := edge.NewAliasRecords(ctx, "edge", &edge.AliasRecordsArgs{
			HostedZoneId: zone, Targets: map[string]pulumi.StringInput{"api.company.com": target}, Region: "mars-north-1",
		})
		return err
	}, zones(""))
	require.ErrorContains(t, err, `looking up the load balancers' hosted zone of "edge": the AWS provider knows no hosted zone of load balancers in mars-north-1`)
}

func certificate(t recorder.TB, opts ...recorder.Option) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		made, err := edge.NewCertificate(ctx, "edge", &edge.CertificateArgs{
			Domain: "company.com", HostedZoneId: zone, Tags: map[string]string{"team": "ml"},
		})
		if err != nil {
			return err
		}
		user := &pulumi.CustomResourceState{}
		return ctx.RegisterResource("test:index:User", "user", pulumi.Map{"arn": made.Arn}, user, pulumi.DependsOn(made.Ready))
	}, opts...)
}

// target is the DNS name of a load balancer.
const target = pulumi.String("k8s-public-1a2b3c4d5e-1234567890.us-east-1.elb.amazonaws.com")

func records(t recorder.TB, hosts ...string) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		need := &pulumi.CustomResourceState{}
		if err := ctx.RegisterResource("test:index:Need", "need", pulumi.Map{}, need); err != nil {
			return err
		}
		targets := map[string]pulumi.StringInput{}
		for _, host := range hosts {
			targets[host] = target
		}
		_, err := edge.NewAliasRecords(ctx, "edge", &edge.AliasRecordsArgs{
			HostedZoneId: zone, Targets: targets, Region: "us-east-1", DependsOn: []pulumi.Resource{need},
		})
		return err
	}, zones(loadBalancers))
}

// zones answers the question for the load balancers' zone, which must be about Application Load Balancers of a region.
func zones(id string) recorder.Option {
	return recorder.WithInvoke("aws:lb/getHostedZoneId:getHostedZoneId", func(args resource.PropertyMap) (resource.PropertyMap, error) {
		if args["loadBalancerType"].StringValue() != "application" || args["region"].StringValue() == "" {
			return resource.PropertyMap{}, nil
		}
		return resource.PropertyMap{"id": resource.NewProperty(id)}, nil
	})
}
