package command

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestDigest shows the steps of another modelway up, not its resources, and of a failure the cause; the log has everything.
func TestDigest(t *testing.T) {
	const printed = "Starting the Kubernetes API\nApplying stack prod\n  create   aws:ec2:Vpc    platform\n" +
		"  create   aws:ec2:Subnet    a  2s\n  waiting for a, 30 s so far\n"
	for name, c := range map[string]struct {
		more string
		err  error
		want string
	}{
		"up": {more: "282 created in 60 s\n\n  churn  http://127.0.0.1\n"},
		"error": {"error: 3 faults:\n  a: no\n\n  b: no\nmake: *** [up] Error 1\n", errors.New("exit status 2"),
			"error: 3 faults:\n  a: no\n\n  b: no\n"},
		"silent": {more: "main.go:1: undefined", err: errors.New("exit status 2"), want: "main.go:1: undefined\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			file := filepath.Join(t.TempDir(), "prod", "base.log")
			d, err := newDigest(&out, file, time.Hour)
			require.NoError(t, err)
			for half := range strings.SplitAfterSeq(printed+c.more, "e") {
				_, err := d.Write([]byte(half))
				require.NoError(t, err)
			}
			err = d.end(c.err)
			content, readErr := os.ReadFile(file)
			require.NoError(t, readErr)
			require.Equal(t, printed+c.more, string(content))
			require.Contains(t, out.String(), "  Starting the Kubernetes API\n  Applying stack prod\n")
			require.Contains(t, out.String(), "2 resources after")
			require.NotContains(t, out.String(), "aws:ec2")
			require.NotContains(t, out.String(), "error:", "it is in the error")
			if c.err == nil {
				require.NoError(t, err)
				require.Contains(t, out.String(), "282 created in 60 s")
				return
			}
			require.ErrorIs(t, err, c.err)
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, file)
		})
	}
}
