package baseline

import (
	"fmt"

	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/platform/ahead"
)

// Record is what the program in a folder registers with a file of settings, Pulumi.<environment>.yaml, with plausible values for what
// AWS would compute.
func Record(root, settings string) (environment string, set resource.Set, err error) {
	found, err := ahead.LookAt(root, settings)
	if err != nil {
		return "", resource.Set{}, fmt.Errorf("recording %s: %w", settings, err)
	}
	return found.Name, found.Set(), nil
}
