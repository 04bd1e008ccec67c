package controlplane

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/modelway/modelway/local/durable"
)

const (
	authorityCertificate = "ca.crt"
	servingCertificate   = "server.crt"
	servingKey           = "server.key"
	serviceAccountKey    = "service-account.key"
	tokenFile            = "tokens.csv"

	administrator = "kubernetes-admin"
	lifetime      = 10 * 365 * 24 * time.Hour
)

// users are the members of system:masters that a token stands for.
var users = []string{administrator, "system:" + controllerManager, "system:" + scheduler}

type keys struct {
	authority []byte
	tokens    map[string]string // by user
}

// loadKeys reads the keys in dir, and makes them when there are none. The token file is written last: its presence means that the
// set is complete.
func loadKeys(dir, serviceCidr string) (keys, error) {
	if _, err := os.Stat(filepath.Join(dir, tokenFile)); errors.Is(err, fs.ErrNotExist) {
		if err := makeKeys(dir, serviceCidr); err != nil {
			return keys{}, err
		}
	}
	authority, err := os.ReadFile(filepath.Join(dir, authorityCertificate))
	if err != nil {
		return keys{}, err
	}
	list, err := os.ReadFile(filepath.Join(dir, tokenFile))
	if err != nil {
		return keys{}, err
	}
	loaded := keys{authority: authority, tokens: map[string]string{}}
	for line := range strings.Lines(string(list)) {
		if fields := strings.Split(line, ","); len(fields) > 2 {
			loaded.tokens[fields[1]] = fields[0]
		}
	}
	return loaded, nil
}

// makeKeys creates a certificate that serves the API server and etcd and is etcd's client certificate too; the key that signs service
// account tokens; and one token per user.
func makeKeys(dir, serviceCidr string) error {
	services, err := netip.ParsePrefix(serviceCidr)
	if err != nil {
		return fmt.Errorf("service CIDR %q: %w", serviceCidr, err)
	}
	serving, err := issue("kubernetes", x509.Certificate{
		Subject:     pkix.Name{CommonName: apiServer},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		DNSNames:    []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), services.Masked().Addr().Next().AsSlice()},
	})
	if err != nil {
		return err
	}
	signer, err := rsa.GenerateKey(rand.Reader, 2048) // EKS signs with RS256
	if err != nil {
		return err
	}
	var list strings.Builder
	for i, user := range users {
		fmt.Fprintf(&list, "%s,%s,%d,system:masters\n", rand.Text(), user, i)
	}
	return errors.Join(
		writeFile(dir, authorityCertificate, serving.authority),
		writeFile(dir, servingCertificate, serving.certificate),
		writeFile(dir, servingKey, serving.key),
		writeFile(dir, serviceAccountKey, pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(signer)})),
		writeFile(dir, tokenFile, []byte(list.String())),
	)
}

// issued is a certificate with its key and the authority that signed it, all PEM.
type issued struct{ authority, certificate, key []byte }

// issue signs a certificate for which Subject, ExtKeyUsage and the names are set, with an authority whose key is thrown away.
func issue(authorityName string, leaf x509.Certificate) (issued, error) {
	now := time.Now()
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: authorityName},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(lifetime),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	leaf.SerialNumber, leaf.NotBefore, leaf.NotAfter = big.NewInt(now.UnixNano()+1), authority.NotBefore, authority.NotAfter
	leaf.KeyUsage = x509.KeyUsageDigitalSignature
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return issued{}, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return issued{}, err
	}
	authorityDER, err := x509.CreateCertificate(rand.Reader, authority, authority, &authorityKey.PublicKey, authorityKey)
	if err != nil {
		return issued{}, err
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, &leaf, authority, &key.PublicKey, authorityKey)
	if err != nil {
		return issued{}, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return issued{}, err
	}
	block := func(kind string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}) }
	return issued{block("CERTIFICATE", authorityDER), block("CERTIFICATE", leafDER), block("PRIVATE KEY", keyDER)}, nil
}

// writeFile replaces a file at once, readable by its owner only.
func writeFile(dir, name string, content []byte) error {
	return durable.WriteFile(filepath.Join(dir, name), content, 0o600)
}
