package bucket_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/infra/bucket"
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/recorder"
)

const (
	bucketType     = "aws:s3/bucketV2:BucketV2"
	accessType     = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	ownershipType  = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
	encryptionType = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	versioningType = "aws:s3/bucketVersioningV2:BucketVersioningV2"
	lifecycleType  = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	policyType     = "aws:s3/bucketPolicy:BucketPolicy"

	account = "123456789012"
	key     = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000"
)

func TestLogBucketGolden(t *testing.T) {
	golden(t, "logs", run(t, "logs", &bucket.BucketArgs{
		Statements: logs, Spec: bucket.Spec{ExpireDays: 90, ForceDestroy: true}, Tags: map[string]string{"team": "ml"},
	}))
}

func TestVersionedBucketGolden(t *testing.T) {
	golden(t, "store", run(t, "store", &bucket.BucketArgs{Spec: bucket.Spec{Versioned: true, Protect: true}, KmsKeyArn: pulumi.String(key)}))
}

func TestPoliciesGolden(t *testing.T) {
	const arn = "arn:aws:s3:::logs"
	for name, statements := range map[string][]iamdoc.Statement{
		"load-balancer-logs":       iamdoc.LoadBalancerLogs(arn, "edge", account),
		"load-balancer-logs-china": iamdoc.LoadBalancerLogs("arn:aws-cn:s3:::logs", "", account),
		"flow-logs":                iamdoc.FlowLogs(arn, "us-east-1", account),
		"tls-only":                 {iamdoc.TlsOnly(arn)},
	} {
		text, err := iamdoc.BucketPolicy(statements...).JSON()
		require.NoError(t, err, name)
		recorder.Golden(t, filepath.Join("testdata", "policy-"+name+".json"), indented(t, text))
	}
}

func TestChildrenBelongToTheComponent(t *testing.T) {
	recording := run(t, "store", &bucket.BucketArgs{Spec: bucket.Spec{Versioned: true}})
	component := recording.Find(t, bucket.Token, "store")
	var names []string
	for _, child := range recording.Children(component.URN) {
		names = append(names, child.Name)
		if child.Type != bucketType {
			require.Equal(t, recording.Find(t, bucketType, "store-bucket").ID, child.Input("bucket"), child.Name)
		}
	}
	require.ElementsMatch(t, []string{
		"store-bucket", "store-public-access", "store-ownership", "store-encryption", "store-versioning", "store-lifecycle", "store-policy",
	}, names)
	require.Equal(t, 90.0, component.Input("noncurrentDays"), "defaults are among the inputs")
	require.Contains(t, component.Outputs["name"].StringValue(), "store-bucket-")
	require.Equal(t, "arn:aws:s3:::"+component.Outputs["name"].StringValue(), component.Outputs["arn"].StringValue())
}

// S3 answers 409 to two of these at one time.
func TestAccessSettingsFollowEachOther(t *testing.T) {
	recording := run(t, "logs", nil)
	access, ownership := recording.Find(t, accessType, "logs-public-access"), recording.Find(t, ownershipType, "logs-ownership")
	require.True(t, ownership.DependsDirectly(access.URN))
	require.True(t, recording.Find(t, policyType, "logs-policy").DependsDirectly(ownership.URN))
}

func TestRulesForOldVersionsNeedVersioning(t *testing.T) {
	recording := run(t, "store", &bucket.BucketArgs{Spec: bucket.Spec{Versioned: true, NoncurrentDays: 30}})
	lifecycle := recording.Find(t, lifecycleType, "store-lifecycle")
	require.True(t, lifecycle.DependsDirectly(recording.Find(t, versioningType, "store-versioning").URN))
	require.Equal(t, 30.0, lifecycle.Input("rules[0].noncurrentVersionExpiration.noncurrentDays"))
	plain := run(t, "logs", nil)
	require.Empty(t, plain.OfType(versioningType))
	require.Nil(t, plain.Find(t, lifecycleType, "logs-lifecycle").Input("rules[0].noncurrentVersionExpiration"))
}

func TestReadyIsTheBucketWithAllItsSettings(t *testing.T) {
	recording := recorder.Run(t, func(ctx *pulumi.Context) error {
		made, err := bucket.NewBucket(ctx, "store", &bucket.BucketArgs{Spec: bucket.Spec{Versioned: true}})
		if err != nil {
			return err
		}
		writer := &pulumi.CustomResourceState{}
		return ctx.RegisterResource("test:index:Writer", "writer", pulumi.Map{"bucket": made.Name}, writer, pulumi.DependsOn(made.Ready))
	})
	writer := recording.Find(t, "test:index:Writer", "writer")
	children := recording.Children(recording.Find(t, bucket.Token, "store").URN)
	require.Len(t, children, 7)
	for _, child := range children {
		require.True(t, writer.DependsDirectly(child.URN), "%s would not outlive the writer", child.Name)
	}
}

func TestProtectIsOnEveryChild(t *testing.T) {
	own := run(t, "store", &bucket.BucketArgs{Spec: bucket.Spec{Versioned: true, Protect: true}})
	inherited := run(t, "store", &bucket.BucketArgs{Spec: bucket.Spec{Versioned: true}}, pulumi.Protect(true), pulumi.RetainOnDelete(true))
	for _, recording := range []*recorder.Recording{own, inherited} {
		for _, child := range recording.Children(recording.Find(t, bucket.Token, "store").URN) {
			require.True(t, child.Protect, child.Name)
			require.Equal(t, recording == inherited, child.RetainOnDelete, child.Name)
		}
	}
}

// S3 refuses names of more than 63 characters, and names in upper case.
func TestNamesFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9-]{0,79}`).Draw(t, "name")
		made := run(t, name, nil).Find(t, bucketType, name+"-bucket")
		if prefix, ok := made.Input("bucketPrefix").(string); ok {
			require.LessOrEqual(t, len(prefix), 37, "the provider's limit")
			require.Equal(t, strings.ToLower(prefix), prefix)
			return
		}
		require.LessOrEqual(t, len(name+"-bucket-1234567"), 63)
	})
}

// The policy of any account and prefix is one that S3 takes, and lets the services write below that account's folder only.
func TestPoliciesAreNarrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		account := rapid.StringMatching(`[0-9]{12}`).Draw(t, "account")
		prefix := rapid.StringMatching(`([a-z][a-z0-9-]{0,20})?`).Draw(t, "prefix")
		region := rapid.SampledFrom([]string{"us-east-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1"}).Draw(t, "region")
		arn := aws.Arn(region, "s3", "", "", "logs")
		statements := append(iamdoc.LoadBalancerLogs(arn, prefix, account), iamdoc.FlowLogs(arn, region, account)...)
		require.NoError(t, iamdoc.BucketPolicy(append(statements, iamdoc.TlsOnly(arn))...).Validate())
		for _, s := range statements {
			require.Len(t, s.Resource, 1)
			if s.Resource[0] != arn {
				require.Regexp(t, "^"+arn+`/(`+prefix+`/)?AWSLogs/`+account+`/\*$`, s.Resource[0])
			}
		}
	})
}

func TestFaultsAreReportedTogether(t *testing.T) {
	recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := bucket.NewBucket(ctx, "my_logs", &bucket.BucketArgs{
			Spec: bucket.Spec{ExpireDays: -1, NoncurrentDays: 30, ForceDestroy: true, Protect: true},
			Statements: func(arn string) []iamdoc.Statement {
				return []iamdoc.Statement{{Sid: "Read", Effect: iamdoc.Allow, Principal: iamdoc.Everyone(), Action: iamdoc.Values{"s3:GetObject"},
					Resource: iamdoc.Values{arn + "/*"}}}
			},
		})
		return err
	})
	for _, want := range []string{
		`checking bucket "my_logs": the name "my_logs" cannot begin a bucket's name: use letters, digits and hyphens, with a letter or digit first`,
		"ExpireDays is -1: out of range; allowed: 1 or more, or 0 to keep objects",
		"NoncurrentDays is 30: given while Versioned is false: there are no old versions; allowed: 0 without versions; set Versioned to true, " +
			"or remove NoncurrentDays",
		"ForceDestroy is true: so is Protect: one deletes the objects with the bucket, the other refuses to",
		`checking Statements: statement "Read": the Principal "*" has a wildcard`,
	} {
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, recording.OfType(bucket.Token), "nothing is registered")
	_, err = recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := bucket.NewBucket(ctx, "store", &bucket.BucketArgs{Spec: bucket.Spec{Versioned: true, NoncurrentDays: -1}})
		return err
	})
	require.ErrorContains(t, err, "NoncurrentDays is -1: out of range; allowed: 1 or more, or 0 for 90")
}

func TestPreviewDoesNotNeedAnArn(t *testing.T) {
	recording := recorder.Run(t, func(ctx *pulumi.Context) error {
		_, err := bucket.NewBucket(ctx, "logs", &bucket.BucketArgs{Statements: logs})
		return err
	}, recorder.WithPreview())
	require.NotNil(t, recording.Find(t, policyType, "logs-policy"))
}

func logs(arn string) []iamdoc.Statement {
	return append(iamdoc.LoadBalancerLogs(arn, "edge", account), iamdoc.FlowLogs(arn, "us-east-1", account)...)
}

func run(t recorder.TB, name string, args *bucket.BucketArgs, opts ...pulumi.ResourceOption) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		_, err := bucket.NewBucket(ctx, name, args, opts...)
		return err
	})
}

// golden compares the inputs of every child, by its name.
func golden(t *testing.T, name string, recording *recorder.Recording) {
	t.Helper()
	children := map[string]any{}
	for _, child := range recording.Children(recording.Find(t, bucket.Token, name).URN) {
		children[child.Name] = child.Inputs.Mappable()
	}
	recorder.GoldenJSON(t, filepath.Join("testdata", name+".golden.json"), children)
}

func indented(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, json.Indent(&b, []byte(text), "", "  "))
	return fmt.Appendln(b.Bytes())
}
