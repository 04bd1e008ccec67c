package certmanager

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// authorityKey is the key of a Secret that holds the CA's certificate.
const authorityKey = "ca.crt"

// pair is a certificate with its key.
type pair struct {
	certificate *x509.Certificate
	key         crypto.Signer
	chain       []byte // PEM, the certificate first
}

// parsePair reads tls.crt and tls.key.
func parsePair(data map[string][]byte) (*pair, error) {
	loaded, err := tls.X509KeyPair(data[corev1.TLSCertKey], data[corev1.TLSPrivateKeyKey])
	if err != nil {
		return nil, fmt.Errorf("reading %s and %s: %w", corev1.TLSCertKey, corev1.TLSPrivateKeyKey, err)
	}
	signer, ok := loaded.PrivateKey.(crypto.Signer)
	if !ok {
		return nil, errors.New("its key cannot sign")
	}
	return &pair{certificate: loaded.Leaf, key: signer, chain: data[corev1.TLSCertKey]}, nil
}

// sign makes a key and a certificate as asked for, and returns the data of its Secret.
func (i issuer) sign(asked request, now time.Time) (map[string][]byte, error) {
	key, err := newKey(asked.PrivateKey.Algorithm, asked.PrivateKey.Size)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	leaf := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: asked.CommonName}, DNSNames: asked.DNSNames,
		NotBefore: now, NotAfter: now.Add(asked.lifetime()), BasicConstraintsValid: true, IsCA: asked.IsCA,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		// More than cert-manager's default, which is none: what asks for server auth or client auth gets it.
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, address := range asked.IPAddresses {
		leaf.IPAddresses = append(leaf.IPAddresses, net.ParseIP(address))
	}
	if asked.IsCA {
		leaf.KeyUsage |= x509.KeyUsageCertSign
		leaf.ExtKeyUsage = nil
	}
	parent, signer := leaf, crypto.Signer(key)
	if i.authority != nil {
		parent, signer = i.authority.certificate, i.authority.key
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, parent, key.Public(), signer)
	if err != nil {
		return nil, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	authority := certificate
	if i.authority != nil {
		authority = i.authority.chain
	}
	return map[string][]byte{
		corev1.TLSCertKey:       certificate,
		corev1.TLSPrivateKeyKey: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}),
		authorityKey:            authority,
	}, nil
}

// newKey makes a private key: RSA of 2048 bits unless asked for otherwise, as cert-manager does.
func newKey(algorithm string, size int) (crypto.Signer, error) {
	switch algorithm {
	case "", "RSA":
		if size == 0 {
			size = 2048
		}
		return rsa.GenerateKey(rand.Reader, size)
	case "ECDSA":
		curve, known := map[int]elliptic.Curve{0: elliptic.P256(), 256: elliptic.P256(), 384: elliptic.P384(), 521: elliptic.P521()}[size]
		if !known {
			return nil, fmt.Errorf("privateKey.size %d is not allowed for ECDSA: use 256, 384 or 521", size)
		}
		return ecdsa.GenerateKey(curve, rand.Reader)
	case "Ed25519":
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	}
	return nil, fmt.Errorf("privateKey.algorithm %q is not allowed: use RSA, ECDSA or Ed25519", algorithm)
}
