package kubelet

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// store reads the ConfigMaps and Secrets of a namespace, each once, so that what is made of them is of one moment.
type store struct {
	client    kubernetes.Interface
	namespace string
	read      map[string]map[string][]byte
}

func newStore(client kubernetes.Interface, namespace string) *store {
	return &store{client: client, namespace: namespace, read: map[string]map[string][]byte{}}
}

// configMap returns the data of a ConfigMap; nil for one that is missing and optional.
func (s *store) configMap(ctx context.Context, name string, optional *bool) (map[string][]byte, error) {
	return s.get("ConfigMap", name, optional, func() (map[string][]byte, error) {
		object, err := s.client.CoreV1().ConfigMaps(s.namespace).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return nil, err
		}
		data := map[string][]byte{}
		for key, value := range object.Data {
			data[key] = []byte(value)
		}
		maps.Copy(data, object.BinaryData)
		return data, nil
	})
}

// secret returns the data of a Secret; nil for one that is missing and optional.
func (s *store) secret(ctx context.Context, name string, optional *bool) (map[string][]byte, error) {
	return s.get("Secret", name, optional, func() (map[string][]byte, error) {
		object, err := s.client.CoreV1().Secrets(s.namespace).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return nil, err
		}
		return object.Data, nil
	})
}

func (s *store) get(kind, name string, optional *bool, fetch func() (map[string][]byte, error)) (map[string][]byte, error) {
	id := kind + "/" + name
	if data, known := s.read[id]; known {
		return data, nil
	}
	data, err := fetch()
	switch {
	case apierrors.IsNotFound(err) && isTrue(optional):
		return nil, nil
	case apierrors.IsNotFound(err):
		return nil, fmt.Errorf("%s %s/%s does not exist: create it", kind, s.namespace, name)
	case err != nil:
		return nil, fmt.Errorf("reading %s %s/%s: %w", kind, s.namespace, name, err)
	}
	s.read[id] = data
	return data, nil
}

func isTrue(flag *bool) bool { return flag != nil && *flag }

// variables returns the environment of a container's process: what a kubelet gives a container, with the machine's PATH and, where the
// container does not set them, POD_IP and PORT. BIND_ADDRESS is the address to listen on, whatever the container says.
func (p *Pod) variables(ctx context.Context, c *container) (map[string]string, error) {
	all := map[string]string{"PATH": os.Getenv("PATH"), "HOSTNAME": p.object.Name, "POD_IP": p.ip, "PORT": fmt.Sprint(portOf(c.Container))}
	maps.Copy(all, serverVariables(p.APIServer))
	s := newStore(p.Client, p.object.Namespace)
	for _, from := range c.EnvFrom {
		data, err := s.envFrom(ctx, from)
		if err != nil {
			return nil, err
		}
		for key, value := range data {
			all[from.Prefix+key] = string(value)
		}
	}
	for _, variable := range c.Env {
		value, set := expand(variable.Value, all), true
		if variable.ValueFrom != nil {
			var err error
			if value, set, err = p.valueFrom(ctx, s, c.Container, *variable.ValueFrom); err != nil {
				return nil, fmt.Errorf("variable %s: %w", variable.Name, err)
			}
		}
		if set {
			all[variable.Name] = value
		}
	}
	all["BIND_ADDRESS"] = Loopback(p.ip)
	return all, nil
}

// serverVariables tell a pod where the API server is. A kubelet takes them from the Service kubernetes, whose address nothing serves here.
func serverVariables(server string) map[string]string {
	address, err := url.Parse(server)
	if err != nil || address.Hostname() == "" {
		return nil
	}
	port := address.Port()
	if port == "" {
		port = "443"
	}
	return map[string]string{
		"KUBERNETES_SERVICE_HOST": address.Hostname(), "KUBERNETES_SERVICE_PORT": port, "KUBERNETES_SERVICE_PORT_HTTPS": port,
	}
}

func (s *store) envFrom(ctx context.Context, from corev1.EnvFromSource) (map[string][]byte, error) {
	switch {
	case from.ConfigMapRef != nil:
		return s.configMap(ctx, from.ConfigMapRef.Name, from.ConfigMapRef.Optional)
	case from.SecretRef != nil:
		return s.secret(ctx, from.SecretRef.Name, from.SecretRef.Optional)
	}
	return nil, nil
}

// valueFrom returns a variable's value, and whether it has one: an optional key may be missing.
func (p *Pod) valueFrom(ctx context.Context, s *store, container corev1.Container, from corev1.EnvVarSource) (string, bool, error) {
	switch {
	case from.FieldRef != nil:
		value, err := fieldOf(p.object, p.ip, from.FieldRef.FieldPath)
		return value, true, err
	case from.ResourceFieldRef != nil:
		if name := from.ResourceFieldRef.ContainerName; name != "" {
			container = containerOf(p.object, name)
		}
		value, err := resourceOf(container, from.ResourceFieldRef.Resource, from.ResourceFieldRef.Divisor)
		return value, true, err
	case from.ConfigMapKeyRef != nil:
		ref := from.ConfigMapKeyRef
		data, err := s.configMap(ctx, ref.Name, ref.Optional)
		return keyOf(data, "ConfigMap", ref.Name, ref.Key, ref.Optional, err)
	case from.SecretKeyRef != nil:
		ref := from.SecretKeyRef
		data, err := s.secret(ctx, ref.Name, ref.Optional)
		return keyOf(data, "Secret", ref.Name, ref.Key, ref.Optional, err)
	}
	return "", false, fmt.Errorf("its source is not known here: allowed: fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef")
}

func keyOf(data map[string][]byte, kind, name, key string, optional *bool, err error) (string, bool, error) {
	value, known := data[key]
	if err == nil && !known && !isTrue(optional) {
		err = fmt.Errorf("%s %s has no key %s: it has %s", kind, name, key, listed(data))
	}
	return string(value), known, err
}

func listed(data map[string][]byte) string {
	if len(data) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(data)), ", ")
}

// containerOf returns a container by its name; without resources where there is none.
func containerOf(pod *corev1.Pod, name string) corev1.Container {
	for _, container := range slices.Concat(pod.Spec.Containers, pod.Spec.InitContainers) {
		if container.Name == name {
			return container
		}
	}
	return corev1.Container{}
}

// pairs is an environment as a process takes it, sorted.
func pairs(all map[string]string) (list []string) {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, name+"="+all[name])
	}
	return list
}
