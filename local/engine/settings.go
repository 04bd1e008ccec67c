package engine

import (
	"os"
	"path/filepath"

	"github.com/modelway/modelway/internal/stackfile"
	"github.com/modelway/modelway/local/durable"
)

// SettingsOf reads the file with the settings of a stack in a folder.
func SettingsOf(root, stack string) (map[string]any, error) {
	file, err := stackfile.Find(root, stack)
	if err != nil {
		return nil, err
	}
	return stackfile.Document(file)
}

// projectFile is Pulumi.yaml, with another runtime where one is given.
func (p Project) projectFile(runtime any) ([]byte, error) {
	if runtime == nil {
		return os.ReadFile(p.file())
	}
	document, err := stackfile.Document(p.file())
	if err != nil {
		return nil, err
	}
	document["runtime"] = runtime
	return stackfile.Write(document)
}

// writeSettings copies the project and stack files into the work folder, where the engine may write to them. The stack's
// encryption salt, which the engine adds to the copy, is kept.
func (p Project) writeSettings(runtime any) error {
	project, err := p.projectFile(runtime)
	if err != nil {
		return err
	}
	if err := durable.WriteFile(filepath.Join(p.work(), "Pulumi.yaml"), project, 0o644); err != nil {
		return err
	}
	name := stackfile.Name(p.Stack)
	settings, err := SettingsOf(p.Root, p.Stack)
	if err != nil {
		return err
	}
	copied := filepath.Join(p.work(), name)
	if before, err := stackfile.Document(copied); err == nil && before["encryptionsalt"] != nil {
		settings["encryptionsalt"] = before["encryptionsalt"]
	}
	if p.Settings != nil {
		if err := p.Settings(settings); err != nil {
			return err
		}
	}
	out, err := stackfile.Write(settings)
	if err != nil {
		return err
	}
	return durable.WriteFile(copied, out, 0o644)
}
