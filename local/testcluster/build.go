package testcluster

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// Build builds programs that `make tools` leaves out, where they are missing or out of date.
func Build(t testing.TB, names ...string) {
	t.Helper()
	output, err := exec.Command("go", append([]string{"run", "-C", "../bootstrap", "."}, names...)...).CombinedOutput()
	require.NoError(t, err, string(output))
}
