package capacity

import (
	"cmp"
	"fmt"

	"github.com/modelway/modelway/internal/sheet"
)

// Demand is what a host takes of its ALB. Each number is 0 or more.
type Demand struct {
	// Rules on all listeners together.
	Rules int
	// TargetGroups that the rules forward to.
	TargetGroups int
	// Targets of these target groups together, at the largest size that autoscaling may reach.
	Targets int
	// LargestTargetGroup is the number of targets of the one that has most; 0 when the caller does not know.
	LargestTargetGroup int
}

// Add gives the demand of both together.
func (d Demand) Add(other Demand) Demand {
	return Demand{
		Rules: d.Rules + other.Rules, TargetGroups: d.TargetGroups + other.TargetGroups, Targets: d.Targets + other.Targets,
		LargestTargetGroup: max(d.LargestTargetGroup, other.LargestTargetGroup),
	}
}

func (d Demand) within(room Demand) bool {
	return d.Rules <= room.Rules && d.TargetGroups <= room.TargetGroups && d.Targets <= room.Targets
}

// largestFirst orders hosts by the part of the room they take, then by name.
func largestFirst(room Demand) func(a, b Host) int {
	return func(a, b Host) int {
		return cmp.Or(cmp.Compare(b.Demand.share(room), a.Demand.share(room)), cmp.Compare(a.Name, b.Name))
	}
}

// share is the largest part of the room that the demand takes in one respect; above 1 it does not fit.
func (d Demand) share(room Demand) float64 {
	return max(float64(d.Rules)/float64(room.Rules), float64(d.TargetGroups)/float64(room.TargetGroups),
		float64(d.Targets)/float64(room.Targets))
}

// Host is a DNS name that models are served at.
type Host struct {
	// Name in lower case, such as api.company.com; each is given once per pool.
	Name string
	// Pool is the name of the pool that serves the host.
	Pool string
	// Demand of all its models together.
	Demand Demand
	// Models are the names of the models at this host.
	Models []string
}

func (h Host) String() string {
	return fmt.Sprintf("%s (%s, %s, %s, %s)", h.Name, sheet.Count(len(h.Models), "model"), sheet.Count(h.Demand.Rules, "rule"),
		sheet.Count(h.Demand.TargetGroups, "target group"), sheet.Count(h.Demand.Targets, "target"))
}
