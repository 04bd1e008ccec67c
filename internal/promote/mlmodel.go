package promote

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"gopkg.in/yaml.v3"
)

// MLmodelFile is the file of a model's folder in which MLflow describes it, and GoldenFile the one in which a pipeline of this project
// keeps instances with the answers of the model that was trained.
const (
	MLmodelFile = "MLmodel"
	GoldenFile  = "extra_files/golden.json"
)

// MLmodel is what MLflow writes about a model, as far as it is asked for
// (https://mlflow.org/docs/latest/ml/model/#storage-format).
type MLmodel struct {
	// Served says whether the model has the flavor python_function, by which it is served.
	Served bool
	// Inputs are those of the signature, none where the model has no signature.
	Inputs []Column
	// Outputs are those of the signature.
	Outputs []Column
}

// Column is an input or an output of a signature: a column of a table, or a tensor.
type Column struct {
	// Name is "" for a tensor or an output without one.
	Name string
	// Type is MLflow's, such as double or long, or NumPy's of a tensor, such as float64.
	Type string
	// Required says that a request must have it.
	Required bool
}

// ParseMLmodel reads the file. The error says what is wrong.
func ParseMLmodel(text []byte) (MLmodel, error) {
	var written struct {
		Flavors   map[string]any `yaml:"flavors"`
		Signature struct {
			Inputs  string `yaml:"inputs"`
			Outputs string `yaml:"outputs"`
		} `yaml:"signature"`
	}
	if err := yaml.Unmarshal(text, &written); err != nil {
		return MLmodel{}, fmt.Errorf("%s is not YAML: %w; fix: log the model again", MLmodelFile, err)
	}
	inputs, errIn := columns(written.Signature.Inputs)
	outputs, errOut := columns(written.Signature.Outputs)
	if err := errors.Join(errIn, errOut); err != nil {
		return MLmodel{}, fmt.Errorf("the signature in %s cannot be read: %w; fix: log the model again", MLmodelFile, err)
	}
	_, served := written.Flavors["python_function"]
	return MLmodel{Served: served, Inputs: inputs, Outputs: outputs}, nil
}

func columns(text string) ([]Column, error) {
	if text == "" {
		return nil, nil
	}
	var written []struct {
		Name     string `json:"name"`
		Type     string `json:"type"`
		Required *bool  `json:"required"`
		Tensor   struct {
			Type string `json:"dtype"`
		} `json:"tensor-spec"`
	}
	if err := json.Unmarshal([]byte(text), &written); err != nil {
		return nil, err
	}
	all := make([]Column, 0, len(written))
	for _, w := range written {
		c := Column{Name: w.Name, Type: w.Type, Required: w.Required == nil || *w.Required}
		if w.Tensor.Type != "" {
			c.Type = w.Tensor.Type
		}
		all = append(all, c)
	}
	return all, nil
}

// Golden are instances of a request with the answers that the trained model gave.
type Golden struct {
	Instances   json.RawMessage `json:"instances"`
	Predictions json.RawMessage `json:"predictions"`
}

// Tolerance is how far, as a part of it, an answer may be from the one of training.
const Tolerance = 1e-6

// Compare reports the first answer that differs from the golden one by more than the tolerance. answers is the list in predictions of an
// answer of the V1 protocol.
func (g Golden) Compare(answers json.RawMessage) error {
	var want, got any
	if err := json.Unmarshal(g.Predictions, &want); err != nil {
		return fmt.Errorf("%s has predictions that are not JSON: %w", GoldenFile, err)
	}
	if err := json.Unmarshal(answers, &got); err != nil {
		return fmt.Errorf("the answer is not JSON: %w", err)
	}
	return same("predictions", want, got)
}

// same compares two values of JSON, numbers within the tolerance.
func same(at string, want, got any) error {
	differs := fmt.Errorf("%s is %v where training gave %v", at, got, want)
	switch want := want.(type) {
	case float64:
		number, ok := got.(float64)
		if !ok || math.Abs(number-want) > Tolerance*math.Max(1, math.Abs(want)) {
			return differs
		}
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			return differs
		}
		for i := range want {
			if err := same(fmt.Sprintf("%s[%d]", at, i), want[i], list[i]); err != nil {
				return err
			}
		}
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok || len(object) != len(want) {
			return differs
		}
		for key := range want {
			if err := same(at+"."+key, want[key], object[key]); err != nil {
				return err
			}
		}
	default:
		if want != got {
			return differs
		}
	}
	return nil
}
