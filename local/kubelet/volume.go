package kubelet

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// refreshPeriod is the time between two looks at what volumes are made from. A kubelet takes up to a minute and more.
const refreshPeriod = 15 * time.Second

// volumes are those of one pod that its programs mount, each in a folder below dir.
type volumes struct {
	*Pod
	dir     string
	written map[string]map[string]file // by volume
	tokens  map[string]*token          // by volume and path
}

// folder is the folder of a volume.
func (v *volumes) folder(name string) string { return filepath.Join(v.dir, name) }

// write makes the folders of all mounted volumes, and brings the files in them up to date. With a fault in one of them, the others are
// written nevertheless.
func (v *volumes) write(ctx context.Context) error {
	mounted := map[string]bool{}
	for _, c := range v.all() {
		for _, mount := range c.VolumeMounts {
			mounted[mount.Name] = mounted[mount.Name] || c.real()
		}
	}
	var faults []error
	s := newStore(v.Client, v.object.Namespace)
	for _, volume := range v.object.Spec.Volumes {
		if mounted[volume.Name] {
			faults = append(faults, v.writeOne(ctx, s, volume))
		}
	}
	return errors.Join(faults...)
}

func (v *volumes) writeOne(ctx context.Context, s *store, volume corev1.Volume) error {
	if volume.EmptyDir != nil {
		if err := os.MkdirAll(v.folder(volume.Name), 0o755); err != nil {
			return err
		}
		return os.Chmod(v.folder(volume.Name), 0o777)
	}
	files, err := v.files(ctx, s, volume)
	if err != nil {
		return fmt.Errorf("volume %s: %w", volume.Name, err)
	}
	if before, written := v.written[volume.Name]; written && reflect.DeepEqual(before, files) {
		return nil
	}
	if err := writeVolume(v.folder(volume.Name), files); err != nil {
		return fmt.Errorf("volume %s: %w", volume.Name, err)
	}
	v.written[volume.Name] = files
	return nil
}

// changing says whether a pod has volumes whose files may change while it runs.
func (v *volumes) changing() bool { return len(v.written) > 0 }

// files returns what a volume holds that Kubernetes fills.
func (v *volumes) files(ctx context.Context, s *store, volume corev1.Volume) (map[string]file, error) {
	switch {
	case volume.ConfigMap != nil:
		source := volume.ConfigMap
		return s.configMapFiles(ctx, source.Name, source.Items, source.Optional, source.DefaultMode)
	case volume.Secret != nil:
		source := volume.Secret
		return s.secretFiles(ctx, source.SecretName, source.Items, source.Optional, source.DefaultMode)
	case volume.DownwardAPI != nil:
		return v.downward(volume.DownwardAPI.Items, volume.DownwardAPI.DefaultMode)
	case volume.Projected != nil:
		return v.projected(ctx, s, volume.Name, volume.Projected)
	}
	return nil, errors.New("local nodes have no volumes of this kind: allowed: configMap, secret, downwardAPI, projected, emptyDir")
}

// projected merges the sources of a volume; a later one wins.
func (v *volumes) projected(ctx context.Context, s *store, name string, volume *corev1.ProjectedVolumeSource) (map[string]file, error) {
	all := map[string]file{}
	for _, source := range volume.Sources {
		var files map[string]file
		var err error
		switch {
		case source.ConfigMap != nil:
			files, err = s.configMapFiles(ctx, source.ConfigMap.Name, source.ConfigMap.Items, source.ConfigMap.Optional, volume.DefaultMode)
		case source.Secret != nil:
			files, err = s.secretFiles(ctx, source.Secret.Name, source.Secret.Items, source.Secret.Optional, volume.DefaultMode)
		case source.DownwardAPI != nil:
			files, err = v.downward(source.DownwardAPI.Items, volume.DefaultMode)
		case source.ServiceAccountToken != nil:
			var text string
			text, err = v.token(ctx, name, source.ServiceAccountToken)
			files = map[string]file{source.ServiceAccountToken.Path: {[]byte(text), modeOf(nil, volume.DefaultMode)}}
		default:
			err = errors.New("local nodes have no source of this kind: allowed: configMap, secret, downwardAPI, serviceAccountToken")
		}
		if err != nil {
			return nil, err
		}
		maps.Copy(all, files)
	}
	return all, nil
}

func (s *store) configMapFiles(ctx context.Context, name string, items []corev1.KeyToPath, optional *bool, mode *int32) (map[string]file,
	error) {
	data, err := s.configMap(ctx, name, optional)
	return chosen(data, err, "ConfigMap "+name, items, optional, mode)
}

func (s *store) secretFiles(ctx context.Context, name string, items []corev1.KeyToPath, optional *bool, mode *int32) (map[string]file,
	error) {
	data, err := s.secret(ctx, name, optional)
	return chosen(data, err, "Secret "+name, items, optional, mode)
}

// chosen picks the items of a ConfigMap or Secret: all of its keys when none is named.
func chosen(
	data map[string][]byte, err error, from string, items []corev1.KeyToPath, optional *bool, mode *int32,
) (map[string]file, error) {
	files := map[string]file{}
	if len(items) == 0 {
		for key, value := range data {
			files[key] = file{value, modeOf(nil, mode)}
		}
	}
	for _, item := range items {
		value, known := data[item.Key]
		if err == nil && !known && !isTrue(optional) {
			err = fmt.Errorf("%s has no key %s: it has %s", from, item.Key, listed(data))
		}
		if known {
			files[item.Path] = file{value, modeOf(item.Mode, mode)}
		}
	}
	return files, err
}

func (v *volumes) downward(items []corev1.DownwardAPIVolumeFile, mode *int32) (map[string]file, error) {
	files := map[string]file{}
	for _, item := range items {
		var text string
		var err error
		if item.FieldRef != nil {
			text, err = fieldOf(v.object, v.ip, item.FieldRef.FieldPath)
		} else if ref := item.ResourceFieldRef; ref != nil {
			text, err = resourceOf(containerOf(v.object, ref.ContainerName), ref.Resource, ref.Divisor)
		}
		if err != nil {
			return nil, err
		}
		files[item.Path] = file{[]byte(text), modeOf(item.Mode, mode)}
	}
	return files, nil
}

// modeOf is the mode of a file: its own, that of its volume, or 0644.
func modeOf(own, volume *int32) fs.FileMode {
	for _, mode := range []*int32{own, volume} {
		if mode != nil {
			return fs.FileMode(*mode)
		}
	}
	return 0o644
}
