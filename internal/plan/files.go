package plan

import (
	"fmt"
	"slices"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/serving"
)

// checkFiles refuses a model with files where nothing serves them.
func checkFiles(cfg config.Config, m modelspec.Model) error {
	switch {
	case !m.Files.Given():
		return nil
	case !cfg.Facts().On[kserve.Setting]:
		return fmt.Errorf("model %s: model gives files of format %q, but environment %s has no KServe; set modelway:kserve.enabled to true, or "+
			"give an image",
			m.Name, m.Files.Format, cfg.Environment)
	case m.Storage == modelspec.StorageNone && slices.Contains(Roles(cfg), m.Name):
		return fmt.Errorf("model %s: model gives files, which the model's role reads, but the role of an add-on of environment %s has the name "+
			"that it would have; "+
			"rename the model, and its file", m.Name, cfg.Environment)
	}
	return nil
}

// claimServices gives the name of each Service to one model: KServe's names end in -predictor, as the name of another model may. Models
// that were deployed come first.
func claimServices(models []modelspec.Model, previous Previous) (fit []modelspec.Model, faults []modelFault) {
	owners, refused := map[string]string{}, map[string]bool{}
	for _, m := range byAge(models, previous) {
		for _, v := range serving.Versions(m) {
			if owner, taken := owners[v.ServiceName()]; taken && !refused[m.Name] {
				refused[m.Name] = true
				faults = append(faults, about(m, "name", fmt.Errorf("model %s: its Service would be called %s, as that of model %s; rename the "+
					"model, and its file",
					m.Name, v.ServiceName(), owner))...)
			}
		}
		for _, v := range serving.Versions(m) {
			if !refused[m.Name] {
				owners[v.ServiceName()] = m.Name
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(models), func(m modelspec.Model) bool { return refused[m.Name] }), faults
}
