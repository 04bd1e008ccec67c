package platform

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/aws/kinds"
	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/stackfile"
)

const root = ".."

var environments = []string{"local", "dev", "prod"}

// record runs the program with the settings of Pulumi.<stack>.yaml.
func record(t *testing.T, stack string) *recorder.Recording {
	t.Helper()
	return recorder.Run(t, Program(root), recorder.WithStack(stack), recorder.WithConfig(settings(t, stack)), withZones())
}

// withZones gives the region four zones, in no order.
func withZones() recorder.Option {
	return recorder.WithInvoke("aws:index/getAvailabilityZones:getAvailabilityZones", func(resource.PropertyMap) (resource.PropertyMap,
		error) {
		return resource.NewPropertyMapFromMap(map[string]any{"names": []any{"us-east-1b", "us-east-1d", "us-east-1a", "us-east-1c"}}), nil
	})
}

func resourceKey(name string) resource.PropertyKey { return resource.PropertyKey(name) }

// settings are the stack's settings as the engine passes them: objects as JSON.
func settings(t *testing.T, stack string) map[string]string {
	t.Helper()
	read, err := stackfile.Read(filepath.Join(root, "Pulumi.yaml"), filepath.Join(root, stackfile.Name(stack)))
	require.NoError(t, err)
	return read.Config
}

func asSettings(t *testing.T, values map[string]any) map[string]string {
	t.Helper()
	flat := map[string]string{}
	for key, value := range values {
		text, plain := value.(string)
		if !plain {
			encoded, err := json.Marshal(value)
			require.NoError(t, err)
			text = string(encoded)
		}
		flat[key] = text
	}
	return flat
}

func TestResourcesOfEachEnvironment(t *testing.T) {
	for _, stack := range environments {
		t.Run(stack, func(t *testing.T) {
			recorder.Golden(t, filepath.Join("testdata", stack+".urns.golden"), record(t, stack).URNLines())
		})
	}
}

func TestEveryOutputIsExported(t *testing.T) {
	recording := record(t, "local")
	platform := recording.Find(t, Token, "modelway")
	for _, name := range outputs.All() {
		require.Contains(t, platform.Outputs, resourceKey(name))
	}
	require.Len(t, platform.Outputs, len(outputs.All()))
	require.True(t, platform.Outputs[resourceKey(outputs.Kubeconfig)].IsSecret(), "the kubeconfig is a secret")
}

func TestModelUrls(t *testing.T) {
	for stack, want := range map[string]map[string]any{
		"local": {
			"fraud-detection": "http://api.localhost:8080/v1/models/fraud-detection:predict",
			"churn":           "http://api.localhost:8080/v1/models/churn:predict",
			"recommender":     "http://recommender.localhost:8080/v1/models/recommender:predict",
		},
		"prod": {
			"fraud-detection": "https://api.company.com/v1/models/fraud-detection:predict",
			"churn":           "https://api.company.com/v1/models/churn:predict",
			"recommender":     "https://recommender.company.com/v1/models/recommender:predict",
		},
	} {
		platform := record(t, stack).Find(t, Token, "modelway")
		require.Equal(t, want, platform.Outputs[resourceKey(outputs.ModelURLs)].Mappable(), stack)
	}
}

// TestProtectionFollowsTheEnvironment requires what cannot be made again protected in prod, and free to go in dev.
func TestProtectionFollowsTheEnvironment(t *testing.T) {
	for stack, want := range map[string]bool{"dev": false, "prod": true} {
		recording := record(t, stack)
		for _, typ := range []string{
			"aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "eks:index:Cluster", "aws:kms/key:Key", "aws:s3/bucketV2:BucketV2",
			"aws:ecr/repository:Repository",
			"kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams",
		} {
			require.True(t, !want || len(recording.OfType(typ)) > 0, "%s has no %s", stack, typ)
			for _, r := range recording.OfType(typ) {
				require.Equal(t, want, r.Protect, "%s %s", stack, r.URN)
			}
		}
		require.Equal(t, want, recording.Find(t, "aws:cloudwatch/logGroup:LogGroup", "modelway-cluster-logs").Protect)
		for _, bucket := range recording.OfType("aws:s3/bucketV2:BucketV2") {
			require.Equal(t, !want, bucket.Input("forceDestroy"), bucket.URN)
		}
	}
}

// TestEverythingTaggableIsTagged requires the platform's tags, by which costs are allocated, on every AWS resource that takes tags.
func TestEverythingTaggableIsTagged(t *testing.T) {
	for _, stack := range environments {
		recording := record(t, stack)
		tagged := 0
		for _, r := range recording.Resources {
			if kind, known := kinds.Of(r.Type); !kind.Tags {
				require.True(t, known || !strings.HasPrefix(r.Type, "aws:"), "%s: add it to internal/aws/kinds", r.Type)
				continue
			}
			tags, _ := r.Input("tags").(map[string]any)
			require.Equal(t, "modelway-"+stack, tags["modelway:cluster"], "%s: %s has the tags %v", stack, r.URN, tags)
			require.Equal(t, stack, tags["modelway:environment"], r.URN)
			tagged++
		}
		require.Greater(t, tagged, 30, stack)
	}
}

func TestEveryChildHasAParent(t *testing.T) {
	recording := record(t, "prod")
	stack := recording.Find(t, Token, "modelway").Parent
	for _, r := range recording.Resources {
		if r.Type != Token && r.Type != "pulumi:pulumi:Stack" && r.Custom {
			require.NotEqual(t, stack, r.Parent, "%s is not inside the platform", r.URN)
		}
	}
}
