package kubelet

// HelperName is the name under which the local stack's program is a pod's first process, which makes the container's namespaces, and
// becomes the container's program then: see [HelperMain].
const HelperName = "modelway-container"

// launch is what the helper is told, as its only argument, in JSON.
type launch struct {
	// Mounts are what the container sees beside this machine's files.
	Mounts []mount `json:"mounts"`
	// Keep are files and folders of this machine that stay visible where a mount would hide them.
	Keep []string `json:"keep"`
	// Root is an empty folder over which the container's root is laid.
	Root string `json:"root"`
	// Hostname is the container's host name.
	Hostname string `json:"hostname"`
	// Command is the program with its arguments.
	Command []string `json:"command"`
	// Directories are where the program may start; the first one that is there is taken.
	Directories []string `json:"directories"`
}

// faultFile is the helper's file descriptor for a fault. It is closed when the program has begun.
const faultFile = 3
