package compute

import "github.com/modelway/modelway/internal/machine"

// Amount is a sum of what pods ask for, or of what nodes have.
type Amount struct{ CPUMillis, MemoryMiB int64 }

// Times returns the amount a number of times.
func (a Amount) Times(n int64) Amount { return Amount{a.CPUMillis * n, a.MemoryMiB * n} }

// Plus returns the sum of two amounts.
func (a Amount) Plus(b Amount) Amount {
	return Amount{a.CPUMillis + b.CPUMillis, a.MemoryMiB + b.MemoryMiB}
}

// Within reports whether no part of the amount is more than that of another.
func (a Amount) Within(b Amount) bool {
	return a.CPUMillis <= b.CPUMillis && a.MemoryMiB <= b.MemoryMiB
}

// Room is what the nodes have at their smallest and at their largest number for pods without tolerations, by the largest instance type of
// each group, after what pods on every node ask for. False where there is no such node, or the size of one is not known.
func (s Spec) Room(everyNode Amount) (least, most Amount, known bool) {
	for _, group := range s.NodeGroups {
		group = group.WithDefaults()
		if !group.takes(Request{}) {
			continue
		}
		var each Amount
		for _, name := range group.InstanceTypes {
			size, listed := machine.Sizes()[name]
			if !listed {
				return Amount{}, Amount{}, false
			}
			cpu, memory := size.Room()
			each = Amount{max(each.CPUMillis, cpu-everyNode.CPUMillis), max(each.MemoryMiB, memory-everyNode.MemoryMiB)}
		}
		least, most = least.Plus(each.Times(int64(group.MinSize))), most.Plus(each.Times(int64(group.MaxSize)))
		known = true
	}
	return least, most, known
}
