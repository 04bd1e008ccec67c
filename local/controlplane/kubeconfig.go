package controlplane

import (
	"encoding/json"
	"path/filepath"
	"strings"
)

func kubeconfigFile(dir, user string) string {
	return filepath.Join(dir, strings.TrimPrefix(user, "system:")+".kubeconfig")
}

// writeKubeconfigs writes one file per user, as JSON, which is YAML too, and returns the administrator's path.
func writeKubeconfigs(dir, endpoint string, keys keys) (string, error) {
	for user, token := range keys.tokens {
		type object = map[string]any
		content, err := json.MarshalIndent(object{
			"apiVersion": "v1", "kind": "Config", "current-context": "modelway",
			"clusters": []object{{"name": "modelway", "cluster": object{"server": endpoint, "certificate-authority-data": keys.authority}}},
			"users":    []object{{"name": user, "user": object{"token": token}}},
			"contexts": []object{{"name": "modelway", "context": object{"cluster": "modelway", "user": user}}},
		}, "", "  ")
		if err != nil {
			return "", err
		}
		if err := writeFile(dir, filepath.Base(kubeconfigFile(dir, user)), content); err != nil {
			return "", err
		}
	}
	return kubeconfigFile(dir, administrator), nil
}
