package kubelet

import (
	"os"
	"path/filepath"
	"testing"
)

// TestMain lets the test's program be the first process of containers.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == HelperName {
		HelperMain()
	}
	os.Exit(m.Run())
}
