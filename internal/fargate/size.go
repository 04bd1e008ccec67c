// Package fargate knows the sizes of AWS Fargate pods: which one EKS provisions for a pod's requests, and so bills, and how much
// of it the pod leaves unused.
//
// Source: https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html.
package fargate

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
)

const (
	// ReservedMemory, in bytes, is what Fargate adds to the memory request of a pod for kubelet, kube-proxy and containerd.
	ReservedMemory = 256 * mebibyte
	// MaxCPU is the most CPU that a pod can request, in thousandths of a vCPU.
	MaxCPU = 16_000
	// MaxMemory is the most memory that a pod can request, in bytes: the largest size, 120 GB, less ReservedMemory.
	MaxMemory = 120*gibibyte - ReservedMemory
)

// Size is what Fargate provisions for a pod. It is what the pod costs, as AWS bills by vCPU and by GB.
type Size struct {
	// CPU billed, in thousandths of a vCPU: 250, 500, 1000, 2000, 4000, 8000 or 16000.
	CPU int64
	// Memory billed, in bytes, ReservedMemory included.
	Memory int64
	// UnusedCPU is the part of CPU that the pod did not request, in thousandths of a vCPU.
	UnusedCPU int64
	// UnusedMemory is the part of Memory that neither the pod requested nor Fargate keeps for itself, in bytes.
	UnusedMemory int64
}

// Fit returns the size that EKS provisions for a pod with the given requests: of the sizes that hold the CPU and the memory with
// ReservedMemory, the one with the least CPU, and of these the one with the least memory. No other size that holds them is
// cheaper, since more CPU never comes with less memory to choose. The requests are those of all containers together, or of the
// largest init container where that is more; 0 stands for none. The error names each request that is negative or above MaxCPU
// or MaxMemory.
func Fit(cpuMillis, memoryBytes int64) (Size, error) {
	if err := errors.Join(check("cpu", cpuMillis, MaxCPU, cpuQuantity), check("memory", memoryBytes, MaxMemory, memoryQuantity)); err != nil {
		return Size{}, err
	}
	need := memoryBytes + ReservedMemory
	t := tiers[slices.IndexFunc(tiers, func(t tier) bool { return cpuMillis <= t.cpu && t.memoryFor(need) <= t.most })]
	memory := t.memoryFor(need)
	return Size{CPU: t.cpu, Memory: memory, UnusedCPU: t.cpu - cpuMillis, UnusedMemory: memory - need}, nil
}

func check(name string, value, most int64, quantity func(int64) string) error {
	switch {
	case value < 0:
		return fmt.Errorf("%s %s is negative; allowed: 0 to %s; leave it out where the pod needs none", name, quantity(value), quantity(most))
	case value > most:
		return fmt.Errorf("%s %s is more than a Fargate pod can have; allowed: 0 to %s; lower it, or run the pod on nodes", name, quantity(value),
			quantity(most))
	}
	return nil
}

// String writes the size as AWS does, such as "0.25 vCPU, 1 GB".
func (s Size) String() string {
	return decimal(float64(s.CPU)/1000) + " vCPU, " + decimal(float64(s.Memory)/gibibyte) + " GB"
}

// SamePrice says what the pod could request at the price of its size, such as "memory up to 768Mi costs the same", or "" where it
// requests all of it.
func (s Size) SamePrice() string {
	cpu, memory := "cpu up to "+cpuQuantity(s.CPU), "memory up to "+memoryQuantity(s.Memory-ReservedMemory)
	switch {
	case s.UnusedCPU > 0 && s.UnusedMemory > 0:
		return cpu + " and " + memory + " cost the same"
	case s.UnusedCPU > 0:
		return cpu + " costs the same"
	case s.UnusedMemory > 0:
		return memory + " costs the same"
	}
	return ""
}

func decimal(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }

// cpuQuantity writes thousandths of a vCPU as a Kubernetes quantity: "250m", "2".
func cpuQuantity(millis int64) string {
	if millis%1000 == 0 {
		return strconv.FormatInt(millis/1000, 10)
	}
	return strconv.FormatInt(millis, 10) + "m"
}

// memoryQuantity writes bytes as a Kubernetes quantity: "768Mi", or "1000" where they are no whole mebibytes.
func memoryQuantity(bytes int64) string {
	if bytes%mebibyte == 0 {
		return strconv.FormatInt(bytes/mebibyte, 10) + "Mi"
	}
	return strconv.FormatInt(bytes, 10)
}
