// Package bucket decides what the buckets of an environment keep, and where models keep their files.
package bucket

import (
	"github.com/modelway/modelway/internal/rule"
)

// DefaultNoncurrentDays is how many days old versions are kept.
const DefaultNoncurrentDays = 90

// Spec describes what a bucket keeps, and for how long.
type Spec struct {
	// Versioned keeps objects that are overwritten or deleted for NoncurrentDays. Default false: they are gone at once.
	Versioned bool
	// NoncurrentDays is how many days old versions are kept, 1 or more; default DefaultNoncurrentDays. Only with Versioned.
	NoncurrentDays int
	// ExpireDays is how many days after its creation an object is deleted. Default 0: never.
	ExpireDays int
	// ForceDestroy lets Pulumi delete the bucket together with the objects in it. Default false: it refuses.
	ForceDestroy bool
	// Protect marks the bucket and its settings with Pulumi's protect option: a destroy or a replacement is refused until the
	// option is off and applied. Default false.
	Protect bool
}

// WithDefaults returns the spec with the days of old versions filled in.
func (s Spec) WithDefaults() Spec {
	if s.NoncurrentDays == 0 {
		s.NoncurrentDays = DefaultNoncurrentDays
	}
	return s
}

// Check reports numbers of days that S3 does not take, days of versions that there are not, and a bucket that is to be kept and emptied.
func (s Spec) Check() []rule.Fault {
	var faults []rule.Fault
	expire, noncurrent, force := rule.Path{"ExpireDays"}, rule.Path{"NoncurrentDays"}, rule.Path{"ForceDestroy"}
	if s.ExpireDays < 0 {
		faults = append(faults, rule.Fault{At: expire, Given: s.ExpireDays, Problem: "out of range", Allowed: "1 or more, or 0 to keep objects",
			Fixes: []rule.Fix{rule.Remove(expire)}})
	}
	switch {
	case s.NoncurrentDays < 0:
		faults = append(faults, rule.Fault{At: noncurrent, Given: s.NoncurrentDays, Problem: "out of range", Allowed: "1 or more, or 0 for 90",
			Fixes: []rule.Fix{rule.Remove(noncurrent)}})
	case s.NoncurrentDays > 0 && !s.Versioned:
		faults = append(faults, rule.Fault{At: noncurrent, Given: s.NoncurrentDays,
			Problem: "given while Versioned is false: there are no old versions",
			Allowed: "0 without versions", Fixes: []rule.Fix{rule.Set(rule.Path{"Versioned"}, true), rule.Remove(noncurrent)}})
	}
	if s.ForceDestroy && s.Protect {
		faults = append(faults, rule.Fault{At: force, Given: true,
			Problem: "so is Protect: one deletes the objects with the bucket, the other refuses to",
			Allowed: "one of the two", Fixes: []rule.Fix{rule.Remove(force), rule.Remove(rule.Path{"Protect"})}})
	}
	return faults
}
