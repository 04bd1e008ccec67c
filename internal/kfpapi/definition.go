package kfpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Definition is a compiled pipeline, as `kfp dsl compile` writes it
// (https://github.com/kubeflow/pipelines/blob/2.17.0/api/v2alpha1/pipeline_spec.proto).
type Definition struct {
	// Name of the pipeline.
	Name string
	// Text is the whole file.
	Text []byte
	// Parameters are the types of the inputs by name, such as NUMBER_INTEGER.
	Parameters map[string]string
	// Tasks are the steps.
	Tasks []string
}

// Types of inputs that can be given on a command line.
const (
	typeString  = "STRING"
	typeInteger = "NUMBER_INTEGER"
	typeDouble  = "NUMBER_DOUBLE"
	typeBoolean = "BOOLEAN"
	typeList    = "LIST"
	typeStruct  = "STRUCT"
)

// ParseDefinition reads a compiled pipeline. A second document, with what is Kubernetes' alone, is left as it is.
func ParseDefinition(text []byte) (Definition, error) {
	var file struct {
		PipelineInfo struct {
			Name string `yaml:"name"`
		} `yaml:"pipelineInfo"`
		Root struct {
			Dag struct {
				Tasks map[string]any `yaml:"tasks"`
			} `yaml:"dag"`
			InputDefinitions struct {
				Parameters map[string]struct {
					Type string `yaml:"parameterType"`
				} `yaml:"parameters"`
			} `yaml:"inputDefinitions"`
		} `yaml:"root"`
	}
	if err := yaml.NewDecoder(bytes.NewReader(text)).Decode(&file); err != nil {
		return Definition{}, fmt.Errorf("it is not a compiled pipeline: %w", err)
	}
	if file.PipelineInfo.Name == "" || len(file.Root.Dag.Tasks) == 0 {
		return Definition{}, errors.New("it is not a compiled pipeline: it has no pipelineInfo.name, or no steps below root.dag.tasks; fix: " +
			"compile it, as with `python -m fraud_detection compile`")
	}
	d := Definition{Name: file.PipelineInfo.Name, Text: text, Parameters: map[string]string{},
		Tasks: slices.Sorted(maps.Keys(file.Root.Dag.Tasks))}
	for name, p := range file.Root.InputDefinitions.Parameters {
		d.Parameters[name] = p.Type
	}
	return d, nil
}

// VersionName is the name of the pipeline's version with this very text: the pipeline's, and the beginning of the digest of the text.
func (d Definition) VersionName() string {
	sum := sha256.Sum256(d.Text)
	return d.Name + "-" + hex.EncodeToString(sum[:])[:12]
}

// Values reads inputs that are written as name=value, each by the type that the pipeline gives it. The error joins all faults.
func (d Definition) Values(given []string) (map[string]any, error) {
	values, faults := map[string]any{}, []error{}
	for _, text := range given {
		name, written, _ := strings.Cut(text, "=")
		kind, known := d.Parameters[name]
		_, twice := values[name]
		var err error
		switch {
		case !strings.Contains(text, "="):
			err = fmt.Errorf("it has no value; allowed: NAME=VALUE, such as %s", d.example())
		case !known:
			err = fmt.Errorf("the pipeline %s has no such input; allowed: %s", d.Name, strings.Join(slices.Sorted(maps.Keys(d.Parameters)), ", "))
		case twice:
			err = errors.New("it is given twice; fix: give it once")
		default:
			values[name], err = value(kind, written)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("param %q: %w", text, err))
		}
	}
	return values, errors.Join(faults...)
}

// example is an input as it is written.
func (d Definition) example() string {
	for _, name := range slices.Sorted(maps.Keys(d.Parameters)) {
		if d.Parameters[name] == typeInteger {
			return name + "=1"
		}
	}
	return "seed=1"
}

// value reads one value of a type.
func value(kind, written string) (into any, err error) {
	allowed := ""
	switch kind {
	case typeString:
		return written, nil
	case typeInteger:
		allowed = "a whole number"
		into, err = strconv.ParseInt(written, 10, 64)
	case typeDouble:
		allowed = "a number"
		number, other := strconv.ParseFloat(written, 64)
		if into, err = number, other; math.IsNaN(number) || math.IsInf(number, 0) {
			err = errors.New("JSON has no such number")
		}
	case typeBoolean:
		allowed = "true, false"
		if into = written == "true"; written != "true" && written != "false" {
			err = errors.New("another word")
		}
	case typeList:
		allowed = "a list as JSON, such as [1, 2]"
		var list []any
		err, into = json.Unmarshal([]byte(written), &list), &list
	case typeStruct:
		allowed = `a mapping as JSON, such as {"a": 1}`
		var mapping map[string]any
		err, into = json.Unmarshal([]byte(written), &mapping), &mapping
	default:
		return nil, fmt.Errorf("its type is %s, which cannot be given here; fix: give it a default in the pipeline", kind)
	}
	if err != nil {
		return nil, fmt.Errorf("%q is not one; allowed: %s", written, allowed)
	}
	return into, nil
}
