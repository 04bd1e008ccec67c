package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modelway/modelway/cmd/modelstore"
	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/sheet"
)

// partial begins the names of the folders, in the one that the files go to, that hold a download until its digest is checked. They are
// there since that folder is a volume, into which nothing from outside can be renamed.
const partial = ".storage-initializer-"

// fetch downloads to a folder of its own, checks the digest, and moves what came into place. It can be run again after it was killed at
// any point.
func fetch(ctx context.Context, store *modelstore.Store, from artifact.Location, into, want string) (artifact.Manifest, error) {
	if err := prepare(into); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(into, partial)
	if err != nil {
		return nil, fmt.Errorf("writing to %s: %w", into, err)
	}
	defer os.RemoveAll(folder)
	files, err := store.Download(ctx, from, folder)
	if err != nil {
		return nil, err
	}
	if got := files.Digest(); got != want {
		return nil, &failure{exitDigest, fmt.Sprintf("the digest of the %s of %s is %s instead of %s: upload the right files to a prefix "+
			"of their own, or write the digest that they have to the model's file", sheet.Count(len(files), "file"), from, got, want)}
	}
	return files, place(folder, into)
}

// prepare makes the folder, and removes what a run that was killed left in it.
func prepare(into string) error {
	if err := os.MkdirAll(into, 0o755); err != nil {
		return err
	}
	entries, err := os.ReadDir(into)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), partial) {
			if err := os.RemoveAll(filepath.Join(into, entry.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// place moves the entries of a folder into another one, in place of those of a run before. It refuses a folder that has anything else.
func place(folder, into string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	if err := onlyOurs(entries, into); err != nil {
		return err
	}
	for _, entry := range entries {
		target := filepath.Join(into, entry.Name())
		if err := errors.Join(os.RemoveAll(target), os.Rename(filepath.Join(folder, entry.Name()), target)); err != nil {
			return fmt.Errorf("moving %s into place: %w", entry.Name(), err)
		}
	}
	return nil
}

func onlyOurs(entries []os.DirEntry, into string) error {
	there, err := os.ReadDir(into)
	if err != nil {
		return err
	}
	for _, found := range there {
		ours := func(entry os.DirEntry) bool { return entry.Name() == found.Name() }
		if !strings.HasPrefix(found.Name(), partial) && found.Name() != "lost+found" && !slices.ContainsFunc(entries, ours) {
			return fmt.Errorf("%s already has %s, which is none of the files: give an empty folder", into, found.Name())
		}
	}
	return nil
}
