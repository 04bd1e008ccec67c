package upgrade

import (
	"errors"
	"fmt"

	"github.com/modelway/modelway/internal/resource"
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
	// Read says that EKS was asked.
	Read bool
	// Nodes are versions of node groups by their names in EKS, which are generated from those of the program.
	Nodes map[string]string
	// Insights are on upgrades.
	Insights []Insight
}

// unread is what may be in the way of a plan, and nobody looked at.
func (r Request) unread(set resource.Set) (all []string) {
	if !r.Live.Read {
		all = append(all, "the versions that run, and the upgrade insights of EKS: give --live")
	}
	if len(set.OfType(fargateType)) > 0 && r.Nodes[Fargate] == "" {
		all = append(all, "the kubelets of pods on Fargate: kubectl get nodes -l eks.amazonaws.com/compute-type=fargate tells them; give the "+
			"oldest as --nodes fargate=VERSION")
	}
	return append(all, "disruption budgets of charts, and of others: kubectl get poddisruptionbudgets -A must show none with 0 ALLOWED "+
		"DISRUPTIONS whose pods are on nodes")
}

// checkInsights refuses what EKS finds in the way of one of the versions. What it warns of are notes.
func (l Live) checkInsights(to string) (notes []string, err error) {
	if !l.Read {
		return nil, nil // the plan says so first
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
