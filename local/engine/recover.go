package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// settle is how long the plugins of a killed engine may take to notice and end.
const settle = time.Second

// recover puts a stack in order whose engine was killed, which a lock that nobody holds tells, or could not save what it did, which steps
// tell that are still noted as under way, or whose state was damaged: it reads what the interrupted steps did, and has removed what they
// created without noting it.
func (p Project) recover(ctx context.Context, stack auto.Stack, progress *Progress) error {
	locks, err := filepath.Glob(filepath.Join(p.backend(), ".pulumi", "locks", "organization", p.name(), p.Stack, "*.json"))
	if err != nil {
		return err
	}
	state, err := p.state()
	if err != nil || len(locks) == 0 && len(state.PendingOperations) == 0 && !p.damaged() {
		return err
	}
	progress.line("  The last run was interrupted; reading what it left")
	if len(locks) > 0 {
		time.Sleep(settle)
		if err := stack.Cancel(ctx); err != nil {
			return fmt.Errorf("breaking the lock that the interrupted run left on stack %s: %w", p.Stack, said(err))
		}
	}
	before, err := exported(ctx, stack)
	if err != nil {
		return err
	}
	if _, err = stack.Refresh(ctx, optrefresh.ClearPendingCreates(), optrefresh.SuppressProgress()); err != nil {
		return fmt.Errorf("reading what the interrupted run of stack %s left: %w", p.Stack, said(err))
	}
	after, err := exported(ctx, stack)
	if err == nil && p.Interrupted != nil {
		err = p.Interrupted(ctx, pendingCreates(before), after.Resources)
	}
	if err == nil && p.damaged() {
		err = p.forgetDamaged()
	}
	return err
}

func pendingCreates(state apitype.DeploymentV3) []apitype.ResourceV3 {
	var all []apitype.ResourceV3
	for _, operation := range state.PendingOperations {
		if operation.Type == apitype.OperationTypeCreating {
			all = append(all, operation.Resource)
		}
	}
	return all
}

func exported(ctx context.Context, stack auto.Stack) (apitype.DeploymentV3, error) {
	var state apitype.DeploymentV3
	deployment, err := stack.Export(ctx)
	if err == nil {
		err = json.Unmarshal(deployment.Deployment, &state)
	}
	if err != nil {
		return state, fmt.Errorf("reading the state of stack %s: %w", stack.Name(), said(err))
	}
	return state, nil
}
