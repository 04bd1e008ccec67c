package command

import (
	"os"
	"testing"
)

// whole says whether a test takes all that it can. By default it takes a sample, so that `make test` stays fast, and says so.
func whole(t *testing.T) bool {
	t.Helper()
	if os.Getenv("MODELWAY_WHOLE") != "" {
		return true
	}
	t.Log("a sample: MODELWAY_WHOLE=1, as in `make test-long`, takes all")
	return false
}
