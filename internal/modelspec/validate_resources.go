package modelspec

import (
	"fmt"
	"strconv"
)

const (
	minCPUMillis   = 10
	minMemoryBytes = 16 << 20
	// Fargate's largest pod, and what it adds to a pod's memory request for its own agents
	// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html).
	maxFargateCPUMillis    = 16_000
	maxFargateMemoryBytes  = 120<<30 - fargateReservedMemory
	fargateReservedMemory  = 256 << 20
	cpuAllowed             = `a Kubernetes quantity from "10m", such as "250m" or "2"`
	memoryAllowed          = `a Kubernetes quantity from "16Mi", such as "512Mi" or "4Gi"`
	fargateCPUAllowed      = `at most "16" on Fargate`
	fargateMemoryAllowed   = `at most "122624Mi" on Fargate, which keeps 256Mi of its 120Gi`
	largestPodOnFargateFix = "lower it, or set compute: nodes"
)

func (e *entry) validateResources() {
	fargate := e.model.Compute == ComputeFargate
	cpu := e.model.Resources.CPU
	millis, err := ParseCPU(cpu)
	at := e.origin("resources.cpu")
	switch {
	case err != nil:
		e.fault(at, fmt.Sprintf("%q %v", cpu, err), cpuAllowed, "write cores or thousandths of a core")
	case millis < minCPUMillis:
		e.fault(at, strconv.Quote(cpu)+" is too little to run on", cpuAllowed, "raise it")
	case fargate && millis > maxFargateCPUMillis:
		e.fault(at, strconv.Quote(cpu)+" is more than a Fargate pod can have", fargateCPUAllowed, fargateCPUFix(cpu))
	}
	memory := e.model.Resources.Memory
	bytes, err := ParseMemory(memory)
	at = e.origin("resources.memory")
	switch {
	case err != nil:
		e.fault(at, fmt.Sprintf("%q %v", memory, err), memoryAllowed, "write bytes with a suffix such as Mi or Gi")
	case bytes < minMemoryBytes:
		e.fault(at, strconv.Quote(memory)+" is too little to run on", memoryAllowed, memoryFix(memory))
	case fargate && bytes > maxFargateMemoryBytes:
		e.fault(at, strconv.Quote(memory)+" is more than a Fargate pod can have", fargateMemoryAllowed, largestPodOnFargateFix)
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
