package certmanager

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// Annotations of the Secrets of certificates.
const (
	certificateName = group + "/certificate-name"
	issuerName      = group + "/issuer-name"
	issuerKind      = group + "/issuer-kind"
	commonName      = group + "/common-name"
	altNames        = group + "/alt-names"
)

// defaultLifetime is how long a certificate is valid when its spec names no duration.
const defaultLifetime = 90 * 24 * time.Hour

// request is the spec of a Certificate, as far as it is followed.
type request struct {
	SecretName  string           `json:"secretName"`
	CommonName  string           `json:"commonName"`
	DNSNames    []string         `json:"dnsNames"`
	IPAddresses []string         `json:"ipAddresses"`
	IsCA        bool             `json:"isCA"`
	Duration    *metav1.Duration `json:"duration"`
	RenewBefore *metav1.Duration `json:"renewBefore"`
	IssuerRef   struct {
		Name string `json:"name"`
		Kind string `json:"kind"`
	} `json:"issuerRef"`
	PrivateKey struct {
		Algorithm string `json:"algorithm"`
		Size      int    `json:"size"`
	} `json:"privateKey"`
	SecretTemplate struct {
		Annotations map[string]string `json:"annotations"`
		Labels      map[string]string `json:"labels"`
	} `json:"secretTemplate"`
}

func (r request) lifetime() time.Duration {
	if r.Duration == nil {
		return defaultLifetime
	}
	return r.Duration.Duration
}

// renewal is when a certificate is renewed: renewBefore, by default a third of its lifetime, before it ends.
func (r request) renewal(certificate *pair) time.Time {
	before := certificate.certificate.NotAfter.Sub(certificate.certificate.NotBefore) / 3
	if r.RenewBefore != nil {
		before = r.RenewBefore.Duration
	}
	return certificate.certificate.NotAfter.Add(-before)
}

func (r request) issuerKind() string {
	if r.IssuerRef.Kind == "" {
		return "Issuer"
	}
	return r.IssuerRef.Kind
}

// issueAll makes one pass over all issuers and certificates.
func (c *cluster) issueAll(ctx context.Context) error {
	local, err := c.issuersIn(ctx, issuers)
	wide, wideErr := c.issuersIn(ctx, clusterIssuers)
	objects, listErr := c.list(ctx, certificates)
	faults := []error{err, wideErr, listErr}
	for _, object := range objects {
		var asked request
		spec, _, _ := unstructured.NestedMap(object.Object, "spec")
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(spec, &asked); err != nil {
			faults = append(faults, fmt.Errorf("reading Certificate %s/%s: %w", object.GetNamespace(), object.GetName(), err))
			continue
		}
		known, found := local[object.GetNamespace()+"/"+asked.IssuerRef.Name]
		if asked.issuerKind() == "ClusterIssuer" {
			known, found = wide["/"+asked.IssuerRef.Name]
		}
		if !found {
			known.fault = fmt.Errorf("the certificate's issuer is missing: no %s %q is in reach of namespace %s",
				asked.issuerKind(), asked.IssuerRef.Name, object.GetNamespace())
		}
		faults = append(faults, c.issue(ctx, object, asked, known))
	}
	return errors.Join(faults...)
}

// issue brings the Secret of a certificate up to date, and tells so in its status.
func (c *cluster) issue(ctx context.Context, object unstructured.Unstructured, asked request, from issuer) error {
	secrets := c.core.CoreV1().Secrets(object.GetNamespace())
	stored, err := secrets.Get(ctx, asked.SecretName, metav1.GetOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("reading Secret %s/%s: %w", object.GetNamespace(), asked.SecretName, err)
	}
	exists := err == nil
	current, outdated := c.outdated(stored, asked)
	if outdated != "" {
		if from.fault != nil {
			return c.tell(ctx, certificates, object, condition{"False", "DoesNotExist", from.fault.Error()}, nil)
		}
		data, err := from.sign(asked, c.Now())
		if err != nil {
			return c.tell(ctx, certificates, object, condition{"False", "Failed", err.Error()}, nil)
		}
		if current, err = parsePair(data); err != nil {
			return err
		}
		if err := c.store(ctx, object, asked, stored, exists, data); err != nil {
			return fmt.Errorf("writing Secret %s/%s: %w", object.GetNamespace(), asked.SecretName, err)
		}
		c.Log.Info("cert-manager: issued", "certificate", object.GetNamespace()+"/"+object.GetName(), "because", outdated)
	}
	when := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	return c.tell(ctx, certificates, object, condition{"True", "Ready", "Certificate is up to date and has not expired"}, map[string]any{
		"notBefore":   when(current.certificate.NotBefore),
		"notAfter":    when(current.certificate.NotAfter),
		"renewalTime": when(asked.renewal(current)),
	})
}

// outdated says why a certificate has to be issued; "" when it is as asked for, and then it is returned.
func (c *cluster) outdated(stored *corev1.Secret, asked request) (*pair, string) {
	if len(stored.Data[corev1.TLSCertKey]) == 0 {
		return nil, "its Secret has none"
	}
	current, err := parsePair(stored.Data)
	if err != nil {
		return nil, err.Error()
	}
	for annotation, want := range annotationsOf(asked) {
		if stored.Annotations[annotation] != want {
			return nil, fmt.Sprintf("%s is %q, not %q", annotation, stored.Annotations[annotation], want)
		}
	}
	if current.certificate.IsCA != asked.IsCA {
		return nil, fmt.Sprintf("isCA is now %v", asked.IsCA)
	}
	if renewal := asked.renewal(current); !c.Now().Before(renewal) {
		return nil, "it was to be renewed at " + renewal.UTC().Format(time.RFC3339)
	}
	return current, ""
}

// annotationsOf are what the Secret of a certificate says of it.
func annotationsOf(asked request) map[string]string {
	return map[string]string{
		issuerName: asked.IssuerRef.Name, issuerKind: asked.issuerKind(), commonName: asked.CommonName,
		altNames: strings.Join(slices.Concat(asked.DNSNames, asked.IPAddresses), ","),
	}
}

func (c *cluster) store(
	ctx context.Context,
	object unstructured.Unstructured,
	asked request,
	stored *corev1.Secret,
	exists bool,
	data map[string][]byte,
) error {
	if !exists {
		stored = &corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{Namespace: object.GetNamespace(), Name: asked.SecretName},
			Type:       corev1.SecretTypeTLS,
		}
	}
	if stored.Annotations == nil {
		stored.Annotations = map[string]string{}
	}
	if stored.Labels == nil {
		stored.Labels = map[string]string{}
	}
	if stored.Data == nil {
		stored.Data = map[string][]byte{}
	}
	maps.Copy(stored.Annotations, asked.SecretTemplate.Annotations)
	maps.Copy(stored.Annotations, annotationsOf(asked))
	stored.Annotations[certificateName] = object.GetName()
	maps.Copy(stored.Labels, asked.SecretTemplate.Labels)
	stored.Labels["controller.cert-manager.io/fao"] = "true" // as cert-manager marks what it watches
	maps.Copy(stored.Data, data)
	secrets := c.core.CoreV1().Secrets(object.GetNamespace())
	var err error
	if exists {
		_, err = secrets.Update(ctx, stored, metav1.UpdateOptions{})
	} else {
		_, err = secrets.Create(ctx, stored, metav1.CreateOptions{})
	}
	return err
}
