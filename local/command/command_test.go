package command

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The name of a stack, and a port, are checked before the checkout is even looked for: folders are made of it, and removed.
func TestNamesOfStacksAreCheckedFirst(t *testing.T) {
	for _, name := range []string{"../..", "", "-rf", "a/b", ".", "a b", "a\n", "Prod", "prod_eu"} {
		for _, command := range []string{"preview", "up"} {
			require.Equal(t, 2, Run([]string{command, "--stack", name}), "%s --stack %q", command, name)
			require.Equal(t, 2, Run([]string{command, "--stack=" + name}), "%s --stack %q", command, name)
		}
	}
	for _, port := range []string{"80", "99999", "abc", "-1", "1023", "65536"} {
		require.Equal(t, 2, Run([]string{"up", "--port", port}), "port %s", port)
	}
	require.Equal(t, 1, Run([]string{"preview", "--stack", "eu-prod"}), "this test is no checkout's program")
}
