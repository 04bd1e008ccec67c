package addons

// Reasons of exceptions of the security baseline that several rows have.
const (
	PinnedImage = "Every image has a version or a digest, and repositories that the platform makes refuse to change one. With `Always` no " +
		"pod starts while the registry is away."
	NoStorage = "The root file system is read-only and there is no writable volume."
	ImageUser = "The image sets its user, and `runAsNonRoot` makes sure that it is not root."
	Spread    = "A topology spread constraint asks for different zones."
	OpenToAPI = "The API server calls its webhooks, from addresses that no policy can name; it calls the API server and nothing else."
	NoPolicy  = "It runs in kube-system, where EKS and its add-ons belong. The platform has no policies there."
)
