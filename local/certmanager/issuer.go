package certmanager

import (
	"context"
	"errors"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

const group = "cert-manager.io"

var (
	issuers        = schema.GroupVersionResource{Group: group, Version: "v1", Resource: "issuers"}
	clusterIssuers = schema.GroupVersionResource{Group: group, Version: "v1", Resource: "clusterissuers"}
	certificates   = schema.GroupVersionResource{Group: group, Version: "v1", Resource: "certificates"}
)

// issuer signs certificates: with the key of a CA, or, without one, each with its own key.
type issuer struct {
	kind, name string
	authority  *pair  // nil: selfSigned
	fault      error  // why it cannot sign
	reason     string // of its condition Ready
}

// issuersIn reads the issuers of a kind, by namespace and name, and tells in their status whether they can sign.
func (c *cluster) issuersIn(ctx context.Context, kind schema.GroupVersionResource) (map[string]issuer, error) {
	objects, err := c.list(ctx, kind)
	if err != nil {
		return nil, err
	}
	found := map[string]issuer{}
	var faults []error
	for _, object := range objects {
		i := c.issuerOf(ctx, object)
		found[object.GetNamespace()+"/"+object.GetName()] = i
		ready := condition{status: "True", reason: i.reason, message: "Signing CA verified"}
		if i.authority == nil {
			ready.message = ""
		}
		if i.fault != nil {
			ready.status, ready.message = "False", i.fault.Error()
		}
		faults = append(faults, c.tell(ctx, kind, object, ready, nil))
	}
	return found, errors.Join(faults...)
}

func (c *cluster) issuerOf(ctx context.Context, object unstructured.Unstructured) issuer {
	i := issuer{kind: object.GetKind(), name: object.GetName(), reason: "IsReady"}
	if _, found, _ := unstructured.NestedMap(object.Object, "spec", "selfSigned"); found {
		return i
	}
	secret, _, _ := unstructured.NestedString(object.Object, "spec", "ca", "secretName")
	if secret == "" {
		i.fault, i.reason = errors.New("the stand-in for cert-manager knows the issuers selfSigned and ca only"), "NotSupported"
		return i
	}
	namespace := object.GetNamespace()
	if namespace == "" {
		namespace = c.ClusterNamespace
	}
	i.reason = "KeyPairVerified"
	stored, err := c.core.CoreV1().Secrets(namespace).Get(ctx, secret, metav1.GetOptions{})
	if err != nil {
		i.fault, i.reason = fmt.Errorf(
			"Error getting keypair for CA issuer: %w",
			err,
		), "ErrGetKeyPair" //nolint:staticcheck // cert-manager's text
		return i
	}
	if i.authority, err = parsePair(stored.Data); err == nil && !i.authority.certificate.IsCA {
		err = errors.New("signing certificate is not a CA")
	}
	if err != nil {
		i.fault, i.reason = fmt.Errorf("Secret %s/%s: %w", namespace, secret, err), "ErrInvalidKeyPair" //nolint:staticcheck // a kind's name
	}
	return i
}
