package mlflow

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/modelway/modelway/internal/localstore"
)

// Local is how the MLflow server of a checkout is reached. The local stack writes it to a file of its checkout, and the command line
// program reads it.
type Local struct {
	// Pid is the process that keeps the server running.
	Pid int `json:"pid"`
	// URL of the server, such as http://127.0.0.1:24567.
	URL string `json:"url"`
	// Artifacts is where new experiments keep their files: a folder, or an address in S3.
	Artifacts string `json:"artifacts"`
}

// LocalFile is where a checkout keeps how its server is reached, while it runs.
func LocalFile(checkout string) string {
	return filepath.Join(checkout, ".modelway", "run", "mlflow.json")
}

// ReadLocal reads the file. The error is fs.ErrNotExist where no server runs, and fs.ErrInvalid where the file is damaged.
func ReadLocal(file string) (Local, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return Local{}, err
	}
	var l Local
	if json.Unmarshal(text, &l) != nil || l.URL == "" || l.Artifacts == "" {
		return Local{}, fmt.Errorf("%s is damaged: run `modelway down`, and `make train` again: %w", file, fs.ErrInvalid)
	}
	return l, nil
}

// FindLocal returns the server of the checkout around a folder. False means that none runs there.
func FindLocal(folder string) (l Local, runs bool, err error) {
	runs, err = localstore.Above(folder, func(checkout string) (err error) {
		l, err = ReadLocal(LocalFile(checkout))
		return err
	})
	return l, runs, err
}
