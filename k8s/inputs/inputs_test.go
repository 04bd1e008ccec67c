package inputs_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/k8s/inputs"
)

// TestAPartThatIsNotKnownHidesNoOther registers an object and a list of which one part each comes with a resource.
func TestAPartThatIsNotKnownHidesNoOther(t *testing.T) {
	program := func(ctx *pulumi.Context) error {
		before := &pulumi.CustomResourceState{}
		if err := ctx.RegisterResource("test:index:Before", "before", pulumi.Map{}, before); err != nil {
			return err
		}
		return ctx.RegisterResource("test:index:After", "after", pulumi.Map{"values": inputs.Of(map[string]any{
			"deep": map[string]any{"replicas": 2, "write": []any{map[string]any{"url": before.ID(), "signed": true}}},
			"none": nil, "empty": []any{},
		})}, &pulumi.CustomResourceState{})
	}
	for _, preview := range []bool{false, true} {
		var options []recorder.Option
		if preview {
			options = append(options, recorder.WithPreview())
		}
		recording := recorder.Run(t, program, options...)
		after := recording.Find(t, "test:index:After", "after")
		require.Equal(t, 2.0, after.Input("values.deep.replicas"))
		require.Equal(t, true, after.Input("values.deep.write[0].signed"))
		require.Equal(t, []any{}, after.Input("values.empty"))
		url := after.Inputs["values"].ObjectValue()["deep"].ObjectValue()["write"].ArrayValue()[0].ObjectValue()["url"]
		require.Equal(t, preview, url.ContainsUnknowns())
		require.True(t, after.DependsDirectly(recording.Find(t, "test:index:Before", "before").URN))
	}
}
