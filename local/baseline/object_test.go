package baseline_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/resource"

	"github.com/modelway/modelway/local/baseline"
)

func service(properties map[string]any) resource.Resource {
	properties["apiVersion"], properties["kind"] = "v1", "Service"
	return resource.Resource{
		URN:  "urn:pulumi:s::p::modelway:model:Model$kubernetes:core/v1:Service::churn-service",
		Type: "kubernetes:core/v1:Service", Name: "churn-service", Custom: true, Properties: properties,
	}
}

func TestObjects(t *testing.T) {
	objects, err := baseline.Objects("dev", resource.NewSet([]resource.Resource{
		service(map[string]any{
			"metadata": map[string]any{"name": "churn", "namespace": resource.Secret{Value: "models"}},
			"spec":     map[string]any{"ports": []any{map[string]any{"port": 80.0}}},
		}),
		{URN: "urn:pulumi:s::p::kubernetes:helm.sh/v3:Release::r", Type: "kubernetes:helm.sh/v3:Release", Custom: true},
		{URN: "urn:pulumi:s::p::aws:s3/bucket:Bucket::b", Type: "aws:s3/bucket:Bucket", Custom: true},
	}))
	require.NoError(t, err)
	require.Len(t, objects, 1)
	require.Equal(t, "Service models/churn", objects[0].String())
	require.Equal(t, "modelway:model:Model churn-service", objects[0].Source)
	require.Equal(t, []any{map[string]any{"port": int64(80)}}, objects[0].Object["spec"].(map[string]any)["ports"],
		"whole numbers are integers")
}

func TestUnknownValuesAreRefused(t *testing.T) {
	_, err := baseline.Objects(
		"dev", resource.NewSet([]resource.Resource{service(map[string]any{"spec": map[string]any{"clusterIP": resource.Unknown{}}})}))
	require.ErrorContains(t, err, "churn-service has a value that is unknown")
}
