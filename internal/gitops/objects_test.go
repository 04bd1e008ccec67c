package gitops_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/gitops"
)

// TestKeysAreWrittenAsGpgWritesThem has ids in small letters, which Argo CD would not find among those of signatures.
func TestKeysAreWrittenAsGpgWritesThem(t *testing.T) {
	source := gitops.Source{Spec: gitops.Spec{Repository: "https://github.com/company/platform.git",
		SignedBy: []string{"b5690eeebb952194", "968479A1AFF927E37D1A566BB5690EEEBB952194"}}, Delivery: gitops.ArgoCD}
	require.Empty(t, source.Check(gitops.ArgoCD))
	require.Equal(t, []any{map[string]any{"keyID": "B5690EEEBB952194"}, map[string]any{"keyID": "968479A1AFF927E37D1A566BB5690EEEBB952194"}},
		source.ProjectSpec()["signatureKeys"])
}
