package naming

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTagged(t *testing.T) {
	common := map[string]string{"team": "ml", "Name": "all"}
	require.Equal(t, map[string]string{"team": "web", "Name": "one", "kubernetes.io/role/elb": "1"},
		Tagged(common, "one", map[string]string{"team": "web", "kubernetes.io/role/elb": "1"}))
	require.Equal(t, map[string]string{"team": "ml", "Name": "all"}, common, "the common tags stay")
	require.Equal(t, map[string]string{"Name": "one"}, Tagged(nil, "one", nil))
}
