package nodes

import (
	"cmp"
	"context"
	"fmt"
	"regexp"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// environment resolves the container's variables, those from ConfigMaps, Secrets and the downward API included.
func (c *container) environment(ctx context.Context, object *corev1.Pod) (map[string]string, error) {
	values := map[string]string{}
	for _, from := range c.spec.EnvFrom {
		var data map[string]string
		var err error
		if ref := from.ConfigMapRef; ref != nil {
			data, err = c.configMap(ctx, object.Namespace, ref.Name, ref.Optional)
		} else if ref := from.SecretRef; ref != nil {
			data, err = c.secret(ctx, object.Namespace, ref.Name, ref.Optional)
		}
		if err != nil {
			return nil, err
		}
		for key, value := range data {
			values[from.Prefix+key] = value
		}
	}
	for _, variable := range c.spec.Env {
		if variable.ValueFrom == nil {
			values[variable.Name] = expand(variable.Value, values)
			continue
		}
		value, found, err := c.valueFrom(ctx, object, variable.ValueFrom)
		if err != nil {
			return nil, fmt.Errorf("variable %s: %w", variable.Name, err)
		}
		if found {
			values[variable.Name] = value
		}
	}
	return values, nil
}

func (c *container) valueFrom(ctx context.Context, object *corev1.Pod, from *corev1.EnvVarSource) (string, bool, error) {
	var data map[string]string
	var key string
	var optional *bool
	var err error
	switch {
	case from.FieldRef != nil:
		data, key = c.fields(object), from.FieldRef.FieldPath
	case from.ConfigMapKeyRef != nil:
		ref := from.ConfigMapKeyRef
		key, optional = ref.Key, ref.Optional
		data, err = c.configMap(ctx, object.Namespace, ref.Name, optional)
	case from.SecretKeyRef != nil:
		ref := from.SecretKeyRef
		key, optional = ref.Key, ref.Optional
		data, err = c.secret(ctx, object.Namespace, ref.Name, optional)
	default:
		err = fmt.Errorf("the local stack's nodes know fieldRef, configMapKeyRef and secretKeyRef only")
	}
	value, found := data[key]
	if err == nil && !found && (optional == nil || !*optional) {
		err = fmt.Errorf("there is no %s", key)
	}
	return value, found, err
}

// fields are those of the downward API: https://kubernetes.io/docs/concepts/workloads/pods/downward-api/.
func (c *container) fields(object *corev1.Pod) map[string]string {
	host := cmp.Or(c.nodeIP(), c.address())
	fields := map[string]string{
		"metadata.name": object.Name, "metadata.namespace": object.Namespace, "metadata.uid": string(object.UID),
		"spec.nodeName": object.Spec.NodeName, "spec.serviceAccountName": object.Spec.ServiceAccountName,
		"status.podIP": c.address(), "status.podIPs": c.address(), "status.hostIP": host, "status.hostIPs": host,
	}
	for key, value := range object.Labels {
		fields["metadata.labels['"+key+"']"] = value
	}
	for key, value := range object.Annotations {
		fields["metadata.annotations['"+key+"']"] = value
	}
	return fields
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
