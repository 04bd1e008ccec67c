package serving

const (
	// AnchorNamespace is where the anchors live, out of the reach of those who may write to the models' namespace.
	AnchorNamespace = "modelway-system"
)
