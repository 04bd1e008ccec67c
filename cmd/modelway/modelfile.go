package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/modelway/modelway/internal/modelspec"
)

// readModel reads the file of a model from a folder of models or that of a team in it. Where there is none, the text is "" and the file is
// directly in the folder. The error is that of the folder, or of a name that two files have.
func readModel(directory, model string) (file, text string, err error) {
	file = filepath.Join(directory, model+modelspec.Extension)
	if _, err := os.Stat(directory); err != nil {
		return file, "", fmt.Errorf("reading the folder of models: %w; fix: run this in a project, or give --models", err)
	}
	parent := filepath.Dir(directory) // so that errors name the folder, too
	found, err := modelspec.Locate(os.DirFS(parent), filepath.Base(directory), model)
	if err != nil || found == "" {
		return file, "", err
	}
	file = filepath.Join(parent, filepath.FromSlash(found))
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) { // a link to a file that is to be made
		err = nil
	}
	return file, string(data), err
}
