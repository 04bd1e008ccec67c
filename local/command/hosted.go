package command

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/stackfile"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/durable"
	"github.com/modelway/modelway/local/engine"
	"github.com/modelway/modelway/local/supervisor"
)

// hosted is the project of an environment that is up on this machine, or is brought up: the local stack itself, or another environment with
// what this machine cannot do otherwise; see adapt.
func hosted(c checkout.Checkout, status supervisor.Status, stack string, port int) engine.Project {
	return over(c, status, stack, port, nil)
}

// over is the hosted project for a preview over what is up, whose settings were the deployed ones.
func over(c checkout.Checkout, status supervisor.Status, stack string, port int, deployed map[string]any) engine.Project {
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
		own["modelway:charts"] = machineCharts(own, c)
		return adapt(settings, own, deployed, func(key string) (int, error) {
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
	for _, stack := range local(c, supervisor.Status{}, 0).Stacks() {
		return stack
	}
	return ""
}

// localSettings are those of the local stack, below config.
func localSettings(c checkout.Checkout) (map[string]any, error) { return settingsOf(c, localStack) }

// settingsOf are those in the file of a stack, below config.
func settingsOf(c checkout.Checkout, stack string) (map[string]any, error) {
	document, err := engine.SettingsOf(c.Root, stack)
	if err != nil {
		return nil, err
	}
	return below(document, "config"), nil
}

// replaced are the settings that adapt replaces whatever they are. Listeners are kept as far as this machine can.
var replaced = [][]string{
	{"modelway:cluster", "kubernetesVersion"}, {"modelway:cluster", "deletionProtection"},
	{"modelway:policies", "levels", "deletion-protection"}, {"modelway:charts"},
}

// adapt makes an environment's settings fit for this machine: the Kubernetes version and the charts of the local stack, nothing protected
// from being destroyed, nor a policy that asks for it, and an HTTP listener on the port of each load balancer in the place of those that it
// has. Listeners for HTTPS stay: the load balancers of this machine know of them and do not serve them. In a preview over deployed settings
// HTTP listeners that differ from theirs stay, too: nothing listens, and the change is seen.
func adapt(settings, own, deployed map[string]any, portOf func(loadBalancer string) (int, error)) error {
	at := below(settings, "config")
	cluster := below(at, "modelway:cluster")
	cluster["kubernetesVersion"], cluster["deletionProtection"] = below(own, "modelway:cluster")["kubernetesVersion"], false
	below(below(at, "modelway:policies"), "levels")["deletion-protection"] = config.PolicyDisabled
	at["modelway:charts"] = own["modelway:charts"]
	balancers, deployedBalancers := below(at, "modelway:loadBalancers"), object(deployed["modelway:loadBalancers"])
	for _, key := range slices.Sorted(maps.Keys(balancers)) {
		lb := below(balancers, key)
		port, err := portOf(key)
		if err != nil {
			return err
		}
		secure, plain := listeners(lb)
		if was, is := deployedBalancers[key].(map[string]any); is {
			if _, before := listeners(was); !reflect.DeepEqual(before, plain) {
				lb["listeners"] = append(secure, plain...)
				continue
			}
		}
		lb["listeners"] = append(secure, map[string]any{"protocol": alb.HTTP, "port": port})
	}
	return nil
}

// listeners are those for HTTPS and for HTTP that the settings of a load balancer give, or else lead to.
func listeners(lb map[string]any) (secure, plain []any) {
	all, given := lb["listeners"].([]any)
	if !given {
		all = []any{map[string]any{"protocol": alb.HTTP, "port": 80}}
		if lb["requestCertificate"] == true || lb["certificateArns"] != nil {
			all = append(all, map[string]any{"protocol": alb.HTTPS, "port": 443})
		}
	}
	for _, listener := range all {
		if object(listener)["protocol"] == alb.HTTPS {
			secure = append(secure, listener)
		} else {
			plain = append(plain, listener)
		}
	}
	return secure, plain
}

// unseen tells the changes from the deployed settings of an environment to others that a preview on this machine does not show.
func unseen(deployed, settings map[string]any) (changes []string) {
	for _, path := range replaced {
		var was, is any = deployed, settings
		for _, key := range path {
			was, is = object(was)[key], object(is)[key]
		}
		if !reflect.DeepEqual(was, is) {
			changes = append(changes, fmt.Sprintf("%s: %s before, %s after", strings.Join(path, "."), shown(was), shown(is)))
		}
	}
	return changes
}

func shown(value any) string {
	if value == nil {
		return "the default"
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
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

// object is a value as an object; an empty one where it is none.
func object(value any) map[string]any {
	o, _ := value.(map[string]any)
	return o
}

// deployedSettings is a checkout that has nothing but the settings of the stack that is up, as they were when it was brought up.
func deployedSettings(c checkout.Checkout) checkout.Checkout {
	return checkout.Checkout{Root: c.State("up")}
}

// keepSettings keeps the settings of a stack that was brought up, which a later preview compares with.
func keepSettings(c checkout.Checkout, stack string) error {
	text, err := os.ReadFile(filepath.Join(c.Root, stackfile.Name(stack)))
	if err != nil {
		return err
	}
	folder := deployedSettings(c).Root
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return durable.WriteFile(filepath.Join(folder, stackfile.Name(stack)), text, 0o644)
}
