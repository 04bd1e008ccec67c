package platform

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/gitops"
	names "github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/k8s/kserve"
)

// newKServe registers what models with files need beside KServe's charts, where they are installed, and keeps what those models must not
// outlive: without the controller nothing removes the finalizers of InferenceServices, and without its webhooks nobody can.
func (s *workloads) newKServe(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	if !args.Config.KServe.Enabled {
		return nil
	}
	var releases []pulumi.Resource
	for _, row := range addons.Installed(args.Config.Facts()) {
		if row.Setting == names.Setting {
			releases = append(releases, s.helm[row.Key].Release)
		}
	}
	described := &kserve.ServingArgs{Region: args.Config.Region, ImageMirror: args.Config.Images.Mirror, DependsOn: releases}
	if args.decided().Shared {
		described.Unpropagated, described.Revision = gitops.OnObjects, s.helm[addons.KServeKey].Release.Revision()
	}
	made, err := kserve.NewServing(ctx, name+"-kserve-serving", described, s.options(p)...)
	if err != nil {
		return err
	}
	s.kserve = slices.Concat(made.Resources, releases, s.capacity())
	return nil
}
