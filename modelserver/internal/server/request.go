package server

import (
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

// decodeInstances reads the body of a prediction, {"instances": [[1,2],[3,4]]} with many instances or {"instances": [1,2]} with one, and
// gives each instance to take, which must not keep it. Every instance has one number per feature. It stops at the first value that does
// not fit, so that a body costs no more than its largest value. Errors say what was expected, and where; an error of take is returned as it
// is, one of the reader is wrapped.
func decodeInstances(body io.Reader, features []string, take func(instance []float64) error) error {
	r := &bodyReader{decoder: json.NewDecoder(body), features: features, instance: make([]float64, 0, len(features)), take: take}
	r.decoder.UseNumber()
	return r.envelope()
}

// bodyReader reads one body, token by token.
type bodyReader struct {
	decoder  *json.Decoder
	features []string
	instance []float64
	take     func([]float64) error
}

// envelope reads the object around the instances, and that nothing follows it.
func (r *bodyReader) envelope() error {
	first, err := r.decoder.Token()
	if errors.Is(err, io.EOF) {
		return errors.New(`the body is empty: expected {"instances": [[...], ...]}`)
	}
	if err != nil {
		return r.explain(err)
	}
	seen := ""
	switch first {
	case json.Delim('{'):
		if seen, err = r.members(); err != nil {
			return err
		}
	case nil:
	default:
		return fmt.Errorf(`the body is %s: expected an object, {"instances": [[...], ...]}`, kindOf(first))
	}
	end := r.decoder.InputOffset()
	switch _, err := r.decoder.Token(); {
	case err == nil || isSyntax(err) || errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the JSON object ends, but the body goes on after byte %d", end)
	case !errors.Is(err, io.EOF):
		return r.explain(err)
	case seen == "":
		return errors.New(`the body has no "instances": expected {"instances": [[...], ...]} or {"instances": [...]}`)
	}
	return nil
}

// members reads the members of the object, and returns the key that held the instances.
func (r *bodyReader) members() (seen string, err error) {
	for {
		token, err := r.next()
		if err != nil || token == json.Delim('}') {
			return seen, err
		}
		key, _ := token.(string)
		switch {
		case key != keyInstances && key != keyInputs:
			if err = r.decoder.Decode(&ignored{}); err != nil {
				err = r.explain(err)
			}
		case seen == key:
			err = fmt.Errorf("the body has %q twice: expected it once", key)
		case seen != "":
			err = errors.New(`the body has both "instances" and "inputs": expected one of them`)
		default:
			seen, err = key, r.list(key)
		}
		if err != nil {
			return seen, err
		}
	}
}

// list reads the list of instances, or the one instance.
func (r *bodyReader) list(key string) error {
	token, err := r.next()
	if err != nil {
		return err
	}
	if token != json.Delim('[') {
		return fmt.Errorf("%s is %s: expected a list", key, kindOf(token))
	}
	for i := 0; ; i++ {
		token, err := r.next()
		switch {
		case err != nil:
			return err
		case token == json.Delim(']') && i == 0:
			return fmt.Errorf("%s is empty: expected at least one instance with %s", key, featureList(r.features))
		case token == json.Delim(']'):
			return nil
		case token == json.Delim('['):
			if token, err = r.next(); err == nil {
				err = r.values(func() string { return fmt.Sprintf("%s[%d]", key, i) }, token)
			}
		case i == 0:
			return r.values(func() string { return key }, token)
		default:
			err = fmt.Errorf("%s[%d] is %s: expected a list of %s", key, i, kindOf(token), featureList(r.features))
		}
		if err != nil {
			return err
		}
	}
}

// values reads one instance from its first value to its end, and hands it over. where is its place in the body.
func (r *bodyReader) values(where func() string, token json.Token) error {
	r.instance = r.instance[:0]
	for token != json.Delim(']') {
		i := len(r.instance)
		if i == len(r.features) {
			return fmt.Errorf("%s has more than %s", where(), featureList(r.features))
		}
		text, isNumber := token.(json.Number)
		if !isNumber {
			return fmt.Errorf("%s[%d] is %s: expected a number (%s)", where(), i, kindOf(token), r.features[i])
		}
		number, err := strconv.ParseFloat(string(text), 64)
		if err != nil || math.IsInf(number, 0) {
			return fmt.Errorf("%s[%d] is out of range: expected a 64-bit floating-point number (%s)", where(), i, r.features[i])
		}
		r.instance = append(r.instance, number)
		if token, err = r.next(); err != nil {
			return err
		}
	}
	if len(r.instance) != len(r.features) {
		return fmt.Errorf("%s has %s: expected %s", where(), plural(len(r.instance)), featureList(r.features))
	}
	return r.take(r.instance)
}

// ignored is a value that is not read. The decoder bounds how deep it nests.
type ignored struct{}

// UnmarshalJSON implements json.Unmarshaler.
func (*ignored) UnmarshalJSON([]byte) error { return nil }

// next returns the next token inside the body's object.
func (r *bodyReader) next() (json.Token, error) {
	token, err := r.decoder.Token()
	if err != nil {
		return nil, r.explain(err)
	}
	return token, nil
}

// kindOf names the kind of value that a token is, or begins.
func kindOf(token json.Token) string {
	switch token.(type) {
	case json.Delim:
		if token == json.Delim('[') {
			return "a list"
		}
		return "an object"
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case nil:
		return "null"
	default:
		return "a number"
	}
}

func isSyntax(err error) bool { return errors.As(err, new(*json.SyntaxError)) }

// explain says what is wrong with the JSON, and where the value begins in which it is; an error of the reader is wrapped.
func (r *bodyReader) explain(err error) error {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the body is not valid JSON: it ends too early")
	case isSyntax(err):
		return fmt.Errorf("the body is not valid JSON: %w, at byte %d", err, r.decoder.InputOffset()+1)
	default:
		return fmt.Errorf("the body could not be read: %w", err)
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
