package awsprovider

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// unknown says whether a value will only be known once something else has been created.
func unknown(v any) bool {
	return v == plugin.UnknownBoolValue || v == plugin.UnknownNumberValue || v == plugin.UnknownStringValue || v == plugin.UnknownArrayValue ||
		v == plugin.UnknownObjectValue
}

// known copies a value without what is unknown or null.
func known(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			if e = known(e); e != nil {
				out[k] = e
			}
		}
		return out
	case []any:
		out := []any{}
		for _, e := range v {
			if e = known(e); e != nil {
				out = append(out, e)
			}
		}
		return out
	}
	if unknown(v) {
		return nil
	}
	return v
}

// fields returns the properties of a struct of the SDK by name.
func fields(t reflect.Type) map[string]reflect.Type {
	all := map[string]reflect.Type{}
	for i := range t.NumField() {
		if name, ok := t.Field(i).Tag.Lookup("pulumi"); ok {
			all[name] = t.Field(i).Type
		}
	}
	return all
}

// checker collects what is wrong with inputs.
type checker struct{ failures []*pulumirpc.CheckFailure }

func (c *checker) fail(property, format string, args ...any) {
	c.failures = append(c.failures, &pulumirpc.CheckFailure{Property: property, Reason: fmt.Sprintf(format, args...)})
}

func (c *checker) object(at string, t reflect.Type, in map[string]any) {
	allowed := fields(t)
	prefix := at
	if at != "" {
		prefix += "."
	}
	for _, name := range slices.Sorted(maps.Keys(in)) {
		if ft, ok := allowed[name]; ok {
			c.value(prefix+name, ft, in[name])
		} else if in[name] != nil {
			c.fail(prefix+name, "unknown property %s (value %s): allowed are %s", prefix+name, show(in[name]),
				strings.Join(slices.Sorted(maps.Keys(allowed)), ", "))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(allowed)) {
		// Lists, maps and documents have the same Go type whether required or not: package aws lists the required ones.
		if k := allowed[name].Kind(); in[name] == nil && k != reflect.Pointer && k != reflect.Slice && k != reflect.Map &&
			k != reflect.Interface {
			c.fail(prefix+name, "missing required property %s (%s)", prefix+name, describe(allowed[name]))
		}
	}
}

func (c *checker) value(at string, t reflect.Type, v any) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if v == nil || unknown(v) || t.Kind() == reflect.Interface {
		return
	}
	ok := false
	switch v := v.(type) {
	case string:
		ok = t.Kind() == reflect.String
	case bool:
		ok = t.Kind() == reflect.Bool
	case float64:
		ok = t.Kind() == reflect.Float64 || t.Kind() == reflect.Int && v == float64(int(v))
	case []any:
		if ok = t.Kind() == reflect.Slice; ok {
			for i, e := range v {
				c.value(fmt.Sprintf("%s[%d]", at, i), t.Elem(), e)
			}
		}
	case map[string]any:
		switch ok = true; t.Kind() {
		case reflect.Map:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				c.value(fmt.Sprintf("%s[%q]", at, k), t.Elem(), v[k])
			}
		case reflect.Struct:
			c.object(at, t, v)
		default:
			ok = false
		}
	}
	if !ok {
		c.fail(at, "%s is %s: allowed is %s", at, show(v), describe(t))
	}
}

func show(v any) string {
	raw, _ := json.Marshal(v)
	return string(raw)
}

// describe names a type: its properties for an object, and Go's word for any other.
func describe(t reflect.Type) string {
	if t.Kind() == reflect.Struct {
		return "an object with " + strings.Join(slices.Sorted(maps.Keys(fields(t))), ", ")
	}
	return t.String()
}

// unknownOutputs is what a preview answers to a creation: the inputs, and an unknown value for everything that AWS will compute. An
// output that may be absent is only present when it is an input.
func (s schema) unknownOutputs(in map[string]any) map[string]any {
	out := maps.Clone(in)
	for name, t := range fields(s.outputs) {
		optional := strings.HasSuffix(t.Name(), "PtrOutput") || name == "tags"
		if _, given := in[name]; !given && !optional {
			out[name] = plugin.UnknownStringValue
		}
	}
	for _, path := range s.nested {
		name, property, _ := strings.Cut(path, ".")
		if object, ok := out[name].(map[string]any); ok {
			object = maps.Clone(object)
			object[property] = plugin.UnknownStringValue
			out[name] = object
		}
	}
	if tags, ok := in["tags"]; ok {
		out["tagsAll"] = tags
	}
	return s.only(out)
}

// only drops properties that the type does not declare as outputs.
func (s schema) only(out map[string]any) map[string]any {
	declared := fields(s.outputs)
	maps.DeleteFunc(out, func(name string, _ any) bool { return declared[name] == nil })
	return out
}

// changes lists the paths at which new inputs differ from old ones: for an object that is taken away, those of all that is in it.
func changes(at string, before, after any) []string {
	old, isObject := before.(map[string]any)
	fresh, stillObject := after.(map[string]any)
	switch {
	case sameValue(before, after):
		return nil
	case !isObject || !stillObject && after != nil:
		return []string{at}
	}
	all := maps.Clone(old)
	maps.Copy(all, fresh)
	var paths []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		paths = append(paths, changes(strings.TrimPrefix(at+"."+name, "."), old[name], fresh[name])...)
	}
	return paths
}

func sameValue(a, b any) bool { return show(a) == show(b) }

// replaces says whether a change at a path needs a new resource.
func (s schema) replaces(changed string) bool {
	return slices.ContainsFunc(s.replace, func(path string) bool {
		return path == "*" && !strings.HasPrefix(changed, "tags") || changed == path || strings.HasPrefix(changed, path+".")
	})
}
