// Package podsecurity has the security contexts of pods that keep to the restricted pod security standard
// (https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted).
package podsecurity

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
