package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// recover puts a stack in order whose engine was killed: it breaks the lock that was left, and reads what the interrupted
// steps did. What was created without the engine learning of it is found again by the providers.
func (p Project) recover(ctx context.Context, stack auto.Stack, progress *Progress) error {
	locks, err := filepath.Glob(filepath.Join(p.backend(), ".pulumi", "locks", "organization", projectName, p.Stack, "*.json"))
	if err != nil || len(locks) == 0 {
		return err
	}
	progress.line("  The last run was interrupted; reading what it left")
	if err := stack.Cancel(ctx); err != nil {
		return fmt.Errorf("breaking the lock that the interrupted run left on stack %s: %w", p.Stack, err)
	}
	if _, err := stack.Refresh(ctx, optrefresh.ClearPendingCreates(), optrefresh.SuppressProgress()); err != nil {
		return fmt.Errorf("reading what the interrupted run of stack %s left: %w", p.Stack, err)
	}
	if p.Interrupted == nil {
		return nil
	}
	exported, err := stack.Export(ctx)
	if err != nil {
		return fmt.Errorf("reading the state of stack %s: %w", p.Stack, err)
	}
	var state apitype.DeploymentV3
	if err := json.Unmarshal(exported.Deployment, &state); err != nil {
		return fmt.Errorf("reading the state of stack %s: %w", p.Stack, err)
	}
	return p.Interrupted(ctx, func(typ string) bool {
		for _, r := range state.Resources {
			if string(r.Type) == typ {
				return true
			}
		}
		return false
	})
}
