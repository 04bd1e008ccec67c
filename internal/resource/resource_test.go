package resource_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/resource"
)

const (
	platformURN   = "urn:pulumi:prod::modelway::modelway:platform:Platform::modelway"
	modelURN      = "urn:pulumi:prod::modelway::modelway:platform:Platform$modelway:model:Model::churn"
	deploymentURN = "urn:pulumi:prod::modelway::modelway:platform:Platform$modelway:model:Model$kubernetes:apps/v1:Deployment::churn-deployment"
)

func stack() resource.Set {
	return resource.NewSet([]resource.Resource{
		{URN: deploymentURN, Type: "kubernetes:apps/v1:Deployment", Name: "churn-deployment", Parent: modelURN, Custom: true},
		{URN: modelURN, Type: resource.ModelType, Name: "churn", Parent: platformURN, Properties: map[string]any{"name": "churn-model"}},
		{URN: platformURN, Type: resource.PlatformType, Name: "modelway",
			Parent: "urn:pulumi:prod::modelway::pulumi:pulumi:Stack::modelway-prod"},
		{URN: "urn:pulumi:prod::modelway::aws:s3/bucket:Bucket::other", Type: "aws:s3/bucket:Bucket", Name: "other", Custom: true},
	})
}

func TestWhatAResourceBelongsTo(t *testing.T) {
	s := stack()
	deployment, found := s.ByURN(deploymentURN)
	require.True(t, found)
	require.Equal(t, resource.ModelType, deployment.ComponentType())
	require.Equal(t, "churn-model", s.Model(deployment))
	component, found := s.Component(deployment)
	require.True(t, found)
	require.Equal(t, "churn", component.Name)
	platform, found := s.Platform()
	require.True(t, found)
	require.Equal(t, platformURN, platform.URN)
	require.Empty(t, s.Model(platform))

	other := s.OfType("aws:s3/bucket:Bucket")[0]
	require.Empty(t, other.ComponentType())
	_, found = s.Component(other)
	require.False(t, found)
}

func TestARingOfParentsEnds(t *testing.T) {
	s := resource.NewSet([]resource.Resource{{URN: "urn:pulumi:s::p::t::a", Parent: "urn:pulumi:s::p::t::b"}, {URN: "urn:pulumi:s::p::t::b",
		Parent: "urn:pulumi:s::p::t::a"}})
	a, _ := s.ByURN("urn:pulumi:s::p::t::a")
	require.Empty(t, s.Model(a))
}

func TestTheLastResourceOfAURNCounts(t *testing.T) {
	s := resource.NewSet([]resource.Resource{{URN: "u", Name: "first"}, {URN: "u", Name: "last"}})
	require.Len(t, s.All(), 1)
	require.Equal(t, "last", s.All()[0].Name)
}

func TestValues(t *testing.T) {
	r := resource.Resource{Properties: map[string]any{
		"spec":   map[string]any{"items": []any{"a", resource.Unknown{}, map[string]any{"deep": 2.0}}, "on": true, "none": nil},
		"later":  resource.Unknown{},
		"hidden": resource.Secret{Value: map[string]any{"token": "x"}},
	}}
	require.Equal(t, "a", r.At("spec", "items", 0).Text())
	require.Equal(t, 2.0, r.At("spec", "items", 2, "deep").Number())
	require.True(t, r.At("spec", "on").Bool())
	require.Equal(t, []string{"a"}, r.At("spec", "items").Texts())
	require.Len(t, r.At("spec").Map(), 3)

	for _, absent := range []resource.Value{r.At("spec", "none"), r.At("spec", "items", 3), r.At("spec", "items", "0"),
		r.At("spec", "on", "x"), r.At("no")} {
		require.False(t, absent.Given())
		require.False(t, absent.Unknown())
	}
	require.True(t, r.At("later", "below", 0).Unknown(), "what is below an unknown value is unknown")
	require.True(t, r.At("later").Given())
	require.True(t, r.At("spec").HasUnknown())
	require.False(t, r.At("hidden").HasUnknown())

	require.True(t, r.At("hidden", "token").Secret(), "what is below a secret is secret")
	require.Equal(t, "x", r.At("hidden", "token").Text())
	require.False(t, r.At("spec").Secret())
}

func TestShortType(t *testing.T) {
	for given, want := range map[string]string{
		"aws:ec2/vpc:Vpc": "aws:ec2:Vpc", "kubernetes:core/v1:Pod": "kubernetes:core/v1:Pod", "modelway:model:Model": "modelway:model:Model",
		"t": "t",
	} {
		require.Equal(t, want, resource.ShortType(given))
	}
}

func TestRewrite(t *testing.T) {
	given := map[string]any{"a": []any{"x", map[string]any{"b": "x"}}, "c": resource.Secret{Value: "x"}, "d": 1.0}
	got := resource.Rewrite(given, func(v any) (any, bool) {
		if _, secret := v.(resource.Secret); secret {
			return "[secret]", true
		}
		return "y", v == "x"
	})
	require.Equal(t, map[string]any{"a": []any{"y", map[string]any{"b": "y"}}, "c": "[secret]", "d": 1.0}, got)
	require.Equal(t, "x", given["a"].([]any)[0], "what was given is left as it was")
}

func TestDeclaredIsWithoutWhatIsIgnored(t *testing.T) {
	r := resource.Resource{
		Properties: map[string]any{
			"stringData": "secret", "name": "a", "spec": map[string]any{"replicas": 2.0, "template": map[string]any{"x": 1.0}},
		},
		IgnoreChanges: []string{"stringData", "spec.replicas", "spec.absent.below", "name.below", "gone"},
	}
	require.Equal(t, map[string]any{"name": "a", "spec": map[string]any{"template": map[string]any{"x": 1.0}}}, r.Declared())
	require.Equal(t, "secret", r.At("stringData").Text(), "the resource stays as it is")
	require.Equal(t, 2.0, r.At("spec", "replicas").Raw())
}
