package command

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWatchClusterEndsAnOperation(t *testing.T) {
	for name, c := range map[string]struct {
		alive, lost bool
		within      time.Duration // 0 for never
	}{
		"all well":                {true, false, 0},
		"supervisor killed":       {false, false, time.Second},
		"a program lost for good": {true, true, afterLoss + 2*time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				go watchCluster(ctx, cancel, func() (bool, bool) { return c.alive, c.lost })
				wait := c.within
				if wait == 0 {
					wait = 24 * time.Hour
				}
				time.Sleep(wait)
				synctest.Wait()
				require.Equal(t, c.within != 0, ctx.Err() != nil)
			})
		})
	}
}
