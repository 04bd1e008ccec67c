package kubelet

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// place is a path of a container's files that is, or leads to, a mount.
type place struct {
	mount  *mount
	within map[string]*place
}

// lay makes the view of the files that a container has, and makes it the root: all of this machine's files, and the mounts. Where a mount's
// path is not on this machine, the folder above it is laid out again, from what is in it. The mount namespace must be the process's own.
func (l launch) lay() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("keeping mounts to the container: %w", err)
	}
	if err := unix.Mount("tmpfs", l.Root, "tmpfs", unix.MS_NOSUID, "mode=0755"); err != nil {
		return fmt.Errorf("mounting its root: %w", err)
	}
	if err := placesOf(l.Mounts, l.Keep).fill("/", l.Root, true); err != nil {
		return err
	}
	proc := filepath.Join(l.Root, "proc")
	if unix.Mount("proc", proc, "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "") != nil {
		if err := bind("/proc", proc); err != nil { // the processes of all
			return err
		}
	}
	return enter(l.Root)
}

// enter makes a folder the root, and lets go of the one before.
func enter(root string) error {
	if err := os.Chdir(root); err != nil {
		return err
	}
	if err := unix.PivotRoot(".", "."); err == nil {
		if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
			return fmt.Errorf("letting go of the machine's root: %w", err)
		}
	} else if err := unix.Chroot("."); err != nil { // the machine's root is its initial RAM disk
		return fmt.Errorf("entering its root: %w", err)
	}
	return os.Chdir("/")
}

// placesOf is the tree of all paths that are mounted, and of the kept ones that a mount would hide.
func placesOf(mounts []mount, keep []string) *place {
	root := &place{}
	add := func(m mount) {
		at := root
		for _, name := range strings.Split(strings.Trim(m.Path, "/"), "/") {
			if at.within == nil {
				at.within = map[string]*place{}
			}
			if at.within[name] == nil {
				at.within[name] = &place{}
			}
			at = at.within[name]
		}
		at.mount = &m
	}
	var paths []string
	for _, m := range mounts {
		m.Path = resolved(m.Path)
		paths = append(paths, m.Path)
		add(m)
	}
	for _, path := range keep {
		path = resolved(path)
		hidden := func(above string) bool { return strings.HasPrefix(path, above+"/") }
		if _, err := os.Stat(path); err == nil && slices.ContainsFunc(paths, hidden) && !slices.Contains(paths, path) {
			add(mount{Source: path, Path: path})
		}
	}
	return root
}

// resolved follows the links of this machine in as much of a path as there is.
func resolved(path string) string {
	rest := ""
	for prefix := filepath.Clean(path); prefix != "/"; prefix = filepath.Dir(prefix) {
		if real, err := filepath.EvalSymlinks(prefix); err == nil {
			return filepath.Join(real, rest)
		}
		rest = filepath.Join(filepath.Base(prefix), rest)
	}
	return path
}

// fill makes target, which is a folder already, what the container sees of the machine's folder. In a folder that is laid out again, what
// is not mounted is taken over from the machine; in a volume, it is there.
func (p *place) fill(machine, target string, again bool) error {
	if again {
		entries, _ := os.ReadDir(machine) // a path that is not there has none
		for _, entry := range entries {
			name := entry.Name()
			if machine != "/" || name != "proc" {
				if p.within[name] == nil {
					takeOver(entry, filepath.Join(machine, name), filepath.Join(target, name))
				}
			}
		}
	}
	if machine == "/" {
		if err := os.MkdirAll(filepath.Join(target, "proc"), 0o755); err != nil {
			return err
		}
	}
	for name, below := range p.within {
		if err := below.put(filepath.Join(machine, name), filepath.Join(target, name), again); err != nil {
			return err
		}
	}
	return nil
}

// put makes target, which may not be there yet, a mount or a folder that leads to one.
func (p *place) put(machine, target string, again bool) error {
	if p.mount == nil && again && p.covers(machine) {
		if err := mountPoint(machine, target); err != nil {
			return err
		}
		if err := bind(machine, target); err != nil {
			return err
		}
		return p.fill(machine, target, false)
	}
	if p.mount == nil {
		mode := fs.FileMode(0o755)
		if info, err := os.Stat(machine); err == nil {
			mode = info.Mode().Perm() | info.Mode()&fs.ModeSticky
		}
		if err := os.Mkdir(target, 0o755); err == nil {
			if err := os.Chmod(target, mode); err != nil {
				return err
			}
		} else if !errors.Is(err, fs.ErrExist) {
			return err
		}
		return p.fill(machine, target, again)
	}
	if err := mountPoint(p.mount.Source, target); err != nil {
		return fmt.Errorf("mounting at %s: %w", p.mount.Path, err)
	}
	if err := bind(p.mount.Source, target); err != nil {
		return err
	}
	if err := p.fill(machine, target, false); err != nil {
		return err
	}
	if p.mount.ReadOnly {
		return protect(target)
	}
	return nil
}

// covers says whether all mounts below a folder of this machine are over what is there, so that the folder need not be laid out again.
func (p *place) covers(machine string) bool {
	if p.mount == nil {
		for name, below := range p.within {
			if !below.covers(filepath.Join(machine, name)) {
				return false
			}
		}
		return true
	}
	source, err := os.Stat(p.mount.Source)
	there, missing := os.Lstat(machine)
	return err == nil && missing == nil && source.IsDir() == there.IsDir()
}

// takeOver shows an entry of a folder of this machine at target. One that cannot be shown is left out.
func takeOver(entry fs.DirEntry, source, target string) {
	if entry.Type()&fs.ModeSymlink != 0 {
		if link, err := os.Readlink(source); err == nil {
			_ = os.Symlink(link, target)
		}
		return
	}
	if mountPoint(source, target) == nil {
		_ = bind(source, target)
	}
}

// mountPoint makes an empty file or folder at target for a mount of source, unless something is there.
func mountPoint(source, target string) error {
	info, err := os.Stat(source)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return os.MkdirAll(target, 0o755)
	}
	file, err := os.OpenFile(target, os.O_CREATE|os.O_WRONLY|unix.O_NONBLOCK, 0o644)
	if err != nil {
		if _, there := os.Lstat(target); there == nil {
			return nil
		}
		return err
	}
	return file.Close()
}

func bind(source, target string) error {
	if err := unix.Mount(source, target, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("mounting %s at %s: %w", source, target, err)
	}
	return nil
}

// protect makes a mount read-only. The flags that it has already stay, since a user namespace may not take them away.
func protect(target string) error {
	var stat unix.Statfs_t
	if err := unix.Statfs(target, &stat); err != nil {
		return err
	}
	kept := uintptr(stat.Flags) & (unix.ST_NOSUID | unix.ST_NODEV | unix.ST_NOEXEC | unix.ST_NOATIME | unix.ST_NODIRATIME | unix.ST_RELATIME)
	if err := unix.Mount("", target, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY|kept, ""); err != nil {
		return fmt.Errorf("making %s read-only: %w", target, err)
	}
	return nil
}
