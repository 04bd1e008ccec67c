package command

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/k8s/release"

	"github.com/modelway/modelway/local/nodes"
)

// onLocalNodes keeps the program's pods to the nodes of the local stack: a cluster of the user's own has other nodes too, which
// cannot run them.
func onLocalNodes(program pulumi.RunFunc) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		if err := ctx.RegisterResourceTransform(bindToLocalNodes); err != nil {
			return fmt.Errorf("binding pods to the local stack's nodes: %w", err)
		}
		return program(ctx)
	}
}

func bindToLocalNodes(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
	var pod pulumi.Map
	switch args.Type {
	case "kubernetes:apps/v1:Deployment":
		pod = child(child(child(args.Props, "spec"), "template"), "spec")
	case kserve.Type:
		pod = child(child(args.Props, "spec"), "predictor")
	case release.Token:
		pod = child(args.Props, "values") // charts take the same two keys as values
	default:
		return nil
	}
	pod["nodeSelector"] = pulumi.Map{nodes.LocalLabel: pulumi.String("true")}
	pod["tolerations"] = pulumi.Array{pulumi.Map{"key": pulumi.String(nodes.FargateTaint), "operator": pulumi.String("Exists")}}
	return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
}

// child is the object under a key, made where there is none.
func child(parent pulumi.Map, key string) pulumi.Map {
	object, ok := parent[key].(pulumi.Map)
	if !ok {
		object = pulumi.Map{}
		parent[key] = object
	}
	return object
}
