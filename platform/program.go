package platform

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/gitops"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/plan"
)

// Program is Modelway as a Pulumi program: it loads the stack's configuration and models, registers the platform and exports
// its outputs. Root is the folder that relative paths in the configuration start from; empty means the folder of
// Pulumi.yaml. It registers nothing when the configuration or a model has a fault, and reports all faults together.
func Program(root string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args, err := load(ctx, root)
		if err != nil {
			return err
		}
		p, err := NewPlatform(ctx, ctx.Project(), args)
		if err != nil {
			return err
		}
		for name, value := range p.Outputs() {
			ctx.Export(name, value)
		}
		return nil
	}
}

func load(ctx *pulumi.Context, root string) (*PlatformArgs, error) {
	if root == "" {
		root = ctx.RootDirectory()
	}
	cfg, err := config.Load(config.FromContextAt(ctx, root))
	if err != nil {
		// The models are checked all the same, so that one run reports every fault.
		_, modelFaults := modelspec.Load(os.DirFS(root), config.Defaults(ctx.Stack(), "").Models.Directory, nil)
		return nil, errors.Join(err, modelFaults)
	}
	previous, err := ReadPrevious(ctx)
	if err == nil && gitops.ByArgoCD(cfg.Models.Delivery) {
		previous, err = asRendered(previous, filepath.Join(root, cfg.Models.Git.FolderOf(ctx.Stack())), ctx.Stack())
	}
	if err != nil {
		return nil, err
	}
	set, err := modelspec.Read(os.DirFS(root), cfg.Models.Directory, cfg.Models.Overrides)
	admitted, unfit := plan.Admit(cfg, set, previous)
	for _, text := range admitted.Warnings {
		if err := ctx.Log.Warn(text, nil); err != nil {
			return nil, err
		}
	}
	args := &PlatformArgs{Config: cfg, Models: admitted.Models, Previous: previous, Root: root}
	unread := args.readPipelines()
	return args.with(admitted.Plan), errors.Join(err, unfit, unread)
}
