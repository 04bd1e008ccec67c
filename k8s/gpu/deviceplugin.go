// Package gpu installs NVIDIA's device plugin, which makes the GPUs of a node a resource that containers ask for.
package gpu

import (
	"fmt"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/rule"
)

// Token is the component's type token.
const Token = "modelway:gpu:DevicePlugin"

// DevicePluginArgs describe the device plugin.
type DevicePluginArgs struct {
	// ImageMirror is the registry, with a path or without, that the image comes from, as charts.Mirror has it; default "",
	// its own registry.
	ImageMirror string
	// DependsOn is what the plugin needs to run: the node groups, the CNI add-on and the routes to the image registry. On
	// destroy they stay until the plugin is gone.
	DependsOn []pulumi.Resource
}

// DevicePlugin runs on every node with the label NodeLabel. It is for nodes of Amazon Linux 2023, whose image has the drivers
// only. Bottlerocket's image has a plugin of its own, and a second one would fight it: NodeLabels gives its nodes no such label.
type DevicePlugin struct {
	pulumi.ResourceState

	// DaemonSet is the plugin. Pods that ask for a GPU need not depend on it: they wait until a node offers one.
	DaemonSet *appsv1.DaemonSet
}

// NewDevicePlugin registers the device plugin. Nil args mean the defaults. There is one in a cluster: its name is fixed.
func NewDevicePlugin(ctx *pulumi.Context, name string, args *DevicePluginArgs, opts ...pulumi.ResourceOption) (*DevicePlugin, error) {
	if args == nil {
		args = &DevicePluginArgs{}
	}
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking device plugin %q: %w", name, err)
	}
	p := &DevicePlugin{}
	if err := ctx.RegisterComponentResourceV2(Token, name, pulumi.Map{"image": pulumi.String(args.image())}, p, opts...); err != nil {
		return nil, err
	}
	set, err := appsv1.NewDaemonSet(ctx, name+"-daemonset", args.daemonSet(), pulumi.Parent(p), pulumi.DependsOn(args.DependsOn))
	if err != nil {
		return nil, fmt.Errorf("registering the DaemonSet of %q: %w", name, err)
	}
	p.DaemonSet = set
	return p, ctx.RegisterResourceOutputs(p, pulumi.Map{"name": set.Metadata.Name()})
}

func (a *DevicePluginArgs) validate() error {
	return rule.Join(addons.CheckMirror(rule.Path{"ImageMirror"}, a.ImageMirror, ""))
}

func (a *DevicePluginArgs) image() string {
	return addons.Mirror(addons.NvidiaDevicePlugin().String(), a.ImageMirror)
}
