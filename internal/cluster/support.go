package cluster

import (
	"fmt"
	"slices"
	"time"

	"github.com/modelway/modelway/internal/eksversion"
)

// Prices of a control plane in US dollars an hour (https://aws.amazon.com/eks/pricing/), and the hours of a month that AWS reckons with.
const (
	standardPrice = 0.10
	extendedPrice = 0.60
	monthHours    = 730
)

// soon is how long before the end of support a warning begins: long enough to plan an upgrade.
const soon = 60 * 24 * time.Hour

// SupportWarning says what the end of the Kubernetes version's support means for the cluster at a time, and what it costs a month.
// It is empty while support goes on for more than 60 days, or its end is not announced.
func (s Spec) SupportWarning(now time.Time) string {
	i := slices.IndexFunc(eksversion.Versions, func(v eksversion.Version) bool { return v.Version == s.KubernetesVersion })
	if i < 0 {
		return ""
	}
	version := eksversion.Versions[i]
	ends, err := time.Parse(time.DateOnly, version.StandardSupportEnds)
	// Support ends with the day that the calendar names.
	if end := ends.AddDate(0, 0, 1); err != nil || now.Before(end.Add(-soon)) {
		return ""
	} else if now.Before(end) {
		return fmt.Sprintf("modelway:cluster.kubernetesVersion: EKS ends standard support of Kubernetes %s on %s. %s Raise it to %s, one minor "+
			"version at a time.",
			version.Version, version.StandardSupportEnds, s.afterStandard(version), newest(now))
	}
	return fmt.Sprintf("modelway:cluster.kubernetesVersion: EKS ended standard support of Kubernetes %s on %s. %s Raise it to %s, one minor "+
		"version at a time.",
		version.Version, version.StandardSupportEnds, s.afterStandard(version), newest(now))
}

// afterStandard says what happens to the cluster after standard support of its version.
func (s Spec) afterStandard(version eksversion.Version) string {
	cost := fmt.Sprintf("$%.0f a month in place of $%.0f until %s", extendedPrice*monthHours, standardPrice*monthHours,
		version.ExtendedSupportEnds)
	if s.SupportType == SupportExtended {
		return fmt.Sprintf("From then on the control plane costs %s.", cost)
	}
	return fmt.Sprintf(
		"From then on EKS upgrades the control plane by itself, at a time of its own; with supportType EXTENDED it stays, for %s.", cost)
}

// newest is the latest version of the table whose end of standard support is more than a while away.
func newest(now time.Time) string {
	for _, version := range slices.Backward(eksversion.Versions) {
		if ends, err := time.Parse(time.DateOnly, version.StandardSupportEnds); err == nil && ends.After(now.Add(soon)) {
			return version.Version
		}
	}
	return eksversion.Versions[len(eksversion.Versions)-1].Version
}
