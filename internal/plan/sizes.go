package plan

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/modelway/modelway/internal/fargate"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/sheet"
)

// listedSizes is the number of models that sizeReport names.
const listedSizes = 10

// size is what a model's replicas cost on Fargate.
type size struct {
	model modelspec.Model
	fargate.Size
}

// unused is the part of the size that is paid for and not asked for, between 0 and 2: the parts of CPU and memory.
func (s size) unused() float64 {
	return float64(s.UnusedCPU)/float64(s.CPU) + float64(s.UnusedMemory)/float64(s.Memory)
}

// SizeReport shows which Fargate size each model is billed for, those that waste most first, and what all of them together waste; empty
// without models on Fargate.
func SizeReport(models []modelspec.Model) string {
	var sizes []size
	var cpu, memory, unusedCPU, unusedMemory, pods int64
	for _, m := range models {
		if m.Compute != modelspec.ComputeFargate {
			continue
		}
		millis, bytes, requestErr := m.Requests()
		fitted, err := fargate.Fit(millis, bytes)
		if requestErr != nil || err != nil {
			continue // the model's file has been refused
		}
		replicas := int64(m.Replicas.Min + m.CanaryReplicas().Min)
		pods += replicas
		cpu, memory = cpu+replicas*fitted.CPU, memory+replicas*fitted.Memory
		unusedCPU, unusedMemory = unusedCPU+replicas*fitted.UnusedCPU, unusedMemory+replicas*fitted.UnusedMemory
		sizes = append(sizes, size{m, fitted})
	}
	if len(sizes) == 0 {
		return ""
	}
	slices.SortStableFunc(sizes, func(a, b size) int {
		return cmp.Or(cmp.Compare(b.unused(), a.unused()), cmp.Compare(a.model.Name, b.model.Name))
	})
	table := sheet.Of("Model on Fargate", "Asks for", "Is billed", "Not used")
	for _, s := range sizes[:min(len(sizes), listedSizes)] {
		table.Add(s.model.Name, s.model.Resources.CPU+" CPU, "+s.model.Resources.Memory, s.Size, cmp.Or(s.SamePrice(), "nothing"))
	}
	text := table.Text()
	if len(sizes) > listedSizes {
		text += fmt.Sprintf("and %d more\n", len(sizes)-listedSizes)
	}
	return text + fmt.Sprintf("%d pods at least; of what is paid for, %d%% of the CPU and %d%% of the memory are not used\n",
		pods, percent(unusedCPU, cpu), percent(unusedMemory, memory))
}

func percent(part, whole int64) int64 { return (100*part + whole/2) / whole }
