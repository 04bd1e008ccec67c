package doctor

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
	"time"
)

var authorities = Check{
	Key: "ca-bundles", Title: "The CA bundle of every admission webhook verifies the certificate that its pods serve",
	Needs:  []Need{needWebhooks, needServices, needPods},
	Uses:   []Need{needSecrets},
	Breaks: "The API server refuses the webhook's certificate, and with it every write of what the webhook looks at.",
	Find:   findAuthorities,
}

// Secret is a Secret of type kubernetes.io/tls, without its key.
type Secret struct {
	Metadata Meta
	Data     struct {
		Certificate []byte `json:"tls.crt"`
	}
}

func findAuthorities(f Facts) (all []Finding) {
	for _, configuration := range f.Webhooks {
		for _, group := range byService(configuration) {
			seen := map[string][]Webhook{}
			for _, w := range group {
				if why := f.untrusted(w); why != "" {
					seen[why] = append(seen[why], w)
				}
			}
			for why, of := range seen {
				all = append(all, untrustedFinding(configuration, of, why))
			}
		}
	}
	slices.SortFunc(all, func(a, b Finding) int { return strings.Compare(a.Object+a.Seen, b.Object+b.Seen) })
	return all
}

func untrustedFinding(configuration Webhooks, of []Webhook, why string) Finding {
	found := Finding{
		Severity: Warning, Object: configuration.Kind + " " + configuration.Metadata.Name, Seen: fmt.Sprintf("%s (webhook %s)", why, of[0].Name),
		Fix: "Have it written again by what wrote it: restart the controller that keeps it, or install its chart again.",
	}
	if slices.ContainsFunc(of, func(w Webhook) bool { return w.FailurePolicy != "Ignore" }) {
		found.Severity = Error
	}
	from := configuration.Metadata.Annotations[injectFrom]
	if namespace, name, given := strings.Cut(from, "/"); given {
		found.Fix = fmt.Sprintf("cert-manager's CA injector writes it from Certificate %s: bring the injector up, and look why the Certificate "+
			"is not ready", from)
		found.Command = fmt.Sprintf("kubectl -n cert-manager get pods; kubectl -n %s describe certificate %s", namespace, name)
	}
	return found
}

// injectFrom is the annotation by which cert-manager knows whose CA a bundle has
// (https://cert-manager.io/docs/concepts/ca-injector/#injecting-ca-data-from-a-certificate-resource).
const injectFrom = "cert-manager.io/inject-ca-from"

// untrusted says why the API server refuses what a webhook serves; empty where it does not, or where nobody can tell.
func (f Facts) untrusted(w Webhook) string {
	bundle := w.ClientConfig.CABundle
	if len(bundle) == 0 {
		return "its CA bundle is empty"
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(bundle) {
		return "its CA bundle has no certificate in PEM"
	}
	served := f.served(w.ClientConfig.Service.Namespace, w.ClientConfig.Service.Name)
	name := w.ClientConfig.Service.Name + "." + w.ClientConfig.Service.Namespace + ".svc"
	why := ""
	for _, secret := range served {
		if err := verify(secret.Data.Certificate, pool, name, f.Now); err != nil {
			why = fmt.Sprintf("its CA bundle does not verify the certificate of Secret %s for %s: %v", secret.Metadata.Full(), name, err)
			continue
		}
		return ""
	}
	return why
}

// served are the Secrets with certificates that pods of a Service mount.
func (f Facts) served(namespace, name string) (all []Secret) {
	service, found := f.service(namespace, name)
	if !found {
		return nil
	}
	for _, s := range f.Secrets {
		if s.Metadata.Namespace == namespace && slices.ContainsFunc(f.Pods, func(p Pod) bool {
			return p.Metadata.Namespace == namespace && selects(service.Spec.Selector, p.Metadata.Labels) && p.mounts(s.Metadata.Name)
		}) {
			all = append(all, s)
		}
	}
	return all
}

func (p Pod) mounts(secret string) bool {
	for _, v := range p.Spec.Volumes {
		if v.Secret.SecretName == secret {
			return true
		}
	}
	return false
}

// verify checks a chain in PEM, that of the server first, as the API server does.
func verify(chain []byte, pool *x509.CertPool, name string, now time.Time) error {
	var leaf *x509.Certificate
	between := x509.NewCertPool()
	for block, rest := pem.Decode(chain); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return err
		}
		if leaf == nil {
			leaf = c
		} else {
			between.AddCert(c)
		}
	}
	if leaf == nil {
		return fmt.Errorf("it has no certificate")
	}
	_, err := leaf.Verify(x509.VerifyOptions{Roots: pool, Intermediates: between, DNSName: name, CurrentTime: now})
	return err
}
