package ahead

import (
	"encoding/json"
	"fmt"
	"path/filepath"

	sdk "github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/stackfile"
)

// VersionOf is the Kubernetes version of the settings of a stack, or of a file of settings where the stack names one.
func VersionOf(root, file string) (string, error) {
	settings, err := settingsIn(root, file)
	if err != nil {
		return "", err
	}
	cluster := config.Defaults(stackfile.StackOf(file), settings.Config["aws:region"]).Cluster
	decode(settings, "cluster", &cluster)
	return cluster.KubernetesVersion, nil
}

// LookAtVersion is LookAt with another Kubernetes version than that of the settings. EKS add-ons have the versions that EKS is known to
// offer for it.
func LookAtVersion(root, file, kubernetesVersion string) (Stack, error) {
	settings, err := settingsIn(root, file)
	if err != nil {
		return Stack{}, err
	}
	cluster := map[string]any{}
	key := settings.Project + ":cluster"
	if text := settings.Config[key]; text != "" {
		if err := json.Unmarshal([]byte(text), &cluster); err != nil {
			return Stack{}, fmt.Errorf("%s: %s: %w", file, key, err)
		}
	}
	cluster["kubernetesVersion"] = kubernetesVersion
	text, err := json.Marshal(cluster)
	if err != nil {
		return Stack{}, err
	}
	settings.Config[key] = string(text)
	return look(root, stackfile.StackOf(file), settings, recorder.WithInvoke("aws:eks/getAddonVersion:getAddonVersion", addonVersion))
}

// settingsIn reads the settings of a file; the error of one that is not there names the stacks of the root.
func settingsIn(root, file string) (stackfile.Settings, error) {
	if filepath.Dir(file) == filepath.Clean(root) {
		return settingsOf(root, stackfile.StackOf(file))
	}
	return stackfile.Read(filepath.Join(root, "Pulumi.yaml"), file)
}

// addonVersion answers as EKS does, as far as it is known.
func addonVersion(args sdk.PropertyMap) (sdk.PropertyMap, error) {
	name, kubernetes := args["addonName"].StringValue(), args["kubernetesVersion"].StringValue()
	_, standard := addons.Offered(name, kubernetes)
	return sdk.NewPropertyMapFromMap(map[string]any{
		"id": name, "addonName": name, "kubernetesVersion": kubernetes, "version": standard,
	}), nil
}
