package certmanager

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Annotations that ask for a CA bundle: that of a Certificate or of a Secret (namespace/name), or the API server's own ("true").
const (
	fromCertificate = group + "/inject-ca-from"
	fromSecret      = group + "/inject-ca-from-secret"
	fromAPIServer   = group + "/inject-apiserver-ca"
	// allowed is on a Secret that may be named by fromSecret.
	allowed = group + "/allow-direct-injection"
)

// injectable are the kinds that take a CA bundle, and where it stands in their objects.
var injectable = []struct {
	kind schema.GroupVersionResource
	set  func(object map[string]any, bundle string) error
}{
	{
		schema.GroupVersionResource{Group: "admissionregistration.k8s.io", Version: "v1", Resource: "validatingwebhookconfigurations"},
		setWebhooks,
	},
	{
		schema.GroupVersionResource{Group: "admissionregistration.k8s.io", Version: "v1", Resource: "mutatingwebhookconfigurations"},
		setWebhooks,
	},
	{schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}, setConversion},
	{
		schema.GroupVersionResource{Group: "apiregistration.k8s.io", Version: "v1", Resource: "apiservices"},
		func(object map[string]any, bundle string) error {
			return unstructured.SetNestedField(object, bundle, "spec", "caBundle")
		},
	},
}

func setWebhooks(object map[string]any, bundle string) error {
	webhooks, _, err := unstructured.NestedSlice(object, "webhooks")
	if err != nil {
		return err
	}
	for _, webhook := range webhooks {
		if err := unstructured.SetNestedField(webhook.(map[string]any), bundle, "clientConfig", "caBundle"); err != nil {
			return err
		}
	}
	return unstructured.SetNestedSlice(object, webhooks, "webhooks")
}

// setConversion leaves a definition alone that converts without a webhook.
func setConversion(object map[string]any, bundle string) error {
	if _, found, _ := unstructured.NestedMap(object, "spec", "conversion", "webhook"); !found {
		return nil
	}
	return unstructured.SetNestedField(object, bundle, "spec", "conversion", "webhook", "clientConfig", "caBundle")
}

// injectAll makes one pass over everything that may ask for a CA bundle. It reads whole objects, which may be large, only when they or
// their bundle have changed.
func (c *cluster) injectAll(ctx context.Context) error {
	var faults []error
	known := bundles{}
	for _, target := range injectable {
		found, err := c.metadata.Resource(target.kind).List(ctx, metav1.ListOptions{ResourceVersion: "0"})
		if err != nil {
			faults = append(faults, fmt.Errorf("listing %s: %w", target.kind.Resource, err))
			continue
		}
		for _, object := range found.Items {
			bundle, err := known.of(object.Annotations, func() (string, error) { return c.bundleFor(ctx, object.Annotations) })
			if err == nil && bundle != "" {
				err = c.inject(ctx, target.kind, object, bundle, target.set)
			}
			if err != nil {
				faults = append(faults, fmt.Errorf("the CA bundle of %s %s: %w", target.kind.Resource, object.Name, err))
			}
		}
	}
	return errors.Join(faults...)
}

// bundles are those that a pass has read, by what asked for them: many objects of a chart ask for the same.
type bundles map[[3]string]read

type read struct {
	bundle string
	err    error
}

func (b bundles) of(annotations map[string]string, look func() (string, error)) (string, error) {
	asked := [3]string{annotations[fromCertificate], annotations[fromSecret], annotations[fromAPIServer]}
	known, found := b[asked]
	if !found {
		known.bundle, known.err = look()
		b[asked] = known
	}
	return known.bundle, known.err
}

// bundleFor returns the CA bundle that annotations ask for, in base64; "" when they ask for none.
func (c *cluster) bundleFor(ctx context.Context, annotations map[string]string) (string, error) {
	if annotations[fromAPIServer] == "true" {
		return base64.StdEncoding.EncodeToString(c.Client.CAData), nil
	}
	name, needed := annotations[fromSecret], allowed
	if from := annotations[fromCertificate]; from != "" {
		namespace, certificate, _ := strings.Cut(from, "/")
		object, err := c.at(certificates, namespace).Get(ctx, certificate, metav1.GetOptions{})
		if err != nil {
			return "", err
		}
		secret, _, _ := unstructured.NestedString(object.Object, "spec", "secretName")
		name, needed = namespace+"/"+secret, certificateName
	}
	if name == "" {
		return "", nil
	}
	namespace, secret, _ := strings.Cut(name, "/")
	stored, err := c.core.CoreV1().Secrets(namespace).Get(ctx, secret, metav1.GetOptions{})
	if err != nil {
		return "", err
	}
	if stored.Annotations[needed] == "" {
		return "", fmt.Errorf("Secret %s lacks the annotation %s", name, needed) //nolint:staticcheck // a kind's name
	}
	if len(stored.Data[authorityKey]) == 0 {
		return "", fmt.Errorf("Secret %s has no %s", name, authorityKey) //nolint:staticcheck // a kind's name
	}
	return base64.StdEncoding.EncodeToString(stored.Data[authorityKey]), nil
}

func (c *cluster) inject(ctx context.Context, kind schema.GroupVersionResource, partial metav1.PartialObjectMetadata, bundle string,
	set func(map[string]any, string) error,
) error {
	key := kind.Resource + "/" + partial.Name
	if c.injected[key] == partial.ResourceVersion+" "+bundle {
		return nil
	}
	object, err := c.objects.Resource(kind).Get(ctx, partial.Name, metav1.GetOptions{})
	if err != nil {
		return ignoreConflict(err)
	}
	if err := set(object.Object, bundle); err != nil {
		return err
	}
	stored, err := c.objects.Resource(kind).Update(ctx, object, metav1.UpdateOptions{})
	if err != nil {
		return ignoreConflict(err)
	}
	if stored.GetResourceVersion() != partial.ResourceVersion {
		c.Log.Info("cert-manager: wrote the CA bundle", "object", key)
	}
	c.injected[key] = stored.GetResourceVersion() + " " + bundle
	return nil
}
