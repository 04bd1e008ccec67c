package pipelines

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// Object is an object of Kubernetes as its manifest says it. Values that are known later stand for themselves, as strings do.
type Object map[string]any

// Kind is the object's kind.
func (o Object) Kind() string { return text(o["kind"]) }

// ApiVersion is the version of its API, such as apps/v1.
func (o Object) ApiVersion() string { return text(o["apiVersion"]) }

// Name is its name.
func (o Object) Name() string {
	meta, _ := o["metadata"].(map[string]any)
	return text(meta["name"])
}

// Type is the type token by which the provider of Kubernetes knows it.
func (o Object) Type() string {
	version := o.ApiVersion()
	if !strings.Contains(version, "/") {
		version = "core/" + version
	}
	return "kubernetes:" + version + ":" + o.Kind()
}

// String is kind and name, for messages.
func (o Object) String() string { return o.Kind() + " " + o.Name() }

// text is a value where it is a string, else "".
func text(value any) string {
	s, _ := value.(string)
	return s
}

// separator is the line between two documents of YAML.
var separator = regexp.MustCompile(`(?m)^---[ \t]*$`)

// Parse reads the objects of a file of manifests.
func Parse(manifests string) ([]Object, error) {
	var all []Object
	for i, document := range separator.Split(manifests, -1) {
		object := Object{}
		if err := yaml.Unmarshal([]byte(document), &object); err != nil {
			return nil, fmt.Errorf("document %d is not an object of Kubernetes: %w", i+1, err)
		}
		if len(object) == 0 {
			continue
		}
		if object.Kind() == "" || object.ApiVersion() == "" || object.Name() == "" {
			return nil, fmt.Errorf("document %d is not an object of Kubernetes: it has no apiVersion, kind or name", i+1)
		}
		all = append(all, object)
	}
	return all, nil
}

// Digest is the SHA-256 digest of objects, as sha256:<64 hexadecimal digits>: over the JSON of each with sorted keys, one a line, in the
// order of the lines. Comments, quoting and the order of documents, which differ with the version of kustomize, do not change it.
func Digest(objects []Object) (string, error) {
	lines := make([]string, len(objects))
	for i, object := range objects {
		line, err := json.Marshal(object)
		if err != nil {
			return "", fmt.Errorf("taking the digest of %s: %w", object, err)
		}
		lines[i] = string(line)
	}
	slices.Sort(lines)
	return "sha256:" + checksum(strings.Join(lines, "\n")+"\n"), nil
}

// checksum is the SHA-256 digest of a text in hexadecimal digits.
func checksum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// copied is the object with maps and lists of its own.
func (o Object) copied() Object { return Object(deep(map[string]any(o)).(map[string]any)) }

func deep(value any) any {
	switch value := value.(type) {
	case map[string]any:
		all := make(map[string]any, len(value))
		for key, item := range value {
			all[key] = deep(item)
		}
		return all
	case []any:
		all := make([]any, len(value))
		for i, item := range value {
			all[i] = deep(item)
		}
		return all
	}
	return value
}
