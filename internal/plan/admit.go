package plan

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
)

// Admission is the outcome of Admit.
type Admission struct {
	Plan   Plan
	Models []modelspec.Model
	// Warnings name the models that are left out, or run on as they were last deployed.
	Warnings []string
}

// Admit decides which models are served. Where the environment fails on an invalid model, the error joins everything that is wrong. Where
// it skips them, each invalid model runs on as it was last deployed, or is left out if it never was; the error is then what concerns
// more than one model, or a deployed model that cannot run on.
func Admit(cfg config.Config, set modelspec.Set, previous Previous) (Admission, error) {
	if cfg.Models.OnInvalidModel != config.OnInvalidModelSkip {
		p, faults, err := Preflight(cfg, set.Models, previous)
		faults = located(set, faults)
		all := make([]error, 0, len(set.Invalid)+2)
		for _, invalid := range set.Invalid {
			all = append(all, invalid.Faults)
		}
		return Admission{Plan: p, Models: set.Models}, errors.Join(append(all, Joined(faults), err)...)
	}
	s := &skipper{previous: previous, models: slices.Clone(set.Models)}
	for _, invalid := range set.Invalid {
		if s.find(invalid.Name) >= 0 { // a folder or another file of the name, beside the model's own
			s.warn(invalid.Name, "is served all the same", invalid.Faults)
			continue
		}
		s.skip(invalid.Name, invalid.Faults)
	}
	for {
		p, faults, err := Preflight(cfg, s.models, previous)
		faults = located(set, faults)
		if len(faults) == 0 {
			return Admission{p, s.models, s.warnings}, errors.Join(errors.Join(s.stuck...), err)
		}
		for len(faults) > 0 {
			name := faults[0].model
			next := slices.IndexFunc(faults, func(f modelFault) bool { return f.model != name })
			if next < 0 {
				next = len(faults)
			}
			s.skip(name, Joined(faults[:next]))
			faults = faults[next:]
		}
	}
}

// skipper takes invalid models out of a set.
type skipper struct {
	previous Previous
	models   []modelspec.Model
	// Warnings, and what cannot be skipped.
	warnings []string
	stuck    []error
}

// find gives the index of a model in the set, -1 when it is not there.
func (s *skipper) find(name string) int {
	return slices.IndexFunc(s.models, func(m modelspec.Model) bool { return m.Name == name })
}

// skip puts the deployed file in the place of an invalid one, or leaves the model out.
func (s *skipper) skip(name string, fault error) {
	i := s.find(name)
	last := s.previous.Models[name]
	switch {
	case last.Name != "" && (i < 0 || !reflect.DeepEqual(s.models[i], last)):
		s.warn(name, "runs on as it was last deployed", fault)
		if i >= 0 {
			s.models[i] = last
			return
		}
		s.models = append(s.models, last)
		slices.SortFunc(s.models, func(a, b modelspec.Model) int { return strings.Compare(a.Name, b.Name) })
		return
	case s.previous.Deployed(name):
		s.stuck = append(s.stuck, fmt.Errorf("model %s is deployed and cannot run on as it was, so leaving it out would delete it: %w", name,
			fault))
	default:
		s.warn(name, "is left out", fault)
	}
	if i >= 0 {
		s.models = slices.Delete(s.models, i, i+1)
	}
}

func (s *skipper) warn(name, outcome string, fault error) {
	s.warnings = append(s.warnings, fmt.Sprintf("model %s %s (modelway:models.onInvalidModel is skip): %v", name, outcome, fault))
}
