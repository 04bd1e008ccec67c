package controlplane

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Files by which the API server shows aggregated API servers who it is, and whom it speaks for.
const (
	frontProxyAuthority   = "front-proxy-ca.crt"
	frontProxyCertificate = "front-proxy-client.crt"
	frontProxyKey         = "front-proxy-client.key"
	frontProxy            = "front-proxy-client"
	egressFile            = "egress.json"
)

// egressArgs are the flags by which the API server calls webhooks and aggregated APIs at the addresses of pods, through the socket. It
// has to choose the pod behind a Service itself, since nothing routes the cluster IPs of this machine.
func egressArgs(options Options) []string {
	file := func(name string) string { return filepath.Join(options.Dir, name) }
	return []string{
		"--egress-selector-config-file=" + file(egressFile),
		"--enable-aggregator-routing=true",
		"--requestheader-client-ca-file=" + file(frontProxyAuthority),
		"--requestheader-allowed-names=" + frontProxy,
		"--requestheader-username-headers=X-Remote-User",
		"--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file=" + file(frontProxyCertificate),
		"--proxy-client-key-file=" + file(frontProxyKey),
	}
}

// prepareEgress writes the files that egressArgs name. The key is written last and once: its presence means that the set is complete.
func prepareEgress(options Options) error {
	if options.EgressSocket == "" {
		return nil
	}
	type object = map[string]any
	selection, err := json.Marshal(object{
		"apiVersion": "apiserver.k8s.io/v1beta1", "kind": "EgressSelectorConfiguration",
		"egressSelections": []object{{"name": "cluster", "connection": object{
			"proxyProtocol": "HTTPConnect", "transport": object{"uds": object{"udsName": options.EgressSocket}},
		}}},
	})
	if err != nil {
		return err
	}
	if err := writeFile(options.Dir, egressFile, selection); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(options.Dir, frontProxyKey)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	client, err := issue("front-proxy", x509.Certificate{
		Subject: pkix.Name{CommonName: frontProxy}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	if err != nil {
		return err
	}
	return errors.Join(
		writeFile(options.Dir, frontProxyAuthority, client.authority),
		writeFile(options.Dir, frontProxyCertificate, client.certificate),
		writeFile(options.Dir, frontProxyKey, client.key),
	)
}
