package serving

import (
	"maps"
	"strconv"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/capacity"
)

// PageRouting is where an Ingress of a tool belongs.
type PageRouting struct {
	// Host is the tool's whole DNS name.
	Host string
	// ClassName is the IngressClass of the load balancer, and ListenPorts its value of the annotation listen-ports.
	ClassName, ListenPorts string
	// Login is the load balancer's.
	Login Login
}

// PageIngress returns the Ingress of a tool, as platform registers it: all paths of a host of its own, behind a login unless the tool has
// one itself.
func PageIngress(tool addons.Tool, r PageRouting) alb.Ingress {
	annotations := map[string]string{
		"healthcheck-path": tool.Health,
		"success-codes":    "200",
		"listen-ports":     r.ListenPorts,
	}
	if !tool.OwnLogin {
		maps.Copy(annotations, r.Login.annotations())
	}
	return alb.Ingress{
		Namespace: tool.Namespace, Name: "tool-" + tool.Host, ClassName: r.ClassName, Annotations: ofController(annotations),
		Rules: []alb.Rule{{Host: r.Host, Paths: []alb.Path{{
			Path: "/", PathType: alb.Prefix, Backend: alb.Backend{Service: tool.Service, Port: strconv.Itoa(tool.Port)},
		}}}},
	}
}

// PageService is the Service of a tool, which its chart brings.
func PageService(tool addons.Tool) alb.Service {
	port := strconv.Itoa(tool.Port)
	return alb.Service{Namespace: tool.Namespace, Name: tool.Service, Ports: []alb.ServicePort{{Name: port, Port: tool.Port,
		TargetPort: port}}}
}

// PageDemand is what a tool takes of the load balancer: a rule per listener, and a target group.
func PageDemand(tool addons.Tool) capacity.Demand {
	pods := max(1, tool.Pods) + 1
	return capacity.Demand{Rules: 1, TargetGroups: 1, Targets: pods, LargestTargetGroup: pods}
}
