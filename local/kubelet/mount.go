package kubelet

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Isolation says how volumes reach the processes of pods.
type Isolation string

const (
	// Mounted gives each container a mount namespace, a process namespace and a host name of its own, as Linux does for root, and for others
	// where user namespaces are allowed.
	Mounted Isolation = "mounted"
	// Rewritten leaves volumes in folders, and replaces their paths in commands, arguments and the values of variables.
	Rewritten Isolation = "rewritten"
)

// mount is something of this machine that a container sees at a path.
type mount struct {
	// Source is a file or folder of this machine.
	Source string `json:"source"`
	// Path is where the container sees it; absolute.
	Path string `json:"path"`
	// ReadOnly keeps the container from writing there.
	ReadOnly bool `json:"readOnly"`
}

// Paths that every container has for itself.
const (
	temporaryPath = "/tmp"
	homeName      = "home"
	hostsPath     = "/etc/hosts"
)

// mounts returns what a container sees: its volumes, a file for its termination message, and, where it has a mount namespace, a folder for
// temporary files and the names of hosts, unless a volume is there. An environment expands the subPathExpr of volumes.
func (p *Pod) mounts(c *container, variables map[string]string) ([]mount, error) {
	var all []mount
	for _, m := range c.VolumeMounts {
		index := slices.IndexFunc(p.object.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == m.Name })
		if index < 0 {
			return nil, fmt.Errorf("container %s mounts volume %s, which the pod does not have", c.Name, m.Name)
		}
		sub := m.SubPath
		if m.SubPathExpr != "" {
			sub = expand(m.SubPathExpr, variables)
		}
		source := filepath.Join(p.volumes.folder(m.Name), sub)
		writable := p.object.Spec.Volumes[index].EmptyDir != nil
		if sub != "" {
			if !filepath.IsLocal(sub) {
				return nil, fmt.Errorf("container %s mounts path %q of volume %s: allowed: a path inside of the volume", c.Name, sub, m.Name)
			}
			if err := madeSource(source, writable); err != nil {
				return nil, fmt.Errorf("container %s mounts path %q of volume %s: %w", c.Name, sub, m.Name, err)
			}
		}
		all = append(all, mount{source, path.Clean(m.MountPath), m.ReadOnly || !writable})
	}
	if p.Isolation == Mounted {
		own := []mount{{Source: p.own(c, "tmp"), Path: temporaryPath}}
		if p.Hosts != "" && c.program.Runtime == "" {
			own = append(own, mount{Source: p.Hosts, Path: hostsPath, ReadOnly: true})
		}
		for _, m := range own {
			if !slices.ContainsFunc(all, func(volume mount) bool { return volume.Path == m.Path }) {
				all = append(all, m)
			}
		}
	}
	if c.TerminationMessagePath != "" {
		all = append(all, mount{Source: p.messageFile(c), Path: path.Clean(c.TerminationMessagePath)})
	}
	return all, nil
}

// madeSource makes the folder of a subPath in a volume that programs write; in another volume it has to be there.
func madeSource(source string, writable bool) error {
	if _, err := os.Stat(source); !errors.Is(err, os.ErrNotExist) || !writable {
		return err
	}
	return os.MkdirAll(source, 0o777)
}

// own is a folder or file that a container has for itself.
func (p *Pod) own(c *container, name string) string {
	return filepath.Join(p.dir, "containers", c.Name, name)
}

func (p *Pod) messageFile(c *container) string { return p.own(c, "termination-log") }

// prepareOwn makes the folders that a container has for itself, and empties its termination message.
func (p *Pod) prepareOwn(c *container) error {
	for _, name := range []string{"tmp", homeName, "root"} {
		if err := os.MkdirAll(p.own(c, name), 0o755); err != nil {
			return err
		}
	}
	return os.WriteFile(p.messageFile(c), nil, 0o666)
}

// linkTemporary makes the volumes below the folder for temporary files reachable by the container's own folder: programs find them by
// TMPDIR.
func linkTemporary(mounts []mount, own string) error {
	for _, m := range mounts {
		below, found := strings.CutPrefix(m.Path, temporaryPath+"/")
		if !found {
			continue
		}
		link := filepath.Join(own, below)
		if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
			return err
		}
		if err := relink(m.Source, link); err != nil {
			return err
		}
	}
	return nil
}

// rewrite replaces the paths of mounts by those of their sources, wherever one stands in a text as a whole path or as the beginning of one.
func rewrite(text string, mounts []mount) string {
	sorted := slices.SortedFunc(slices.Values(mounts), func(a, b mount) int { return len(b.Path) - len(a.Path) })
	var b strings.Builder
	for i := 0; i < len(text); {
		at := slices.IndexFunc(sorted, func(m mount) bool { return standsAt(text, i, m.Path) })
		if at < 0 {
			b.WriteByte(text[i])
			i++
			continue
		}
		b.WriteString(sorted[at].Source)
		i += len(sorted[at].Path)
	}
	return b.String()
}

// standsAt says whether a path begins at an index of a text, and no other path does before or goes on behind it.
func standsAt(text string, index int, path string) bool {
	before, rest := text[:index], text[index:]
	if !strings.HasPrefix(rest, path) || path == "/" {
		return false
	}
	if end := rest[len(path):]; end != "" && end[0] != '/' && isPathByte(end[0]) {
		return false
	}
	return before == "" || !isPathByte(before[index-1]) || strings.HasSuffix(before, "://")
}

func isPathByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || strings.IndexByte("_-./", b) >= 0
}
