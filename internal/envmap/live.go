package envmap

// Live is what models do at a moment, where the map is served by what runs them.
type Live struct {
	// Models by name.
	Models map[string]LiveModel `json:"models"`
	// Measured says that there are measurements of requests, and Note why there are none.
	Measured bool   `json:"measured"`
	Note     string `json:"note"`
}

// States of a model.
const (
	Healthy = "healthy"
	Partly  = "partly"
	Down    = "down"
)

// LiveModel is what a model does.
type LiveModel struct {
	// Health is healthy where all pods that are wanted are ready, partly where some are, and down where none is.
	Health string `json:"health"`
	// Ready is the number of pods that answer, of those Wanted.
	Ready  int `json:"ready"`
	Wanted int `json:"wanted"`
	// Requests and Failed are by second, and P99 is in seconds; null where nothing was measured.
	Requests *float64 `json:"requests"`
	Failed   *float64 `json:"failed"`
	P99      *float64 `json:"p99"`
}

// HealthOf is the health of a model by its pods.
func HealthOf(ready, wanted int) string {
	switch {
	case ready == 0:
		return Down
	case ready < wanted:
		return Partly
	}
	return Healthy
}
