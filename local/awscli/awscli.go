// Package awscli is the `aws` command of the local stack. It knows what Kubernetes clients and pulumi-eks ask of the real
// one: its version, and a token for the cluster; and of the simulated account what `modelway doctor` asks.
package awscli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/durable"
)

// Credential is what opens the local stack's cluster, in the form of a client-go exec credential's status
// (https://kubernetes.io/docs/reference/config-api/client-authentication.v1beta1/).
type Credential struct {
	// Token is a bearer token.
	Token string `json:"token,omitempty"`
	// ClientCertificateData and ClientKeyData are PEM.
	ClientCertificateData string `json:"clientCertificateData,omitempty"`
	// ClientKeyData belongs to ClientCertificateData.
	ClientKeyData string `json:"clientKeyData,omitempty"`
}

func file(c checkout.Checkout) string { return c.State("run", "credential.json") }

// Save keeps the credential for later calls of `aws eks get-token`, readable by the user only.
func Save(c checkout.Checkout, credential Credential) error {
	data, err := json.Marshal(credential)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file(c)), 0o755); err != nil {
		return err
	}
	return durable.WriteFile(file(c), data, 0o600)
}

// version is a release of the AWS CLI that has everything pulumi-eks asks for (2.7 or later).
const version = "2.31.0"

// Run answers one command line.
func Run(out io.Writer, c checkout.Checkout, args []string) error {
	switch {
	case slices.Contains(args, "--version"):
		_, err := fmt.Fprintf(out, "aws-cli/%s (the local stack of Modelway)\n", version)
		return err
	case len(args) >= 2 && args[0] == "eks" && args[1] == "get-token":
		return token(out, c)
	}
	if len(args) >= 2 {
		if answer, known := answers[args[0]+" "+args[1]]; known {
			return tell(out, c, args[2:], answer)
		}
	}
	return fmt.Errorf("the local stack's aws answers `aws --version`, `aws eks get-token` and what `modelway doctor` asks (%s), not %q",
		strings.Join(slices.Sorted(maps.Keys(answers)), ", "), strings.Join(args, " "))
}

func token(out io.Writer, c checkout.Checkout) error {
	data, err := os.ReadFile(file(c))
	if err != nil {
		return errors.New("the local stack is not running: start it with `modelway up`")
	}
	return json.NewEncoder(out).Encode(map[string]any{
		"kind":       "ExecCredential",
		"apiVersion": "client.authentication.k8s.io/v1beta1",
		"spec":       map[string]any{},
		"status":     json.RawMessage(data),
	})
}
