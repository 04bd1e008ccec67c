package engine

import (
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/strict"

	"github.com/modelway/modelway/local/durable"
)

// writeSettings copies the project and stack files into the work folder, where the engine may write to them. The stack's
// encryption salt, which the engine adds to the copy, is kept.
func (p Project) writeSettings() error {
	project, err := os.ReadFile(filepath.Join(p.Root, "Pulumi.yaml"))
	if err != nil {
		return err
	}
	if err := durable.WriteFile(filepath.Join(p.work(), "Pulumi.yaml"), project, 0o644); err != nil {
		return err
	}
	name := "Pulumi." + p.Stack + ".yaml"
	settings, err := strict.ReadYAML(filepath.Join(p.Root, name))
	if os.IsNotExist(err) {
		return fmt.Errorf("stack %q has no settings: create %s, for example as a copy of Pulumi.dev.yaml", p.Stack, name)
	}
	if err != nil {
		return err
	}
	copied := filepath.Join(p.work(), name)
	if before, err := strict.ReadYAML(copied); err == nil && before["encryptionsalt"] != nil {
		settings["encryptionsalt"] = before["encryptionsalt"]
	}
	if p.Settings != nil {
		if err := p.Settings(settings); err != nil {
			return err
		}
	}
	out, err := yaml.Marshal(settings)
	if err != nil {
		return err
	}
	return durable.WriteFile(copied, out, 0o644)
}
