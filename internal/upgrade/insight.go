package upgrade

import (
	"errors"
	"fmt"
)

// Statuses of an insight that matter (https://docs.aws.amazon.com/eks/latest/APIReference/API_InsightStatus.html).
const (
	insightError   = "ERROR"
	insightWarning = "WARNING"
)

// Insight is one of EKS's findings on whether a cluster can be upgraded
// (https://docs.aws.amazon.com/eks/latest/userguide/cluster-insights.html).
type Insight struct {
	Name, KubernetesVersion, Status, Reason, Recommendation string
}

// Live is what was read of a cluster that runs.
type Live struct {
	// Read says that EKS was asked; otherwise Why says why not.
	Read bool
	Why  string
	// Nodes are versions of node groups by their names in EKS, which begin with those of the program.
	Nodes map[string]string
	// Insights are on upgrades.
	Insights []Insight
}

// checkInsights refuses what EKS finds in the way of one of the versions. What it warns of are notes.
func (l Live) checkInsights(to string) (notes []string, err error) {
	if !l.Read {
		return []string{"upgrade insights were not read from EKS: " + l.Why}, nil
	}
	target, _ := minor(to)
	var faults []error
	for _, i := range l.Insights {
		number, known := minor(i.KubernetesVersion)
		if known && number > target {
			continue
		}
		text := fmt.Sprintf("insight %q of EKS for Kubernetes %s is %s: %s", i.Name, i.KubernetesVersion, i.Status, i.Reason)
		switch i.Status {
		case insightError:
			faults = append(faults, fmt.Errorf("%s; allowed: PASSING or WARNING; fix: %s", text, i.Recommendation))
		case insightWarning:
			notes = append(notes, text+"; "+i.Recommendation)
		}
	}
	if len(faults) == 0 && len(notes) == 0 {
		notes = append(notes, fmt.Sprintf("EKS has %d upgrade insights, and none is in the way", len(l.Insights)))
	}
	return notes, errors.Join(faults...)
}
