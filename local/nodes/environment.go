package nodes

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// environment resolves the container's variables, those from ConfigMaps, Secrets and the downward API included.
func (c *container) environment(ctx context.Context, object *corev1.Pod) (map[string]string, error) {
	values := map[string]string{}
	for _, source := range c.spec.EnvFrom {
		var data map[string]string
		var err error
		if ref := source.ConfigMapRef; ref != nil {
			data, err = c.configMap(ctx, object.Namespace, ref.Name, ref.Optional)
		} else if ref := source.SecretRef; ref != nil {
			data, err = c.secret(ctx, object.Namespace, ref.Name, ref.Optional)
		}
		if err != nil {
			return nil, err
		}
		for key, value := range data {
			values[source.Prefix+key] = value
		}
	}
	for _, variable := range c.spec.Env {
		value, found := expand(variable.Value, values), true
		if from := variable.ValueFrom; from != nil {
			var err error
			if value, found, err = c.valueFrom(ctx, object, from); err != nil {
				return nil, fmt.Errorf("variable %s: %w", variable.Name, err)
			}
		}
		if found {
			values[variable.Name] = value
		}
	}
	return values, nil
}

func (c *container) valueFrom(ctx context.Context, object *corev1.Pod, from *corev1.EnvVarSource) (string, bool, error) {
	switch {
	case from.FieldRef != nil:
		value, err := c.field(object, from.FieldRef.FieldPath)
		return value, true, err
	case from.ResourceFieldRef != nil:
		name := from.ResourceFieldRef.Resource
		kind, resource, _ := strings.Cut(name, ".")
		list := c.spec.Resources.Requests
		if kind == "limits" {
			list = c.spec.Resources.Limits
		}
		quantity := list[corev1.ResourceName(resource)]
		divisor := from.ResourceFieldRef.Divisor.AsApproximateFloat64()
		if divisor == 0 {
			divisor = 1
		}
		whole := int64((quantity.AsApproximateFloat64() + divisor - 1e-9) / divisor)
		return strconv.FormatInt(whole, 10), true, nil
	case from.ConfigMapKeyRef != nil:
		ref := from.ConfigMapKeyRef
		data, err := c.configMap(ctx, object.Namespace, ref.Name, ref.Optional)
		return pick(data, ref.Key, ref.Optional, "ConfigMap "+ref.Name, err)
	case from.SecretKeyRef != nil:
		ref := from.SecretKeyRef
		data, err := c.secret(ctx, object.Namespace, ref.Name, ref.Optional)
		return pick(data, ref.Key, ref.Optional, "Secret "+ref.Name, err)
	}
	return "", false, nil
}

func pick(data map[string]string, key string, optional *bool, where string, err error) (string, bool, error) {
	value, found := data[key]
	if err == nil && !found && (optional == nil || !*optional) {
		err = fmt.Errorf("%s has no key %s", where, key)
	}
	return value, found, err
}

func (c *container) configMap(ctx context.Context, namespace, name string, optional *bool) (map[string]string, error) {
	object, err := c.client.CoreV1().ConfigMaps(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, unlessOptional(err, optional)
	}
	return object.Data, nil
}

func (c *container) secret(ctx context.Context, namespace, name string, optional *bool) (map[string]string, error) {
	object, err := c.client.CoreV1().Secrets(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, unlessOptional(err, optional)
	}
	data := map[string]string{}
	for key, value := range object.Data {
		data[key] = string(value)
	}
	return data, nil
}

func unlessOptional(err error, optional *bool) error {
	if apierrors.IsNotFound(err) && optional != nil && *optional {
		return nil
	}
	return err
}

var keyedField = regexp.MustCompile(`^metadata\.(labels|annotations)\['(.+)'\]$`)

// field reads a downward API field. https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
func (c *container) field(object *corev1.Pod, path string) (string, error) {
	if match := keyedField.FindStringSubmatch(path); match != nil {
		if match[1] == "labels" {
			return object.Labels[match[2]], nil
		}
		return object.Annotations[match[2]], nil
	}
	switch path {
	case "metadata.name":
		return object.Name, nil
	case "metadata.namespace":
		return object.Namespace, nil
	case "metadata.uid":
		return string(object.UID), nil
	case "spec.nodeName":
		return object.Spec.NodeName, nil
	case "spec.serviceAccountName":
		return object.Spec.ServiceAccountName, nil
	case "status.podIP", "status.podIPs":
		return c.address(), nil
	case "status.hostIP", "status.hostIPs":
		return cmp.Or(c.nodeIP(), c.address()), nil
	}
	return "", fmt.Errorf("fieldPath %q is not known to the local stack's nodes", path)
}

var reference = regexp.MustCompile(`\$\$|\$\([A-Za-z_.-][A-Za-z0-9_.-]*\)`)

// expand replaces $(NAME) by a known variable and $$ by $; an unknown reference stays as it is.
func expand(text string, values map[string]string) string {
	return reference.ReplaceAllStringFunc(text, func(match string) string {
		if match == "$$" {
			return "$"
		}
		if value, found := values[match[2:len(match)-1]]; found {
			return value
		}
		return match
	})
}
