package certmanager_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/local/certmanager"
	"github.com/modelway/modelway/local/testcluster"
)

// clock is moved by the test.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// stand is a cluster with cert-manager's definitions and the stand-in.
type stand struct {
	*testcluster.Applier
	*kubernetes.Clientset
	clock *clock
}

// TestAgainstAPIServer issues, renews and injects on cert-manager's own definitions.
func TestAgainstAPIServer(t *testing.T) {
	module := testcluster.Module(t, "", "github.com/cert-manager/cert-manager@"+certmanager.Version)
	_, config := testcluster.Start(t, func(string) string { return "" })
	s := stand{testcluster.NewApplier(t, config), kubernetes.NewForConfigOrDie(config), &clock{now: time.Now()}}
	for _, definition := range testcluster.Objects(t, filepath.Join(module, "deploy", "crds", "cert-manager.io_*.yaml")) {
		require.NoError(t, s.Apply(t, definition))
	}
	ctx, cancel := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	for _, run := range []func(context.Context, certmanager.Config) error{certmanager.Issue, certmanager.Inject} {
		ended.Go(func() {
			_ = run(ctx, certmanager.Config{Client: config, Now: s.clock.Now, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
		})
	}
	t.Cleanup(func() { cancel(); ended.Wait() })

	t.Run("self-signed", s.selfSigned)
	t.Run("signed by a CA", s.signedByAuthority)
	t.Run("injected", s.injects)
	t.Run("what cannot be issued says why", s.explains)
	t.Run("renewed", s.renews)
}

// apply applies objects in YAML.
func (s stand) apply(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		object := &unstructured.Unstructured{}
		require.NoError(t, yaml.Unmarshal([]byte(text), &object.Object), text)
		require.NoError(t, s.Apply(t, object))
	}
}

// ready waits for a status of the condition Ready, and returns the condition and the whole status.
func (s stand) ready(t *testing.T, kind, name, want string) (condition, status map[string]any) {
	t.Helper()
	object := &unstructured.Unstructured{
		Object: map[string]any{
			"apiVersion": "cert-manager.io/v1",
			"kind":       kind,
			"metadata":   map[string]any{"name": name, "namespace": "default"},
		},
	}
	at := s.At(t, object)
	require.Eventually(t, func() bool {
		found, err := at.Get(context.Background(), name, metav1.GetOptions{})
		if err != nil {
			return false
		}
		status, _, _ = unstructured.NestedMap(found.Object, "status")
		conditions, _ := status["conditions"].([]any)
		if len(conditions) == 1 {
			condition, _ = conditions[0].(map[string]any)
		}
		return condition["type"] == "Ready" && condition["status"] == want && condition["observedGeneration"] == found.GetGeneration()
	}, time.Minute, 50*time.Millisecond, "%s %s is Ready=%s: %v", kind, name, want, condition)
	return condition, status
}

func (s stand) secret(t *testing.T, name string) (*corev1.Secret, *x509.Certificate) {
	t.Helper()
	secret, err := s.CoreV1().Secrets("default").Get(t.Context(), name, metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, corev1.SecretTypeTLS, secret.Type)
	pair, err := tls.X509KeyPair(secret.Data["tls.crt"], secret.Data["tls.key"])
	require.NoError(t, err)
	return secret, pair.Leaf
}

// verify wants a certificate to hold for a name by the authority in its Secret.
func verify(t *testing.T, secret *corev1.Secret, certificate *x509.Certificate, name string) {
	t.Helper()
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(secret.Data["ca.crt"]))
	_, err := certificate.Verify(x509.VerifyOptions{Roots: roots, DNSName: name})
	require.NoError(t, err)
}

func (s stand) selfSigned(t *testing.T) {
	s.apply(t, `{apiVersion: cert-manager.io/v1, kind: Issuer, metadata: {name: self, namespace: default}, spec: {selfSigned: {}}}`,
		`{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: serving, namespace: default}, spec: {commonName: hook.default.svc,
		  dnsNames: [hook.default.svc], issuerRef: {kind: Issuer, name: self}, secretName: serving, secretTemplate: {labels: {team: ml}}}}`)
	s.ready(t, "Issuer", "self", "True")
	condition, status := s.ready(t, "Certificate", "serving", "True")
	require.Equal(t, "Ready", condition["reason"])
	secret, certificate := s.secret(t, "serving")
	verify(t, secret, certificate, "hook.default.svc")
	require.Equal(t, "serving", secret.Annotations["cert-manager.io/certificate-name"])
	require.Equal(t, "ml", secret.Labels["team"])
	require.Equal(t, certificate.NotAfter.UTC().Format(time.RFC3339), status["notAfter"])

	s.apply(
		t,
		`{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: serving, namespace: default}, spec: {commonName: hook.default.svc,
	  dnsNames: [hook.default.svc, other.default.svc], issuerRef: {kind: Issuer, name: self}, secretName: serving,
	  secretTemplate: {labels: {team: ml}}}}`,
	)
	s.ready(t, "Certificate", "serving", "True")
	secret, certificate = s.secret(t, "serving")
	verify(t, secret, certificate, "other.default.svc")
}

func (s stand) signedByAuthority(t *testing.T) {
	s.apply(
		t,
		`{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: root, namespace: default}, spec: {commonName: root, isCA: true,
		  privateKey: {algorithm: ECDSA, size: 384}, issuerRef: {name: self}, secretName: root}}`,
		`{apiVersion: cert-manager.io/v1, kind: Issuer, metadata: {name: root, namespace: default}, spec: {ca: {secretName: root}}}`,
		`{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: leaf, namespace: default}, spec: {dnsNames: [leaf.default.svc],
		  duration: 2h, renewBefore: 1h, issuerRef: {kind: Issuer, name: root}, secretName: leaf}}`,
	)
	s.ready(t, "Issuer", "root", "True")
	s.ready(t, "Certificate", "leaf", "True")
	root, _ := s.secret(t, "root")
	leaf, certificate := s.secret(t, "leaf")
	require.Equal(t, root.Data["tls.crt"], leaf.Data["ca.crt"])
	require.Equal(t, "root", certificate.Issuer.CommonName)
	verify(t, leaf, certificate, "leaf.default.svc")
}

// injects wants the bundle of a Certificate in each kind that takes one, and nothing in a definition without a webhook.
func (s stand) injects(t *testing.T) {
	const webhook = `{name: a.example.com, sideEffects: None, admissionReviewVersions: [v1], failurePolicy: Ignore,
	  clientConfig: {service: {name: hook, namespace: default}},
	  rules: [{apiGroups: [nowhere.example.com], apiVersions: [v1], operations: [CREATE], resources: [things]}]}`
	const from = `annotations: {cert-manager.io/inject-ca-from: default/serving}`
	definition := func(plural, kind, conversion string) string {
		return `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: ` + plural + `.example.com, ` + from + `},
		  spec: {group: example.com, scope: Cluster, names: {plural: ` + plural + `, kind: ` + kind + `}, 
		  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}],
		  conversion: ` + conversion + `}}`
	}
	objects := map[string][]string{
		`{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: hook, ` + from + `},
		  webhooks: [` + webhook + `]}`: {
			"webhooks",
		},
		`{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: hook, ` + from + `},
		  webhooks: [` + webhook + `]}`: {
			"webhooks",
		},
		`{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v1.nowhere.example.com, ` + from + `},
		  spec: {group: nowhere.example.com, version: v1,
		  groupPriorityMinimum: 1000, versionPriority: 10, service: {name: hook, namespace: default}}}`: {
			"spec",
			"caBundle",
		},
		definition("pears", "Pear", `{strategy: Webhook, webhook: {conversionReviewVersions: [v1],
		  clientConfig: {service: {name: hook, namespace: default}}}}`): {
			"spec",
			"conversion",
			"webhook",
			"clientConfig",
			"caBundle",
		},
		definition("plums", "Plum", `{strategy: None}`): nil,
	}
	secret, _ := s.secret(t, "serving")
	want := base64.StdEncoding.EncodeToString(secret.Data["ca.crt"])
	for text, path := range objects {
		s.apply(t, text)
		object := &unstructured.Unstructured{}
		require.NoError(t, yaml.Unmarshal([]byte(text), &object.Object))
		at := s.At(t, object)
		if path == nil {
			continue
		}
		require.Eventually(t, func() bool {
			found, err := at.Get(context.Background(), object.GetName(), metav1.GetOptions{})
			require.NoError(t, err)
			content := found.Object
			if path[0] == "webhooks" {
				content, path = content["webhooks"].([]any)[0].(map[string]any), []string{"clientConfig", "caBundle"}
			} else if len(path) == 2 && path[0] == "clientConfig" {
				content = content["webhooks"].([]any)[0].(map[string]any)
			}
			bundle, _, _ := unstructured.NestedString(content, path...)
			return bundle == want
		}, time.Minute, 50*time.Millisecond, "%s %s gets the bundle", object.GetKind(), object.GetName())
	}
	plums := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}}
	found, err := s.At(t, plums).Get(t.Context(), "plums.example.com", metav1.GetOptions{})
	require.NoError(t, err)
	_, given, _ := unstructured.NestedMap(found.Object, "spec", "conversion", "webhook")
	require.False(t, given)
}

func (s stand) explains(t *testing.T) {
	s.apply(
		t,
		`{apiVersion: cert-manager.io/v1, kind: Issuer, metadata: {name: acme, namespace: default},
		  spec: {acme: {server: "https://acme.example.com", privateKeySecretRef: {name: a}}}}`,
		`{apiVersion: cert-manager.io/v1, kind: Issuer, metadata: {name: keyless, namespace: default}, spec: {ca: {secretName: nowhere}}}`,
		`{apiVersion: cert-manager.io/v1, kind: Issuer, metadata: {name: leafy, namespace: default}, spec: {ca: {secretName: leaf}}}`,
		`{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: homeless, namespace: default},
		  spec: {dnsNames: [a.b], issuerRef: {kind: ClusterIssuer, name: nobody}, secretName: homeless}}`,
	)
	for _, each := range [][3]string{
		{"Issuer", "acme", "knows the issuers selfSigned and ca only"}, {"Issuer", "keyless", `secrets "nowhere" not found`},
		{"Issuer", "leafy", "Secret default/leaf: signing certificate is not a CA"},
		{"Certificate", "homeless", `no ClusterIssuer "nobody" is in reach`},
	} {
		condition, _ := s.ready(t, each[0], each[1], "False")
		require.Contains(t, condition["message"], each[2])
	}
}

// renews wants a certificate to be replaced at its renewal time, and others to be left alone.
func (s stand) renews(t *testing.T) {
	serving, _ := s.secret(t, "serving")
	_, before := s.secret(t, "leaf")
	s.clock.forward(61 * time.Minute)
	require.Eventually(t, func() bool {
		_, now := s.secret(t, "leaf")
		return now.SerialNumber.Cmp(before.SerialNumber) != 0
	}, time.Minute, 50*time.Millisecond, "the certificate is renewed an hour before its end")
	after, _ := s.secret(t, "serving")
	require.Equal(t, serving.Data, after.Data)
}
