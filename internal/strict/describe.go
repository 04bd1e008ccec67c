package strict

import (
	"fmt"
	"strconv"
	"strings"
)

// noun names a JSON type in a sentence.
func noun(jsonType string) string {
	switch jsonType {
	case "string":
		return "a text"
	case "integer":
		return "a whole number"
	case "number":
		return "a number"
	case "boolean":
		return "true or false"
	case "array":
		return "a list"
	case "object":
		return "an object"
	case "null":
		return "no value"
	}
	return jsonType
}

// describe says which values the schema allows.
func describe(s *Schema) string {
	switch {
	case len(s.Enum) > 0:
		names := make([]string, len(s.Enum))
		for i, value := range s.Enum {
			names[i] = fmt.Sprint(value)
			if text, ok := value.(string); ok && isNumber(text) {
				names[i] = fmt.Sprintf("%q", names[i])
			}
		}
		return strings.Join(names, ", ")
	case s.Minimum != nil && s.Maximum != nil:
		return fmt.Sprintf("a whole number from %.0f to %.0f", *s.Minimum, *s.Maximum)
	case s.Type == "array":
		return "a list of " + bounds(s) + itemNoun(s.Items)
	case s.Type == "object" && len(s.Properties) > 0:
		return "an object with " + strings.Join(s.Names(), ", ")
	case s.Type == "object" && s.AdditionalProperties.schema != nil:
		return "an object whose values are each " + noun(s.AdditionalProperties.schema.Type)
	}
	return noun(s.Type)
}

// bounds writes how many items a list may have, with a space after it.
func bounds(s *Schema) string {
	switch {
	case s.MinItems != nil && s.MaxItems != nil:
		return fmt.Sprintf("%d to %d ", *s.MinItems, *s.MaxItems)
	case s.MinItems != nil:
		return fmt.Sprintf("%d or more ", *s.MinItems)
	case s.MaxItems != nil:
		return fmt.Sprintf("at most %d ", *s.MaxItems)
	}
	return ""
}

// isNumber reports whether YAML reads the text as a number.
func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}

func itemNoun(s *Schema) string {
	return map[string]string{"string": "texts", "object": "objects", "integer": "whole numbers"}[s.Type]
}
