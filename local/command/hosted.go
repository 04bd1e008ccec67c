package command

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/strict"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/engine"
	"github.com/modelway/modelway/local/supervisor"
)

// hosted is the project of an environment that is up on this machine, or is brought up: the local stack itself, or another environment with
// what this machine cannot do otherwise; see adapt.
func hosted(c checkout.Checkout, status supervisor.Status, stack string, port int) engine.Project {
	p := local(c, status, port)
	if stack == localStack {
		return p
	}
	p.Stack = stack
	p.Env["MODELWAY_AWS_CALLER"] = caller(c, stack)
	p.Settings = func(settings map[string]any) error {
		own, err := localSettings(c)
		if err != nil {
			return err
		}
		return adapt(settings, own, func(key string) (int, error) {
			if key == publicLoadBalancer {
				return port, nil
			}
			return furtherPort(c, key)
		})
	}
	return p
}

// upStack is the stack that is up on this machine, or partly up; empty where there is none.
func upStack(c checkout.Checkout) string {
	files, _ := filepath.Glob(local(c, supervisor.Status{}, 0).StateFile("*"))
	if len(files) == 0 {
		return ""
	}
	return strings.TrimSuffix(filepath.Base(files[0]), ".json")
}

// localSettings are those of the local stack, below config.
func localSettings(c checkout.Checkout) (map[string]any, error) { return settingsOf(c, localStack) }

// settingsOf are those in the file of a stack, below config.
func settingsOf(c checkout.Checkout, stack string) (map[string]any, error) {
	document, err := strict.ReadYAML(filepath.Join(c.Root, "Pulumi."+stack+".yaml"))
	settings, _ := document["config"].(map[string]any)
	return settings, err
}

// adapt makes an environment's settings fit for this machine: the Kubernetes version and the charts of the local stack, nothing protected
// from being destroyed, nor a policy that asks for it, and HTTP listeners on the port of each load balancer. Listeners for HTTPS stay: the
// load balancers of this machine know of them and do not serve them.
func adapt(settings, own map[string]any, portOf func(loadBalancer string) (int, error)) error {
	at := below(settings, "config")
	cluster := below(at, "modelway:cluster")
	cluster["kubernetesVersion"], cluster["deletionProtection"] = below(own, "modelway:cluster")["kubernetesVersion"], false
	below(below(at, "modelway:policies"), "levels")["deletion-protection"] = config.PolicyDisabled
	at["modelway:charts"] = own["modelway:charts"]
	balancers := below(at, "modelway:loadBalancers")
	for _, key := range slices.Sorted(maps.Keys(balancers)) {
		lb := below(balancers, key)
		port, err := portOf(key)
		if err != nil {
			return err
		}
		plain := map[string]any{"protocol": "HTTP", "port": port}
		lb["listeners"] = []any{plain}
		if lb["requestCertificate"] != nil || lb["certificateArns"] != nil {
			lb["listeners"] = []any{map[string]any{"protocol": "HTTPS", "port": 443}, plain}
		}
	}
	return nil
}

// publicLoadBalancer is the load balancer of models that name none.
const publicLoadBalancer = "public"

// below is the object at a key, made where there is none.
func below(at map[string]any, key string) map[string]any {
	object, ok := at[key].(map[string]any)
	if !ok {
		object = map[string]any{}
		at[key] = object
	}
	return object
}
