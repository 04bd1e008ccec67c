package kubelet

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// file is a file of a volume that Kubernetes fills.
type file struct {
	data []byte
	mode fs.FileMode
}

// dataLink is the link, in the folder of such a volume, to the folder that holds its files now. Programs watch it to learn of changes.
const dataLink = "..data"

// writeVolume replaces the files of a volume at once, as a kubelet does: they are written into a new folder, to which one rename points
// the link [dataLink]; the paths of the files are links through that one.
func writeVolume(dir string, files map[string]file) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	before, _ := os.Readlink(filepath.Join(dir, dataLink)) // none at first
	current, err := os.MkdirTemp(dir, time.Now().UTC().Format("..2006_01_02_15_04_05."))
	if err == nil {
		err = os.Chmod(current, 0o755)
	}
	tops := map[string]bool{}
	for path, content := range files {
		if !filepath.IsLocal(path) || strings.HasPrefix(path, "..") {
			err = errors.Join(err, fmt.Errorf("path %q of a volume: allowed: a relative path that does not begin with two dots", path))
			continue
		}
		top, _, _ := strings.Cut(path, "/")
		tops[top] = true
		err = errors.Join(err, writeFile(filepath.Join(current, path), content))
	}
	if err == nil {
		err = relink(filepath.Base(current), filepath.Join(dir, dataLink))
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(current))
	}
	for top := range tops {
		err = errors.Join(err, relink(filepath.Join(dataLink, top), filepath.Join(dir, top)))
	}
	return errors.Join(err, removeOld(dir, tops, filepath.Base(current), before))
}

func writeFile(path string, content file) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path, content.data, 0o600); err != nil {
		return err
	}
	return os.Chmod(path, content.mode)
}

// relink makes path a link to target, in one step.
func relink(target, path string) error {
	if now, err := os.Readlink(path); err == nil && now == target {
		return nil
	}
	temporary := filepath.Join(filepath.Dir(path), "..link_tmp")
	_ = os.Remove(temporary) // of a writer that was killed
	if err := os.Symlink(target, temporary); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

// removeOld removes the links to files that are no more, and the folders of before.
func removeOld(dir string, tops map[string]bool, current, before string) error {
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		name := entry.Name()
		link, _ := os.Readlink(filepath.Join(dir, name))
		stale := !tops[name] && strings.HasPrefix(link, dataLink+"/")
		if stale || before != "" && name == before && name != current {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, name)))
		}
	}
	return err
}
