// Package localstore says how the S3 of a running local stack is reached. The stack writes it to a file of its checkout, and the command
// line program reads it.
package localstore

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Connection is how the S3 of the local stack is reached with all rights. It is for the owner of the checkout, and for no pod.
type Connection struct {
	// Endpoint is the URL of the S3 API, such as http://127.0.0.1:24567.
	Endpoint string `json:"endpoint"`
	// Region is that of the simulated account.
	Region string `json:"region"`
	// AccessKeyID and SecretAccessKey sign requests.
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
}

// File is where a checkout keeps the connection of its running stack.
func File(checkout string) string { return filepath.Join(checkout, ".modelway", "run", "store.json") }

// Read returns the connection of a checkout. The error is fs.ErrNotExist where no stack is up, and fs.ErrInvalid where the file is
// damaged.
func Read(checkout string) (Connection, error) {
	text, err := os.ReadFile(File(checkout))
	if err != nil {
		return Connection{}, err
	}
	var c Connection
	if err := json.Unmarshal(text, &c); err != nil || c.Endpoint == "" || c.AccessKeyID == "" || c.SecretAccessKey == "" {
		return Connection{}, fmt.Errorf("%s is damaged: run `modelway down` and `modelway up`: %w", File(checkout), errors.Join(err, fs.ErrInvalid))
	}
	return c, nil
}

// Find looks for the connection in a folder and those above it. False means that no stack of a checkout there is up.
func Find(folder string) (c Connection, up bool, err error) {
	up, err = Above(folder, func(checkout string) (err error) {
		c, err = Read(checkout)
		return err
	})
	return c, up, err
}

// Above calls read with a folder and those above it until it does not return fs.ErrNotExist, and returns whether it succeeded and its
// error.
func Above(folder string, read func(folder string) error) (found bool, err error) {
	if folder, err = filepath.Abs(folder); err != nil {
		return false, err
	}
	for {
		if err := read(folder); !errors.Is(err, fs.ErrNotExist) {
			return err == nil, err
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return false, nil
		}
		folder = parent
	}
}
