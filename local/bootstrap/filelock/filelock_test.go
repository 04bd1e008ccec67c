package filelock

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
)

// TestOneHasTheLock requires the second taker to say that it waits, to go on when the first is done, and to stop waiting when it is told to.
func TestOneHasTheLock(t *testing.T) {
	name := filepath.Join(t.TempDir(), "lock")
	first, err := Take(context.Background(), name, func() { t.Error("nobody had it") })
	if err != nil {
		t.Fatal(err)
	}
	stopped, stop := context.WithCancel(context.Background())
	if _, err := Take(stopped, name, stop); !errors.Is(err, context.Canceled) {
		t.Fatalf("a taker that was stopped says %v", err)
	}
	waited := 0
	second, err := Take(context.Background(), name, func() { waited++; first() })
	if err != nil || waited != 1 {
		t.Fatalf("the second waited %d times: %v", waited, err)
	}
	second()
	if _, err := Take(context.Background(), filepath.Join(name, "below"), nil); err == nil {
		t.Fatal("a lock in no folder was taken")
	}
}
