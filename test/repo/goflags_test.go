package repo

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// goFlags is a place that sets the flags of the go command: in a Makefile, a shell script, or for a command that Go code starts.
var goFlags = regexp.MustCompile(`(?i)\bGOFLAGS( :)?=.*`)

// TestEveryBuildSharesOneCache requires -trimpath wherever flags of the go command are set. The Go language host of the Pulumi CLI builds
// with it, and with other flags the SDKs are compiled, and kept, once more.
func TestEveryBuildSharesOneCache(t *testing.T) {
	var faults []string
	var places []string
	for _, file := range files(t) {
		switch path.Ext(file) {
		case ".go", ".sh", "", ".yaml":
		default:
			continue
		}
		if strings.HasPrefix(file, "test/repo/goflags_test") {
			continue
		}
		for number, line := range strings.Split(read(t, file), "\n") {
			if found := goFlags.FindString(line); found != "" {
				places = append(places, file)
				if !strings.Contains(found, "-trimpath") && !strings.Contains(found, "+goFlags") {
					faults = append(faults, fmt.Sprintf("%s:%d sets the flags of the go command without -trimpath: %s", file, number+1, found))
				}
			}
		}
	}
	for _, place := range []string{"Makefile", "local/test.sh", "local/bootstrap/toolchain/build.go"} {
		require.Contains(t, places, place)
	}
	report(t, faults)
}
