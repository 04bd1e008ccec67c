package cluster

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// keepFormer has the engine take the resource of a former name for the child.
func keepFormer(former map[string]string, child *pulumi.ResourceTransformArgs) {
	if before, renamed := former[child.Name]; renamed {
		child.Opts.Aliases = append(child.Opts.Aliases, pulumi.Alias{Name: pulumi.String(before)})
	}
}
