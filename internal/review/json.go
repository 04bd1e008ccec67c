package review

import (
	"encoding/json"
	"io"
	"reflect"
)

// Version is that of the JSON form. Fields are added without a new one; one that is renamed, removed or changes its meaning makes a new
// one.
const Version = 1

// Document is the JSON form. Lists are never null.
type Document struct {
	// Version of the form, 1.
	Version int `json:"version"`
	// Reports are those of the environments, in the order of the files.
	Reports []Report `json:"reports"`
}

// WriteJSON writes the reports as one Document.
func WriteJSON(w io.Writer, reports []Report) error {
	d := Document{Version: Version, Reports: append([]Report{}, reports...)}
	fill(reflect.ValueOf(&d).Elem())
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(d)
}

// fill puts empty lists in the place of those that are nil.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fill(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			fill(v.Index(i))
		}
	}
}
