package addon

import "github.com/modelway/modelway/internal/addons"

// What AddonArgs hold, under names that other modules can use: their package is internal to this one.
type (
	// Row is one Helm add-on.
	Row = addons.Helm
	// Facts are what its rights and values depend on.
	Facts = addons.Facts
	// Workload is a number of equal pods.
	Workload = addons.Workload
)

// Rows lists the Helm add-ons that the platform has.
func Rows() []Row { return addons.Charted() }

// LoadBalancerController is the AWS Load Balancer Controller.
func LoadBalancerController() Row { return addons.LoadBalancerController() }

// ClusterAutoscaler is the Cluster Autoscaler.
func ClusterAutoscaler() Row { return addons.ClusterAutoscaler() }
