package doctor

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func webhook(t *testing.T, policy string, bundle []byte) Webhooks {
	w := objectsOf[Webhooks](t, `{"metadata": {"name": "kserve"}, "webhooks": [{"name": "pods.kserve", "failurePolicy": "`+policy+`",
		"clientConfig": {"caBundle": "`+base64.StdEncoding.EncodeToString(bundle)+`", "service": {"namespace": "kserve", "name": "hook"}},
		"rules": [{"operations": ["CREATE"], "resources": ["pods"]}]}]}`)[0]
	w.Kind = "MutatingWebhookConfiguration"
	return w
}

const (
	hookService = `{"metadata": {"namespace": "kserve", "name": "hook"}, "spec": {"selector": {"app": "hook"}}}`
	hookSlice   = `{"metadata": {"namespace": "kserve", "name": "hook-x", "labels": {"kubernetes.io/service-name": "hook"}},
		"endpoints": [{"addresses": ["10.0.0.1"], "conditions": {"ready": %t}}]}`
	hookPod = `{"metadata": {"namespace": "kserve", "name": "hook-1", "labels": {"app": "hook"}},
		"spec": {"volumes": [{"secret": {"secretName": "hook-cert"}}]}}`
)

func TestWebhooksNeedEndpoints(t *testing.T) {
	whole := func(t *testing.T) Facts {
		return Facts{Webhooks: []Webhooks{webhook(t, "Fail", nil)}, Services: objectsOf[Service](t, hookService),
			Slices: objectsOf[Slice](t, fmt.Sprintf(hookSlice, true))}
	}
	notReady := func(t *testing.T, f *Facts) { f.Slices = objectsOf[Slice](t, fmt.Sprintf(hookSlice, false)) }
	requireFound(t, webhooks, whole, map[string]one{
		"an endpoint is ready": {},
		"none is ready": {notReady, []string{"error: MutatingWebhookConfiguration kserve: Service kserve/hook has no endpoint that is ready, so that " +
			"every write is refused of pods"}},
		"none is there": {func(_ *testing.T, f *Facts) { f.Slices = nil }, []string{"error: MutatingWebhookConfiguration kserve: Service kserve/hook " +
			"has no endpoint that is ready, so that every write is refused of pods"}},
		"no Service": {func(_ *testing.T, f *Facts) { f.Slices, f.Services = nil, nil }, []string{"error: MutatingWebhookConfiguration kserve: " +
			"Service kserve/hook does not exist, so that every write is refused of pods"}},
		"a failure is ignored": {func(t *testing.T, f *Facts) { notReady(t, f); f.Webhooks = []Webhooks{webhook(t, "Ignore", nil)} }, []string{
			"warning: MutatingWebhookConfiguration kserve: Service kserve/hook has no endpoint that is ready, and its webhooks are left out for pods"}},
		"a webhook outside of the cluster": {func(_ *testing.T, f *Facts) { f.Slices, f.Webhooks[0].Webhooks[0].ClientConfig.Service = nil, nil }, nil},
	})
}

// issued makes a CA, and a certificate of it for a name, in PEM.
func issued(t *testing.T, name string, end time.Time) (authority, served []byte) {
	t.Helper()
	made := func(serial int64, parent *x509.Certificate, signer *ecdsa.PrivateKey, isCA bool) (*x509.Certificate, *ecdsa.PrivateKey, []byte) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(t, err)
		c := &x509.Certificate{SerialNumber: big.NewInt(serial), NotBefore: now.Add(-time.Hour), NotAfter: end, IsCA: isCA,
			BasicConstraintsValid: true, Subject: pkix.Name{CommonName: fmt.Sprint("c", serial)}}
		if parent == nil {
			parent, signer = c, key
			c.KeyUsage = x509.KeyUsageCertSign
		} else {
			c.DNSNames = []string{name}
		}
		raw, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
		require.NoError(t, err)
		return c, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
	}
	root, key, authority := made(1, nil, nil, true)
	_, _, served = made(2, root, key, false)
	return authority, served
}

func TestBundlesVerifyWhatIsServed(t *testing.T) {
	authority, served := issued(t, "hook.kserve.svc", now.Add(time.Hour))
	another, _ := issued(t, "hook.kserve.svc", now.Add(time.Hour))
	secret := func(t *testing.T, text []byte) []Secret {
		return objectsOf[Secret](t, `{"metadata": {"namespace": "kserve", "name": "hook-cert"}, "data": {"tls.crt": "`+
			base64.StdEncoding.EncodeToString(text)+`"}}`)
	}
	whole := func(t *testing.T) Facts {
		return Facts{Webhooks: []Webhooks{webhook(t, "Fail", authority)}, Services: objectsOf[Service](t, hookService),
			Pods: objectsOf[Pod](t, hookPod), Secrets: secret(t, served)}
	}
	bundle := func(text []byte) func(t *testing.T, f *Facts) {
		return func(t *testing.T, f *Facts) { f.Webhooks = []Webhooks{webhook(t, "Fail", text)} }
	}
	requireFound(t, authorities, whole, map[string]one{
		"it verifies":            {},
		"nobody mounts a Secret": {func(_ *testing.T, f *Facts) { f.Pods = nil; bundle(another)(t, f) }, nil},
		"empty":                  {bundle(nil), []string{"error: MutatingWebhookConfiguration kserve: its CA bundle is empty (webhook pods.kserve)"}},
		"no PEM": {bundle([]byte("x")), []string{"error: MutatingWebhookConfiguration kserve: its CA bundle has no certificate in PEM (webhook " +
			"pods.kserve)"}},
	})
	for name, change := range map[string]func(f *Facts){
		"certificate signed by unknown authority": func(f *Facts) { bundle(another)(t, f) },
		"certificate has expired":                 func(f *Facts) { f.Now = now.Add(2 * time.Hour) },
		"it has no certificate":                   func(f *Facts) { f.Secrets = secret(t, nil) },
		"not hook.kserve.svc": func(f *Facts) {
			authority, served := issued(t, "other.kserve.svc", now.Add(time.Hour))
			bundle(authority)(t, f)
			f.Secrets = secret(t, served)
		},
	} {
		f := whole(t)
		f.Now = now
		change(&f)
		found := authorities.Decide(f, nil).Findings
		require.Len(t, found, 1, name)
		require.Contains(t, found[0].Seen, name)
		require.Contains(t, found[0].Seen, "Secret kserve/hook-cert")
	}
	f := whole(t)
	bundle(nil)(t, &f)
	f.Webhooks[0].Metadata.Annotations = map[string]string{injectFrom: "kserve/serving-cert"}
	require.Contains(t, authorities.Decide(f, nil).Findings[0].Command, "kubectl -n kserve describe certificate serving-cert")
}
