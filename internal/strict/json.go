package strict

import (
	"encoding/json"
	"errors"
	"fmt"
)

// JSON is the error of a decoder of JSON in words: without the types of the program, which say nothing to whoever wrote the file.
func JSON(err error) error {
	var kind *json.UnmarshalTypeError
	if !errors.As(err, &kind) {
		return err
	}
	if kind.Field == "" {
		return fmt.Errorf("it has a JSON %s where something else belongs", kind.Value)
	}
	return fmt.Errorf("it has a JSON %s at %s, where something else belongs", kind.Value, kind.Field)
}
