// Package lineage names, once, what ties a served version of a model to where it was made, and writes it where it is carried: labels of
// pods, annotations of the Ingress, tags of MLflow, labels of the series model_info, the header of answers. The model's file carries it as
// [modelspec.Source].
package lineage

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/modelspec"
)

// Keys of labels and tags. pipelines/ has Commit, Data and Pipeline once more, in Python.
const (
	Registry = "modelway.dev/registry"
	Name     = "modelway.dev/registered-model"
	Version  = "modelway.dev/registered-version"
	Run      = "modelway.dev/run"
	Commit   = "modelway.dev/commit"
	// Digest is that of the files, on pods an annotation that the storage initializer's digest comes from.
	Digest = kserve.DigestAnnotation
	// Data is the digest of what the run was trained with, a tag of the run and of its version.
	Data = "modelway.dev/data-digest"
	// Pipeline is the folder below pipelines/ that trained, a tag likewise.
	Pipeline = "modelway.dev/pipeline"
	// PromotedTo begins the tag of a version that tells where it was promoted to; the bucket and the model follow.
	PromotedTo = "modelway.dev/promoted-to/"

	// prefix begins all of them.
	prefix = "modelway.dev/"
)

// Annotation and CanaryAnnotation are the keys of the annotations on a model's Ingress that hold everything of a version as one text. They
// are on the Ingress, which both versions share, since KServe copies those of an InferenceService to its pods.
const (
	Annotation       = "modelway.dev/lineage"
	CanaryAnnotation = "modelway.dev/canary-lineage"
)

// Header is the header of an answer that holds everything as one text.
const Header = "X-Model-Lineage"

// link is a part of a lineage: its key, its name in the model's file, and its place in the source.
type link struct {
	key, name string
	of        func(*modelspec.Source) *string
}

var links = []link{
	{Registry, "registry", func(s *modelspec.Source) *string { return &s.Registry }},
	{Name, "name", func(s *modelspec.Source) *string { return &s.Name }},
	{Version, "version", func(s *modelspec.Source) *string { return &s.Version }},
	{Run, "run", func(s *modelspec.Source) *string { return &s.Run }},
	{Commit, "commit", func(s *modelspec.Source) *string { return &s.Commit }},
	{Digest, "digest", func(s *modelspec.Source) *string { return &s.Digest }},
}

// labelValue is what Kubernetes takes as the value of a label
// (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set).
var labelValue = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$`)

// Series are the labels of the series model_info, by the names in the model's file: the keys without what they all begin with, in the form
// of Prometheus. The model servers import nothing of this module and have them once more.
func Series() map[string]string {
	all := map[string]string{}
	for _, l := range links {
		all[l.name] = strings.ReplaceAll(strings.TrimPrefix(l.key, prefix), "-", "_")
	}
	return all
}

// Labels are those of the pods of a version: what fits into the value of a label, which an address and a digest do not.
func Labels(s modelspec.Source) map[string]string {
	all := map[string]string{}
	for _, l := range links {
		if value := *l.of(&s); labelValue.MatchString(value) {
			all[l.key] = value
		}
	}
	return all
}

// Text is everything on one line of ASCII characters, for the annotation and the header: a query, as in name=churn&version=3; "" for no
// source.
func Text(s modelspec.Source) string {
	values := url.Values{}
	for _, l := range links {
		if value := *l.of(&s); value != "" {
			values.Set(l.name, value)
		}
	}
	return values.Encode()
}

// Parse reads a text. The error says what is wrong with it.
func Parse(text string) (s modelspec.Source, err error) {
	values, err := url.ParseQuery(text)
	if err != nil {
		return s, fmt.Errorf("the lineage %q is not of the form key=value&key=value: %w", text, err)
	}
	for _, l := range links {
		*l.of(&s) = values.Get(l.name)
	}
	return s, nil
}

// Tags are what a version in the registry gets when it is promoted: its digest, and where its files are served from.
func Tags(s modelspec.Source, bucket, model, address string) map[string]string {
	return map[string]string{Digest: s.Digest, PromotedTo + bucket + "/" + model: address}
}

// Difference is a link that is not the same at two places.
type Difference struct {
	// Name of the link, as in the model's file.
	Name string
	// Want is what the model's file says, Got what the other place has; "" where it has none.
	Want, Got string
}

// Compare returns the links of a source that another place has otherwise, in the order of the file. What the source does not say is not
// compared.
func Compare(want, got modelspec.Source) (all []Difference) {
	for _, l := range links {
		if w, g := *l.of(&want), *l.of(&got); w != "" && w != g {
			all = append(all, Difference{l.name, w, g})
		}
	}
	return all
}
