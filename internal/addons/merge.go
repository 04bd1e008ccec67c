package addons

import "maps"

// Merge returns base with override laid over it, as Helm lays one values file over another: maps are merged key by key,
// and any other value, a list included, is replaced whole. Neither argument is changed.
func Merge(base, override map[string]any) map[string]any {
	merged := maps.Clone(base)
	if merged == nil {
		merged = make(map[string]any, len(override))
	}
	for key, value := range override {
		below, isMap := merged[key].(map[string]any)
		above, overIsMap := value.(map[string]any)
		if isMap && overIsMap {
			value = Merge(below, above)
		}
		merged[key] = value
	}
	return merged
}
