package recorder

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"

	"github.com/modelway/modelway/internal/strict"
)

// Settings are the configuration of a stack as the engine passes it to the program.
type Settings struct {
	// Project is the name of the project.
	Project string
	// Config is by full key, for example aws:region. Objects are JSON.
	Config map[string]string
}

// encrypted stands for a value that only the stack's key opens.
const encrypted = "encrypted"

// ReadSettings reads a stack's file, Pulumi.<stack>.yaml, over the defaults of Pulumi.yaml. Without a project file, which may not exist,
// the project is DefaultProject. Secrets stay closed: each is the word "encrypted".
func ReadSettings(projectFile, stackFile string) (Settings, error) {
	project, err := strict.ReadYAML(projectFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Settings{}, err
	}
	stack, err := strict.ReadYAML(stackFile)
	if err != nil {
		return Settings{}, err
	}
	name, _ := project["name"].(string)
	settings := Settings{Project: cmp.Or(name, DefaultProject)}
	defaults := map[string]any{}
	declared, _ := project["config"].(map[string]any)
	for key, value := range declared {
		if object, _ := value.(map[string]any); object["default"] != nil {
			defaults[key] = object["default"]
		}
	}
	if settings.Config, err = strict.Settings(map[string]any{"config": defaults}, settings.Project); err != nil {
		return Settings{}, fmt.Errorf("reading %s: %w", projectFile, err)
	}
	given, _ := stack["config"].(map[string]any)
	for key, value := range given {
		if object, isMap := value.(map[string]any); isMap && len(object) == 1 && object["secure"] != nil {
			given[key] = encrypted
		}
	}
	own, err := strict.Settings(stack, settings.Project)
	if err != nil {
		return Settings{}, fmt.Errorf("reading %s: %w", stackFile, err)
	}
	maps.Copy(settings.Config, own)
	return settings, nil
}
