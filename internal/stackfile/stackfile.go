// Package stackfile reads the settings of a stack from Pulumi.<stack>.yaml, with the types of the Pulumi CLI, so that everything reads
// what a deployment will read: `yes` is a text, and a day without quotes is a time.
package stackfile

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"gopkg.in/yaml.v3"

	"github.com/modelway/modelway/internal/strict"
)

// projectFile is the name of the file of a project, which has other keys than those of its stacks.
const projectFile = "Pulumi.yaml"

// DefaultProject is the name of the project where there is no project file.
const DefaultProject = "modelway"

// Settings are the configuration of a stack as the engine passes it to the program.
type Settings struct {
	// Project is the name of the project.
	Project string
	// Config is by full key, for example aws:region. Objects are JSON.
	Config map[string]string
}

// Encrypted stands for a value that only the stack's key opens.
const Encrypted = "encrypted"

// Name is the name of the file with the settings of a stack.
func Name(stack string) string { return "Pulumi." + stack + ".yaml" }

// Find is the file with the settings of a stack in a folder. The error of one that is not there names those that are.
func Find(folder, stack string) (string, error) {
	file := filepath.Join(folder, Name(stack))
	info, err := os.Stat(file)
	switch {
	case err == nil && info.IsDir():
		return file, fmt.Errorf("%s is a folder; allowed: a file with the settings of stack %s", file, stack)
	case err == nil || !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR):
		return file, nil // reading it tells what is wrong
	}
	there, _ := filepath.Glob(filepath.Join(folder, Name("*"))) // the pattern is right
	if len(there) == 0 {
		return file, fmt.Errorf("stack %q has no settings %s; there are none of another stack in that folder; fix: run this in "+
			"the folder of a project, or make one with `modelway new <folder>`", stack, file)
	}
	names := make([]string, len(there))
	for i, other := range there {
		names[i] = StackOf(other)
	}
	return file, fmt.Errorf("stack %q has no settings %s; there are %s; fix: name one of them, or copy %s to %s and change it", stack, file,
		strings.Join(names, ", "), there[0], file)
}

// StackOf is the stack that a file has the settings of.
func StackOf(file string) string {
	return strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml")
}

// Read reads a stack's file over the defaults of Pulumi.yaml. Without a project file, which may not exist, the project is DefaultProject.
// Secrets stay closed: each is Encrypted.
func Read(ofProject, ofStack string) (Settings, error) {
	var project struct {
		Name   string
		Config map[string]yaml.Node
	}
	if err := read(ofProject, &project); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Settings{}, err
	}
	document, err := Document(ofStack)
	if err != nil {
		return Settings{}, err
	}
	defaults := map[string]config.Value{}
	for key, declared := range project.Config {
		var object struct{ Default *config.Value }
		if declared.Decode(&object) == nil && object.Default != nil {
			defaults[key] = *object.Default
		}
	}
	settings := Settings{Project: cmp.Or(project.Name, DefaultProject), Config: map[string]string{}}
	return settings, errors.Join(settings.put(defaults), settings.take(document))
}

// Document reads the whole of a file, to be changed and written again with Write.
func Document(file string) (map[string]any, error) {
	document := map[string]any{}
	err := read(file, &document)
	return document, err
}

// Write returns the text of a file.
func Write(document map[string]any) ([]byte, error) { return yaml.Marshal(document) }

// Of returns the settings in a Document, without the defaults of a project.
func Of(document map[string]any) (Settings, error) {
	settings := Settings{Project: DefaultProject, Config: map[string]string{}}
	return settings, settings.take(document)
}

func (s Settings) take(document map[string]any) error {
	text, err := yaml.Marshal(document)
	if err != nil {
		return err
	}
	var stack struct{ Config map[string]config.Value }
	if err := yaml.Unmarshal(text, &stack); err != nil {
		return err
	}
	return s.put(stack.Config)
}

// put puts values under their full keys: the namespace is the project where none is given.
func (s Settings) put(values map[string]config.Value) error {
	for key, value := range values {
		text, err := value.Value(config.NopDecrypter)
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if value.Secure() && !value.Object() {
			text = Encrypted
		}
		if !strings.Contains(key, ":") {
			key = s.Project + ":" + key
		}
		s.Config[key] = text
	}
	return nil
}

func read(file string, into any) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := yaml.Unmarshal(content, into); err != nil {
		if filepath.Base(file) == projectFile {
			return strict.Syntax(file, content, err)
		}
		return strict.StackSyntax(file, content, err)
	}
	return nil
}
