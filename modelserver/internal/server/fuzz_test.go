package server

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"testing"
)

// decode returns what decodeInstances reads from a body.
func decode(body []byte, features []string) (instances [][]float64, err error) {
	err = decodeInstances(bytes.NewReader(body), features, func(instance []float64) error {
		instances = append(instances, slices.Clone(instance))
		return nil
	})
	return instances, err
}

// Whatever is accepted must be what a plain decoder of one of the two shapes would have read.
func FuzzDecodeInstances(f *testing.F) {
	for _, body := range []string{
		`{"instances":[1,2]}`, `{"inputs":[[1,2],[3,4]]}`, `{"instances":[[1,"2"]]}`, `{"instances":[]}`, `{"instances":null}`,
		`{"instances":[1,[2]]}`, `{"instances":[-1.5e3,2]} `, `{`, `[]`, ``, `{"instances":[1e999,2]}`, `{"instances":[[1,2],{"a":1}],"x":"é"}`,
		`{"instances":[0,0,0]}`, `{"instances":[[],[]]}`, `[[[[`, `{"x":[[[[`, `{"x":{"y":[1]},"instances":[1,2]}`,
		`{"inputs":[1,2],"inputs":[3,4]}`,
		`{"instances":[1,2]}{}`, `{"instances":[1,2],}`, `{"instances":[1,,2]}`, `{"\u0069nputs":[1,2]}`, `null`, `{"instances":[[1,2]`,
	} {
		f.Add([]byte(body))
	}
	features := []string{"a", "b"}
	f.Fuzz(func(t *testing.T, body []byte) {
		instances, err := decode(body, features)
		if err != nil {
			if err.Error() == "" {
				t.Fatalf("%q: an error without a text", body)
			}
			return
		}
		if len(instances) == 0 {
			t.Fatalf("%q: no instances and no error", body)
		}
		for _, instance := range instances {
			if len(instance) != len(features) {
				t.Fatalf("%q: instance %v", body, instance)
			}
			for _, value := range instance {
				if math.IsNaN(value) || math.IsInf(value, 0) {
					t.Fatalf("%q: value %v", body, value)
				}
			}
		}
		var envelope map[string]json.RawMessage
		if err := json.Unmarshal(body, &envelope); err != nil {
			t.Fatalf("%q was accepted: %v", body, err)
		}
		list, ok := envelope[keyInstances]
		if !ok {
			list = envelope[keyInputs]
		}
		var one []float64
		var many [][]float64
		if json.Unmarshal(list, &one) == nil {
			many = [][]float64{one}
		} else if err := json.Unmarshal(list, &many); err != nil {
			t.Fatalf("%q was accepted: %v", body, err)
		}
		want, _ := json.Marshal(many)
		got, _ := json.Marshal(instances)
		if string(want) != string(got) {
			t.Fatalf("%q: got %s, want %s", body, got, want)
		}
	})
}
