package plan

import (
	"maps"
	"strconv"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/naming"
	"github.com/modelway/modelway/internal/serving"
)

// ClassName is the IngressClass of a load balancer, and the name of its Ingress group.
func ClassName(loadBalancer string) string { return "modelway-" + loadBalancer }

// LoadBalancerLogs is the folder of the log bucket that load balancers write to.
const LoadBalancerLogs = "load-balancers"

// Class is what the IngressClass of the load balancer says.
func (b Balancer) Class(cfg config.Config) serving.Class {
	class := serving.Class{
		Name: ClassName(b.Name), LoadBalancer: b.Settings,
		Attributes:         map[string]string{"idle_timeout.timeout_seconds": strconv.Itoa(b.IdleTimeout())},
		DeletionProtection: cfg.Cluster.DeletionProtection, Tags: Tags(cfg),
	}
	if b.Settings.AccessLogs {
		class.LogPrefix = LoadBalancerLogs
	}
	return class
}

// Tags are the environment's tags and the platform's own, on every resource that can carry tags.
func Tags(cfg config.Config) map[string]string {
	tags := map[string]string{}
	maps.Copy(tags, cfg.Tags)
	tags[naming.EnvironmentTag], tags[naming.ClusterTag] = cfg.Environment, cfg.Cluster.Name
	return tags
}

// entry is the scheme and port that clients use: HTTPS where there is a listener for it.
func entry(lb config.LoadBalancer) (scheme string, port int) {
	if port := lb.RedirectPort(); port != 0 {
		return "https", port
	}
	return "http", lb.Listeners[0].Port
}
