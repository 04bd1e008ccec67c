package addons

// Reasons of exceptions of the security baseline that several rows have.
const (
	PinnedImage = "Every image has a version or a digest, and repositories that the platform makes refuse to change one. With `Always` no pod starts while the registry is away."
	NoStorage   = "The root file system is read-only and there is no writable volume."
	NoPolicy    = "It runs in kube-system, where EKS and its add-ons belong. The platform has no policies there."
)
