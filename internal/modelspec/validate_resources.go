package modelspec

import (
	"fmt"
	"strconv"

	"github.com/modelway/modelway/internal/fargate"
)

const (
	minCPUMillis           = 10
	minMemoryBytes         = 16 << 20
	cpuAllowed             = `a Kubernetes quantity from "10m", such as "250m" or "2"`
	memoryAllowed          = `a Kubernetes quantity from "16Mi", such as "512Mi" or "4Gi"`
	largestPodOnFargateFix = "lower it, or set compute: nodes"
)

var (
	fargateCPUAllowed    = fmt.Sprintf(`at most "%d" on Fargate`, fargate.MaxCPU/1000)
	fargateMemoryAllowed = fmt.Sprintf(`at most "%dMi" on Fargate, which keeps %dMi of its %dGi`,
		fargate.MaxMemory>>20, fargate.ReservedMemory>>20, (fargate.MaxMemory+fargate.ReservedMemory)>>30)
)

func (e *entry) validateResources() {
	onFargate := e.model.Compute == ComputeFargate
	cpu := e.model.Resources.CPU
	millis, err := ParseCPU(cpu)
	at := e.Origin("resources.cpu")
	switch {
	case err != nil:
		e.Fault(at, fmt.Sprintf("%q %v", cpu, err), cpuAllowed, "write cores or thousandths of a core")
	case millis < minCPUMillis:
		e.Fault(at, strconv.Quote(cpu)+" is too little to run on", cpuAllowed, "raise it")
	case onFargate && millis > fargate.MaxCPU:
		e.Fault(at, strconv.Quote(cpu)+" is more than a Fargate pod can have", fargateCPUAllowed, fargateCPUFix(cpu))
	}
	memory := e.model.Resources.Memory
	bytes, err := ParseMemory(memory)
	at = e.Origin("resources.memory")
	switch {
	case err != nil:
		e.Fault(at, fmt.Sprintf("%q %v", memory, err), memoryAllowed, "write bytes with a suffix such as Mi or Gi")
	case bytes < minMemoryBytes:
		e.Fault(at, strconv.Quote(memory)+" is too little to run on", memoryAllowed, memoryFix(memory))
	case onFargate && bytes > fargate.MaxMemory:
		e.Fault(at, strconv.Quote(memory)+" is more than a Fargate pod can have", fargateMemoryAllowed, largestPodOnFargateFix)
	}
	e.validateGPU()
}

// maxGPU is the largest number of GPUs of an instance
// (https://docs.aws.amazon.com/ec2/latest/instancetypes/ac.html).
const maxGPU = 16

func (e *entry) validateGPU() {
	at, gpu := e.Origin("resources.gpu"), e.model.Resources.GPU
	switch {
	case e.Rejected("resources.gpu"):
	case e.model.Compute != ComputeGPU && gpu != 0:
		e.Fault(at, fmt.Sprintf("%d, but GPUs are not available with compute: %s", gpu, e.model.Compute), "GPUs with compute: gpu only",
			"set compute: gpu, or remove the key")
	case e.model.Compute == ComputeGPU && (gpu < 1 || gpu > maxGPU):
		e.Fault(at, fmt.Sprintf("%d is out of range", gpu), fmt.Sprintf("1 to %d", maxGPU), "write how many GPUs a replica uses, or set "+
			"compute: nodes")
	}
}

// fargateCPUFix takes a bare number in the hundreds for thousandths of a core that lack their suffix.
func fargateCPUFix(cpu string) string {
	if number, err := strconv.Atoi(cpu); err == nil && number >= 50 {
		return fmt.Sprintf("did you mean %q? A bare number means cores", cpu+"m")
	}
	return largestPodOnFargateFix
}

// memoryFix takes a lower case m for the megabytes it does not mean, and a bare number for bytes.
func memoryFix(memory string) string {
	last := memory[len(memory)-1]
	switch {
	case memory == "0":
		return "raise it"
	case last == 'm':
		return fmt.Sprintf(`did you mean "%sMi"? The suffix m means thousandths`, memory[:len(memory)-1])
	case last >= '0' && last <= '9':
		return fmt.Sprintf("did you mean %q? A bare number means bytes", memory+"Mi")
	default:
		return "raise it"
	}
}
