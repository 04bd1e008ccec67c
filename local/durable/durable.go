// Package durable writes files whole or not at all.
package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// WriteFile replaces the file at path by one with the data and the permissions, or leaves it as it was: on an error, such as a full disk,
// and when the process or the machine ends at any point. The temporary file is in the same folder, with the suffix .new, so that a
// killed writer's is overwritten by the next; two writers of one path need a lock of their own.
func WriteFile(path string, data []byte, perm fs.FileMode) error {
	fresh := path + ".new"
	if err := write(fresh, data, perm); err != nil {
		return errors.Join(fmt.Errorf("writing %s: %w", path, err), remove(fresh))
	}
	if err := os.Rename(fresh, path); err != nil {
		return errors.Join(fmt.Errorf("writing %s: %w", path, err), remove(fresh))
	}
	return sync(filepath.Dir(path))
}

func write(path string, data []byte, perm fs.FileMode) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, perm)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Chmod(perm), file.Sync(), file.Close())
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// sync makes a rename survive the loss of power. Some file systems cannot do it, which is not a fault of the file.
func sync(folder string) error {
	dir, err := os.Open(folder)
	if err != nil {
		return err
	}
	_ = dir.Sync()
	return dir.Close()
}

// Backup keeps the file that is at path as path.bak, at the cost of a link: the file itself is only ever replaced.
func Backup(path string) error {
	fresh := BackupOf(path) + ".new"
	if err := remove(fresh); err != nil {
		return err
	}
	if err := os.Link(path, fresh); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // nothing to keep
		}
		return fmt.Errorf("keeping a backup of %s: %w", path, err)
	}
	return os.Rename(fresh, BackupOf(path))
}

// BackupOf is the path of a file's backup.
func BackupOf(path string) string { return path + ".bak" }

// RemoveAll removes a folder and everything in it, also folders that nobody may read, as Argo CD leaves them. What is not there is removed.
func RemoveAll(path string) error {
	err := os.RemoveAll(path)
	if !errors.Is(err, fs.ErrPermission) {
		return err
	}
	_ = filepath.WalkDir(path, func(path string, entry fs.DirEntry, _ error) error {
		if entry != nil && entry.IsDir() {
			_ = os.Chmod(path, 0o700) // the removal says what is in the way
		}
		return nil
	})
	return os.RemoveAll(path)
}
