package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// The keys under which the KServe V1 protocol takes instances; inputs is the other name of instances.
const (
	keyInstances = "instances"
	keyInputs    = "inputs"
)

// decodeInstances reads the body of a prediction: {"instances": [[1,2],[3,4]]} with many instances, or
// {"instances": [1,2]} with one. Every instance has one number per feature. Errors say what was expected, and where.
func decodeInstances(body []byte, features []string) ([][]float64, error) {
	key, values, err := decodeEnvelope(body)
	if err != nil {
		return nil, err
	}
	if len(values) == 0 {
		return nil, fmt.Errorf("%s is empty: expected at least one instance with %s", key, featureList(features))
	}
	if kindOf(values[0]) != "a list" {
		instance, err := decodeInstance(key, values, features)
		if err != nil {
			return nil, err
		}
		return [][]float64{instance}, nil
	}
	instances := make([][]float64, len(values))
	for i, value := range values {
		at := fmt.Sprintf("%s[%d]", key, i)
		var numbers []json.RawMessage
		if kindOf(value) != "a list" {
			return nil, fmt.Errorf("%s is %s: expected a list of %s", at, kindOf(value), featureList(features))
		}
		if err := json.Unmarshal(value, &numbers); err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		if instances[i], err = decodeInstance(at, numbers, features); err != nil {
			return nil, err
		}
	}
	return instances, nil
}

// decodeEnvelope returns the key in use and the list below it.
func decodeEnvelope(body []byte) (key string, values []json.RawMessage, err error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	var envelope map[string]json.RawMessage
	if err := decoder.Decode(&envelope); err != nil {
		return "", nil, jsonError(err)
	}
	end := decoder.InputOffset()
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return "", nil, fmt.Errorf("the JSON object ends, but the body goes on after byte %d", end)
	}
	instances, hasInstances := envelope[keyInstances]
	inputs, hasInputs := envelope[keyInputs]
	switch {
	case hasInstances && hasInputs:
		return "", nil, errors.New(`the body has both "instances" and "inputs": expected one of them`)
	case hasInstances:
		key = keyInstances
	case hasInputs:
		key, instances = keyInputs, inputs
	default:
		return "", nil, errors.New(`the body has no "instances": expected {"instances": [[...], ...]} or {"instances": [...]}`)
	}
	if kind := kindOf(instances); kind != "a list" {
		return "", nil, fmt.Errorf("%s is %s: expected a list", key, kind)
	}
	if err := json.Unmarshal(instances, &values); err != nil {
		return "", nil, fmt.Errorf("%s: %w", key, err)
	}
	return key, values, nil
}

func decodeInstance(at string, values []json.RawMessage, features []string) ([]float64, error) {
	instance := make([]float64, len(values))
	for i, value := range values {
		feature := "one of " + featureList(features)
		if i < len(features) {
			feature = features[i]
		}
		if kind := kindOf(value); kind != "a number" {
			return nil, fmt.Errorf("%s[%d] is %s: expected a number (%s)", at, i, kind, feature)
		}
		number, err := strconv.ParseFloat(string(value), 64)
		if err != nil || math.IsInf(number, 0) {
			return nil, fmt.Errorf("%s[%d] is out of range: expected a 64-bit floating-point number (%s)", at, i, feature)
		}
		instance[i] = number
	}
	if len(values) != len(features) {
		return nil, fmt.Errorf("%s has %s: expected %s", at, plural(len(values)), featureList(features))
	}
	return instance, nil
}

// kindOf names the type of a valid JSON value by its first character.
func kindOf(value json.RawMessage) string {
	switch value[0] {
	case '[':
		return "a list"
	case '{':
		return "an object"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	default:
		return "a number"
	}
}

func jsonError(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return errors.New(`the body is empty: expected {"instances": [[...], ...]}`)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the body is not valid JSON: it ends too early")
	case errors.As(err, &syntax):
		return fmt.Errorf("the body is not valid JSON: %w, at byte %d", err, syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Errorf(`the body is a JSON %s: expected an object, {"instances": [[...], ...]}`, kind.Value)
	default:
		return fmt.Errorf("the body is not valid JSON: %w", err)
	}
}

func featureList(features []string) string {
	return plural(len(features)) + " (" + strings.Join(features, ", ") + ")"
}

func plural(count int) string {
	if count == 1 {
		return "1 value"
	}
	return fmt.Sprintf("%d values", count)
}
