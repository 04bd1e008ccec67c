package recorder

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"sigs.k8s.io/yaml"
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
	var project struct {
		Name   string
		Config map[string]json.RawMessage
	}
	var stack struct{ Config map[string]json.RawMessage }
	if err := read(projectFile, &project); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Settings{}, err
	}
	if err := read(stackFile, &stack); err != nil {
		return Settings{}, err
	}
	settings := Settings{Project: project.Name, Config: map[string]string{}}
	if settings.Project == "" {
		settings.Project = DefaultProject
	}
	for key, declared := range project.Config {
		var object struct{ Default json.RawMessage }
		if json.Unmarshal(declared, &object) == nil && object.Default != nil {
			settings.Config[qualified(settings.Project, key)] = plainText(object.Default)
		}
	}
	for key, value := range stack.Config {
		settings.Config[qualified(settings.Project, key)] = plainText(value)
	}
	return settings, nil
}

func read(file string, into any) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := yaml.Unmarshal(content, into); err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	return nil
}

// qualified is a key with its namespace, which is the project where none is given.
func qualified(project, key string) string {
	if strings.Contains(key, ":") {
		return key
	}
	return project + ":" + key
}

// plainText is a JSON string without its quotes, and anything else as it is.
func plainText(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	var secret map[string]string
	if json.Unmarshal(value, &secret) == nil && len(secret) == 1 && secret["secure"] != "" {
		return encrypted
	}
	return string(value)
}
