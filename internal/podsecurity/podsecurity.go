// Package podsecurity has the security contexts of pods that keep to the restricted pod security standard
// (https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted), and the labels of namespaces that hold pods to it.
package podsecurity

import "github.com/modelway/modelway/internal/labels"

const (
	// Restricted is the standard that pods are held to where nothing needs more.
	Restricted = "restricted"
	// Enforce is the label of a namespace that names the standard without which its pods are refused
	// (https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces).
	Enforce = "pod-security.kubernetes.io/enforce"
)

// Namespace are the labels of a namespace of the platform whose pods are held to a standard.
func Namespace(standard string) map[string]string {
	return map[string]string{labels.PartOf: labels.Modelway, Enforce: standard, Enforce + "-version": "latest"}
}

// Pod is the security context of a pod whose processes are a user, and whose volumes belong to a group.
func Pod(user, volumes int) map[string]any {
	return map[string]any{
		"runAsNonRoot": true, "runAsUser": user, "runAsGroup": user, "fsGroup": volumes,
		"seccompProfile": map[string]any{"type": "RuntimeDefault"},
	}
}

// Container is the security context of a container. Its root file system cannot be written.
func Container() map[string]any {
	return map[string]any{
		"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": map[string]any{"drop": []any{"ALL"}},
	}
}
