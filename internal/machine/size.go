package machine

import (
	_ "embed"
	"fmt"
	"sync"

	"gopkg.in/yaml.v3"
)

//go:embed sizes.yaml
var sizesFile []byte

// Size is the size of an EC2 instance type, which is the same in every region.
type Size struct {
	// VCPU is the number of virtual processors.
	VCPU int64 `yaml:"vcpu"`
	// MemoryMiB is the memory in MiB. The nodes of a cluster keep a part of it for themselves.
	MemoryMiB int64 `yaml:"memoryMiB"`
	// GPUs is the number of NVIDIA GPUs.
	GPUs int64 `yaml:"gpus"`
}

// Sizes returns the sizes by instance type.
var Sizes = sync.OnceValue(func() map[string]Size {
	var file struct {
		Types map[string]Size `yaml:"types"`
	}
	if err := yaml.Unmarshal(sizesFile, &file); err != nil {
		panic(fmt.Sprintf("sizes.yaml: %v", err)) // embedded, and read by a test
	}
	return file.Types
})

// Room returns what a node of the size has for pods at most: thousandths of a CPU and MiB, without what its kubelet keeps for the system
// (https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/config.go). Pods on every node, and the hypervisor, take
// more.
func (s Size) Room() (cpuMillis, memoryMiB int64) {
	reserved := int64(0) // hundredths of a percent of a core: 6 of the first, 1 of the second, 0.5 of the next two, 0.25 of the others
	for core := range s.VCPU {
		switch {
		case core == 0:
			reserved += 600
		case core == 1:
			reserved += 100
		case core < 4:
			reserved += 50
		default:
			reserved += 25
		}
	}
	const system, eviction = 255, 100
	return s.VCPU*1000 - reserved/10, s.MemoryMiB - system - eviction
}
