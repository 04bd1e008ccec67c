package eksversion_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/eksversion"
)

func TestPastStandardSupport(t *testing.T) {
	for _, test := range []struct {
		version, day string
		want         bool
	}{
		{"1.34", "2026-12-02", false},
		{"1.34", "2026-12-03", true},
		{"1.33", "2026-11-24", true},
		{"1.36", "2026-11-24", false},
		{"1.37", "2040-01-01", false}, // not announced
		{"2.0", "2040-01-01", false},
	} {
		day, err := time.Parse(time.DateOnly, test.day)
		require.NoError(t, err)
		require.Equal(t, test.want, eksversion.PastStandardSupport(test.version, day), "%s on %s", test.version, test.day)
	}
}
