package alb

import "strings"

// pairs reads an annotation of comma-separated key=value pairs, a backslash making the next character literal; false when it
// is absent or malformed. A comma behind the last pair belongs to its value, as in LBC (pkg/annotations/parser.go).
func (a annotations) pairs(name string) (map[string]string, bool) {
	raw, stated := a.values[name]
	if !stated {
		return nil, false
	}
	pairs := map[string]string{}
	for _, item := range splitPairs(raw) {
		key, value, found := strings.Cut(item, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if !found || key == "" {
			a.refuse(a.ingress, InvalidAnnotation, "annotation %s %q must be comma-separated key=value pairs; %q is none", name, raw, item)
			return nil, false
		}
		pairs[key] = value
	}
	return pairs, true
}

// splitPairs splits at commas and drops the backslash of each escaped character.
func splitPairs(raw string) []string {
	var items []string
	var item strings.Builder
	for i := 0; i < len(raw); i++ {
		rest := strings.TrimSpace(raw[i+1:])
		switch {
		case raw[i] == '\\' && i+1 < len(raw):
			i++
			item.WriteByte(raw[i])
		case raw[i] == ',' && rest != "":
			items = append(items, item.String())
			item.Reset()
			if !strings.Contains(rest, "=") {
				return append(items, rest)
			}
		default:
			item.WriteByte(raw[i])
		}
	}
	if item.Len() > 0 {
		items = append(items, item.String())
	}
	return items
}
