package pricing

// Instance is the size of an EC2 instance type, which is the same in every region.
type Instance struct {
	// VCPU is the number of virtual processors.
	VCPU int64 `yaml:"vcpu"`
	// MemoryMiB is the memory in MiB. The nodes of a cluster keep a part of it for themselves.
	MemoryMiB int64 `yaml:"memoryMiB"`
	// GPUs is the number of NVIDIA GPUs.
	GPUs int64 `yaml:"gpus"`
}

// InstanceOf is the size of an instance type, and false for one that is not known.
func InstanceOf(instanceType string) (Instance, bool) {
	sizes, err := sizes()
	if err != nil {
		return Instance{}, false // In tells why
	}
	size, found := sizes[instanceType]
	return size, found
}
