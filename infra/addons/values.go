package addons

import "github.com/modelway/modelway/internal/addons"

// What AddonsArgs describe.
type (
	Addon      = addons.Addon
	Kind       = addons.Kind
	PodNetwork = addons.PodNetwork
)

// Names of EKS add-ons.
const (
	VpcCni              = addons.VpcCni
	KubeProxy           = addons.KubeProxy
	PodIdentityAgent    = addons.PodIdentityAgent
	NodeMonitoringAgent = addons.NodeMonitoringAgent
	EbsCsiDriver        = addons.EbsCsiDriver
	CoreDNS             = addons.CoreDNS
	MetricsServer       = addons.MetricsServer
)

// BeforeCompute are the add-ons to install before there is compute, and AfterCompute those that need some.
func BeforeCompute(kind Kind) []Addon { return addons.BeforeCompute(kind) }
func AfterCompute(kind Kind) []Addon  { return addons.AfterCompute(kind) }
