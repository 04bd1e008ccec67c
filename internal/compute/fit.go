package compute

import (
	"slices"

	"github.com/modelway/modelway/internal/machine"
)

// Request is what a pod asks of a node. Pods that ask for GPUs tolerate GpuTaint, others no taint.
type Request struct{ CPUMillis, MemoryMiB, GPUs int64 }

// Place is how many pods of a request the node groups hold, and the largest node that would take such pods if it were large enough.
type Place struct {
	// Pods is the number at the MaxSize of all groups, the pods alone on their nodes.
	Pods int64
	// Unlimited says that a node's size is not known, so that nothing can be refused.
	Unlimited bool
	// Largest is the instance type of the largest node; "" where all groups keep such pods away.
	Largest string
}

// PlaceFor counts the pods of a request that the node groups hold.
func (s Spec) PlaceFor(r Request) Place {
	var place Place
	var largest machine.Size
	for _, group := range s.NodeGroups {
		group = group.WithDefaults()
		if !group.takes(r) {
			continue
		}
		var most int64
		for _, name := range group.InstanceTypes {
			size, known := machine.Sizes()[name]
			if place.Unlimited = place.Unlimited || !known; !known {
				continue
			}
			most = max(most, r.perNode(size))
			if place.Largest == "" || slices.Compare(order(size, r), order(largest, r)) > 0 {
				place.Largest, largest = name, size
			}
		}
		place.Pods += most * int64(group.MaxSize)
	}
	return place
}

// order compares nodes: by GPUs where they are asked for, then by CPU and memory.
func order(size machine.Size, r Request) []int64 {
	return []int64{min(size.GPUs, r.GPUs), size.VCPU, size.MemoryMiB}
}

// takes reports whether pods of the request may be scheduled on nodes of the group.
func (g NodeGroup) takes(r Request) bool {
	return !slices.ContainsFunc(g.Taints, func(t Taint) bool {
		tolerated := r.GPUs > 0 && t.Key == GpuTaint.Key && t.Effect == GpuTaint.Effect
		return t.Effect != PreferNoSchedule && !tolerated
	})
}

// perNode is the number of pods that fit a node.
func (r Request) perNode(size machine.Size) int64 {
	cpu, memory := size.Room()
	pods := min(cpu/max(1, r.CPUMillis), memory/max(1, r.MemoryMiB))
	if r.GPUs > 0 {
		pods = min(pods, size.GPUs/r.GPUs)
	}
	return pods
}
