package resource

// Rewrite is a copy of a property in which values are replaced: wherever replace says true its value stands for what it was given, and
// nothing below that is looked at.
func Rewrite(property any, replace func(any) (any, bool)) any {
	if value, replaced := replace(property); replaced {
		return value
	}
	switch v := property.(type) {
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = Rewrite(item, replace)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(v))
		for key, item := range v {
			object[key] = Rewrite(item, replace)
		}
		return object
	}
	return property
}
