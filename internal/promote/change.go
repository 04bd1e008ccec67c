package promote

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/modelway/modelway/internal/modelspec"
)

// Format is what MLflow's files are called in a model's file.
const Format = "mlflow"

// Kinds of a change.
const (
	// KindNew makes the model's file.
	KindNew = "a new model"
	// KindReplace serves files in place of an image, at once: the canary of an image is an image.
	KindReplace = "files in place of the image, at once"
	// KindCanary serves the version beside the deployed one.
	KindCanary = "a canary"
	// KindNone leaves the file as it is.
	KindNone = "nothing: it is served already"
)

// Served are the files of a version in the model store, and where they come from.
type Served struct {
	URI    string
	Digest string
	Source modelspec.Source
}

// Change is what a command does to a model's file.
type Change struct {
	// Kind is one of those above, or what a step of a canary is.
	Kind string
	// Before and After are the texts of the file; Before is "" for a new one.
	Before, After string
}

// mapping keeps the order in which keys are written.
func mapping(pairs ...any) *yaml.Node {
	node := &yaml.Node{Kind: yaml.MappingNode}
	for i := 0; i+1 < len(pairs); i += 2 {
		value, ok := pairs[i+1].(*yaml.Node)
		if !ok {
			value = &yaml.Node{}
			value.SetString(fmt.Sprint(pairs[i+1]))
			if number, isNumber := pairs[i+1].(int); isNumber {
				value = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: fmt.Sprint(number)}
			}
		}
		key := &yaml.Node{}
		key.SetString(fmt.Sprint(pairs[i]))
		node.Content = append(node.Content, key, value)
	}
	return node
}

func sourceNode(s modelspec.Source) *yaml.Node {
	version := &yaml.Node{}
	version.SetString(s.Version)
	version.Style = yaml.DoubleQuotedStyle
	pairs := []any{"registry", s.Registry, "name", s.Name, "version", version, "run", s.Run}
	if s.Commit != "" {
		pairs = append(pairs, "commit", s.Commit)
	}
	return mapping(append(pairs, "digest", s.Digest)...)
}

// Promote changes a model's file, such as models/churn.yaml or models/risk/churn.yaml, so that it serves a version: as a canary of a
// weight in percent where files are served already. text is "" for a model without a file. The error says why the version has to wait.
func Promote(file, text string, version Served, weight int) (Change, error) {
	if text == "" {
		after := fmt.Sprintf("# yaml-language-server: $schema=./schema.json\nname: %s\n", modelOf(file))
		return change(file, KindNew, "", after, func(f *document) error { return putFiles(f, version) })
	}
	before, err := load(file, text)
	if err != nil {
		return Change{}, err
	}
	files := modelspec.CanaryFiles{URI: version.URI, Digest: version.Digest}
	switch {
	case before.Canary.Files == files && weight > before.Canary.Weight:
		return weigh(file, text, weight)
	case before.Canary.Files == files || !before.Canary.Running() && before.Files.Digest == version.Digest:
		return Change{Kind: KindNone, Before: text, After: text}, nil
	case before.Canary.Running():
		return Change{}, fmt.Errorf("%s has a canary already, %s, at %d percent, whose pods would become those of the new version under its "+
			"requests; "+
			"fix: %s", file, canaryName(before), before.Canary.Weight, wayOut(before))
	case before.Image != "":
		return change(file, KindReplace, text, text, func(f *document) error {
			return errors.Join(f.remove("canary"), f.rename("image", "model"), putFiles(f, version))
		})
	case before.Files.Format != Format:
		return Change{}, fmt.Errorf("%s has files of the format %s, and a canary has the format of its model; allowed: %s; fix: give the "+
			"version to a model of another name", file, before.Files.Format, Format)
	}
	return change(file, KindCanary, text, text, func(f *document) error {
		return f.put("canary", mapping(
			"model", mapping("uri", version.URI, "digest", version.Digest), "weight", weight, "source", sourceNode(version.Source)))
	})
}

// wayOut is how a model gets rid of its canary.
func wayOut(m modelspec.Model) string {
	switch {
	case m.Canary.Files == (modelspec.CanaryFiles{}):
		return "write its image as the model's, or not, remove `canary`, and deploy"
	case m.Canary.Files.Digest == m.Files.Digest:
		return fmt.Sprintf("`modelway promote %s --settle` once more, and deploy", m.Name)
	}
	return fmt.Sprintf("`modelway promote %s --finish` and --settle, or --rollback and --remove, and deploy", m.Name)
}

func putFiles(f *document, version Served) error {
	return errors.Join(f.put("model", mapping("format", Format, "uri", version.URI, "digest", version.Digest)),
		f.put("source", sourceNode(version.Source)))
}

func canaryName(m modelspec.Model) string {
	if m.Canary.Source.Given() {
		return "version " + m.Canary.Source.Version
	}
	return m.Canary.Number()
}

// Finish gives a canary all requests: one line changes.
func Finish(file, text string) (Change, error) { return weigh(file, text, 100) }

// Rollback gives the deployed version all requests: one line changes. It has been running all along.
func Rollback(file, text string) (Change, error) { return weigh(file, text, 0) }

func weigh(file, text string, weight int) (Change, error) {
	before, err := canaryOf(file, text)
	if err != nil {
		return Change{}, err
	}
	if before.Files.Given() && before.Canary.Files.Digest == before.Files.Digest && weight < before.Canary.Weight {
		return Change{}, fmt.Errorf("the canary of %s, %s, is the model's version already, so that less weight brings nothing back; fix: `git "+
			"revert` "+
			"of the last change, or `modelway promote %s --settle`, deploy, and promote the version of before", file, canaryName(before),
			before.Name)
	}
	kind := fmt.Sprintf("the canary, %s, gets %d percent of the requests", canaryName(before), weight)
	if before.Canary.Weight == weight {
		return Change{Kind: KindNone, Before: text, After: text}, nil
	}
	return change(file, kind, text, text, func(f *document) error {
		if f.setNumber(weight, "canary", "weight") {
			return nil
		}
		canary := f.at("canary")
		if indexOf(canary, "weight") >= 0 || canary.Kind != yaml.MappingNode {
			return fmt.Errorf("%s: canary.weight %w", f.name, errForm)
		}
		added := mapping("weight", weight)
		canary.Content = append(canary.Content, added.Content...)
		return f.put("canary", canary)
	})
}

// Settle makes a canary that has all requests the version of the model, in two steps that are deployed one after the other: it writes its
// files as the model's, and then removes the canary, which keeps all requests until then, since the pods of the model take a while to have
// the files.
func Settle(file, text string) (Change, error) {
	before, err := canaryOf(file, text)
	if err != nil {
		return Change{}, err
	}
	switch c := before.Canary; {
	case before.Files.Given() && c.Files.Digest == before.Files.Digest:
		return change(file, "the canary, which is the model's version by now, is removed", text, text, func(f *document) error {
			return f.remove("canary")
		})
	case !before.Files.Given():
		return Change{}, fmt.Errorf("%s has a canary of an image; allowed: one of files; fix: write its image as the model's", file)
	case c.Weight != 100:
		return Change{}, fmt.Errorf("the canary of %s has %d percent of the requests; allowed: 100; fix: `modelway promote %s --finish`, "+
			"deploy, "+
			"and look at it", file, c.Weight, before.Name)
	}
	if len(before.Canary.Env) > 0 {
		return Change{}, fmt.Errorf("%s has canary.env, which would be lost; fix: write what is in it under env, remove canary.env, and "+
			"--settle again",
			file)
	}
	return change(file, "the canary's files become the model's", text, text, func(f *document) error {
		c := before.Canary
		if err := f.put("model", mapping("format", before.Files.Format, "uri", c.Files.URI, "digest", c.Files.Digest)); err != nil {
			return err
		}
		if !c.Source.Given() {
			return f.remove("source")
		}
		return f.put("source", sourceNode(c.Source))
	})
}

// Remove takes a canary without requests out.
func Remove(file, text string) (Change, error) {
	before, err := canaryOf(file, text)
	if err != nil {
		return Change{}, err
	}
	if before.Canary.Weight != 0 {
		return Change{}, fmt.Errorf("the canary of %s has %d percent of the requests; allowed: 0; fix: `modelway promote %s --rollback`, and "+
			"deploy",
			file, before.Canary.Weight, before.Name)
	}
	return change(file, "the canary is removed", text, text, func(f *document) error { return f.remove("canary") })
}

func canaryOf(file, text string) (modelspec.Model, error) {
	if text == "" {
		return modelspec.Model{}, fmt.Errorf("there is no %s; fix: `modelway promote NAME@ALIAS` makes it", file)
	}
	before, err := load(file, text)
	if err == nil && !before.Canary.Running() {
		err = fmt.Errorf("%s has no canary; fix: `modelway promote NAME@ALIAS` adds one", file)
	}
	return before, err
}

// change edits a text, and refuses an outcome that is not a valid model.
func change(file, kind, before, text string, edit func(*document) error) (Change, error) {
	f, err := readFile(file, text)
	if err != nil {
		return Change{}, err
	}
	if err := edit(f); err != nil {
		return Change{}, err
	}
	if _, err := load(file, f.text()); err != nil {
		return Change{}, fmt.Errorf("%s cannot serve it: after the change\n%w", file, err)
	}
	return Change{Kind: kind, Before: before, After: f.text()}, nil
}

func modelOf(file string) string { return strings.TrimSuffix(filepath.Base(file), modelspec.Extension) }

// load reads the text of a model's file as the program does.
func load(file, text string) (modelspec.Model, error) {
	return modelspec.Parse(filepath.ToSlash(file), []byte(text))
}
