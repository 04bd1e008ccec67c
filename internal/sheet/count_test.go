package sheet

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCountSaysOneInTheSingular(t *testing.T) {
	require.Equal(t, []string{"0 files", "1 file", "2 files"}, []string{Count(0, "file"), Count(1, "file"), Count(2, "file")})
}
