// Package kubeconfig writes the kubeconfig of an EKS cluster.
package kubeconfig

import "encoding/json"

// Cluster says how to reach an EKS cluster.
type Cluster struct {
	// Name is the EKS cluster name. It is also the name of the context, so that a changed endpoint or certificate
	// authority never renames the context.
	Name string
	// Region is the AWS region of the cluster, for example us-east-1. It is written into the exec arguments, so the
	// kubeconfig does not depend on the caller's environment.
	Region string
	// Endpoint is the URL of the Kubernetes API server.
	Endpoint string
	// CertificateAuthority is the cluster's CA certificate: PEM, base64 encoded, as EKS returns it.
	CertificateAuthority string
}

// JSON is the kubeconfig as a JSON document. Its one user gets a token from `aws eks get-token`, whose lifetime is 15
// minutes, so no credential is stored (https://docs.aws.amazon.com/eks/latest/userguide/create-kubeconfig.html).
func (c Cluster) JSON() (string, error) {
	doc := map[string]any{
		"apiVersion":      "v1",
		"kind":            "Config",
		"current-context": c.Name,
		"clusters": []any{map[string]any{
			"name": c.Name,
			"cluster": map[string]any{
				"server":                     c.Endpoint,
				"certificate-authority-data": c.CertificateAuthority,
			},
		}},
		"contexts": []any{map[string]any{
			"name":    c.Name,
			"context": map[string]any{"cluster": c.Name, "user": c.Name},
		}},
		"users": []any{map[string]any{
			"name": c.Name,
			"user": map[string]any{"exec": map[string]any{
				"apiVersion":         "client.authentication.k8s.io/v1beta1",
				"command":            "aws",
				"args":               []string{"eks", "get-token", "--cluster-name", c.Name, "--region", c.Region, "--output", "json"},
				"interactiveMode":    "Never",
				"provideClusterInfo": false,
			}},
		}},
	}
	out, err := json.Marshal(doc)
	return string(out), err
}
