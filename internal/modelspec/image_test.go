package modelspec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/modelspec"
)

func TestImageVersion(t *testing.T) {
	for image, want := range map[string]string{
		"acme/churn:1.2.3":                               "1.2.3",
		"registry.acme.com:5000/churn:1.2.3":             "1.2.3",
		"acme/churn:1.2.3@sha256:0a0a0a0a0a0a0a0a0a0a0a": "1.2.3",
		"acme/churn@sha256:0123456789abcdef0123456789ab": "0123456789ab",
		"registry.acme.com:5000/churn@sha256:0123456789": "0123456789",
	} {
		require.Equal(t, want, modelspec.ImageVersion(image), image)
	}
}
