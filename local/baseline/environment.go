package baseline

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/platform"
)

// Record is what the program in a folder registers with a file of settings, Pulumi.<environment>.yaml, with plausible values for what
// AWS would compute.
func Record(root, settings string) (environment string, set resource.Set, err error) {
	environment = strings.TrimSuffix(strings.TrimPrefix(filepath.Base(settings), "Pulumi."), ".yaml")
	text, err := os.ReadFile(settings)
	if err != nil {
		return "", resource.Set{}, err
	}
	var file struct{ Config map[string]any }
	if err := yaml.Unmarshal(text, &file); err != nil {
		return "", resource.Set{}, fmt.Errorf("reading %s: %w", settings, err)
	}
	config := map[string]string{}
	for key, value := range file.Config {
		encoded, err := json.Marshal(value)
		if err != nil {
			return "", resource.Set{}, fmt.Errorf("reading %s: %w", settings, err)
		}
		config[key] = string(encoded)
		if plain, isText := value.(string); isText {
			config[key] = plain
		}
	}
	recording, err := recorder.RunErr(platform.Program(root), recorder.WithStack(environment), recorder.WithConfig(config))
	if err != nil {
		return "", resource.Set{}, fmt.Errorf("recording %s: %w", environment, err)
	}
	return environment, recording.Set(), nil
}
