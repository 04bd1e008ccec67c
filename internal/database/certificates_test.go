package database_test

import (
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/database"
)

// Each region that is known has three roots of its own, which sign themselves and outlive every server.
func TestCertificates(t *testing.T) {
	regions := strings.Split(database.CertificateRegions(), ", ")
	require.Len(t, regions, 27)
	for _, region := range regions {
		text, known := database.Certificates(region)
		require.True(t, known, region)
		var algorithms []x509.PublicKeyAlgorithm
		for rest := []byte(text); len(rest) > 0; {
			var block *pem.Block
			block, rest = pem.Decode(rest)
			require.NotNil(t, block, region)
			root, err := x509.ParseCertificate(block.Bytes)
			require.NoError(t, err, region)
			require.Contains(t, root.Subject.CommonName, " "+region+" ")
			require.True(t, root.IsCA, region)
			require.NoError(t, root.CheckSignatureFrom(root), region)
			require.True(t, root.NotAfter.After(time.Date(2060, 1, 1, 0, 0, 0, 0, time.UTC)), region)
			algorithms = append(algorithms, root.PublicKeyAlgorithm)
		}
		require.ElementsMatch(t, []x509.PublicKeyAlgorithm{x509.RSA, x509.RSA, x509.ECDSA}, algorithms, region)
		require.Less(t, len(text), 8<<10, "it fits in a ConfigMap")
	}
	_, known := database.Certificates("eu-moon-1")
	require.False(t, known)
}
