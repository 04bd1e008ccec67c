package monitoring_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/modelway/modelway/local/kubelet"
)

// TestMain lets the test's program be the first process of containers.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == kubelet.HelperName {
		kubelet.HelperMain()
	}
	os.Exit(m.Run())
}
