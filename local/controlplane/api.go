package controlplane

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// api asks the API server whether it works; it needs no Kubernetes client.
type api struct {
	client   *http.Client
	endpoint string
	token    string
}

func newAPI(c *ControlPlane) api {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(c.CertificateAuthority)
	return api{
		client:   &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}},
		endpoint: c.Endpoint,
		token:    c.Token,
	}
}

// ready passes when every readiness check of the API server does.
func (a api) ready(ctx context.Context) error { return a.get(ctx, "/readyz") }

// controllersWork passes when the namespaces of every cluster exist and the controllers have given them their service account.
func (a api) controllersWork(ctx context.Context) error {
	for _, namespace := range []string{"default", "kube-system"} {
		if err := a.get(ctx, "/api/v1/namespaces/"+namespace+"/serviceaccounts/default"); err != nil {
			return err
		}
	}
	return nil
}

func (a api) get(ctx context.Context, path string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.endpoint+path, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+a.token)
	response, err := a.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 4096))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s: %s", path, response.Status, strings.TrimSpace(string(body)))
	}
	return nil
}
