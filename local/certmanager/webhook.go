package certmanager

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// authorityLifetime is how long the CA of the webhook is valid, as cert-manager's.
const authorityLifetime = 365 * 24 * time.Hour

// Webhook says where the webhook of cert-manager's own kinds is served. All fields are required.
type Webhook struct {
	// Namespace and Secret name the Secret that receives the webhook's CA, from which the CA injector takes it.
	Namespace, Secret string
	// DNSNames are the names by which the API server calls the webhook.
	DNSNames []string
	// Listener is where it is called.
	Listener net.Listener
}

// Admit serves the webhook until ctx ends, and then returns nil. It admits every object as it is: the definitions alone check them here.
func Admit(ctx context.Context, config Config, webhook Webhook) error {
	c, err := connect(config)
	if err != nil {
		return err
	}
	authority, err := c.webhookAuthority(ctx, webhook)
	if err != nil {
		return fmt.Errorf("cert-manager: the CA of the webhook: %w", err)
	}
	serving := request{CommonName: webhook.DNSNames[0], DNSNames: webhook.DNSNames, Duration: &metav1.Duration{Duration: authorityLifetime}}
	data, err := issuer{authority: authority}.sign(serving, c.Now())
	if err != nil {
		return err
	}
	certificate, err := tls.X509KeyPair(data[corev1.TLSCertKey], data[corev1.TLSPrivateKeyKey])
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: http.HandlerFunc(admit), ReadHeaderTimeout: 5 * time.Second,
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12},
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.ServeTLS(webhook.Listener, "", ""); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("cert-manager: serving the webhook: %w", err)
	}
	return nil
}

// webhookAuthority reads the CA from its Secret, and makes it where there is none or it ends soon.
func (c *cluster) webhookAuthority(ctx context.Context, webhook Webhook) (*pair, error) {
	secrets := c.core.CoreV1().Secrets(webhook.Namespace)
	stored, err := secrets.Get(ctx, webhook.Secret, metav1.GetOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		return nil, err
	}
	exists := err == nil
	asked := request{CommonName: webhook.Secret, IsCA: true, Duration: &metav1.Duration{Duration: authorityLifetime}}
	if known, err := parsePair(stored.Data); err == nil && c.Now().Before(asked.renewal(known)) {
		return known, nil
	}
	data, err := issuer{}.sign(asked, c.Now())
	if err != nil {
		return nil, err
	}
	fresh := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Name:        webhook.Secret,
			Namespace:   webhook.Namespace,
			Annotations: map[string]string{allowed: "true"},
		}, Data: data,
	}
	if exists {
		fresh.ResourceVersion, fresh.Type = stored.ResourceVersion, stored.Type
		_, err = secrets.Update(ctx, fresh, metav1.UpdateOptions{})
	} else {
		_, err = secrets.Create(ctx, fresh, metav1.CreateOptions{})
	}
	if apierrors.IsAlreadyExists(err) || apierrors.IsConflict(err) {
		return c.webhookAuthority(ctx, webhook) // another pod of the webhook was first, and has the same CA then
	}
	if err != nil {
		return nil, err
	}
	return parsePair(data)
}

func admit(response http.ResponseWriter, request *http.Request) {
	var asked admissionv1.AdmissionReview
	if err := json.NewDecoder(request.Body).Decode(&asked); err != nil || asked.Request == nil {
		http.Error(response, fmt.Sprintf("not an AdmissionReview: %v", err), http.StatusBadRequest)
		return
	}
	response.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(response).Encode(admissionv1.AdmissionReview{
		TypeMeta: asked.TypeMeta, Response: &admissionv1.AdmissionResponse{UID: asked.Request.UID, Allowed: true},
	})
}
