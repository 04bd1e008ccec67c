package command

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/localcli"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/engine"
	"github.com/modelway/modelway/local/port"
	"github.com/modelway/modelway/local/supervisor"
	"github.com/modelway/modelway/platform"
)

// localStack is the stack that runs on this machine.
const localStack = localcli.Local

// local is the project of the local stack.
func local(c checkout.Checkout, status supervisor.Status, port int) engine.Project {
	return engine.Project{
		Root:   c.Root,
		Stack:  localStack,
		Folder: c.State("stack"),
		Bin:    c.Bin(),
		Env: map[string]string{
			"MODELWAY_AWS_STATE":        c.Account(),
			"MODELWAY_AWS_CALLER":       caller(c, localStack),
			"MODELWAY_CLUSTER_ENDPOINT": status.Endpoint,
			"MODELWAY_CLUSTER_CA":       status.CertificateAuthority,
		},
		Settings: func(settings map[string]any) error {
			at := below(settings, "config")
			at["modelway:charts"] = machineCharts(at, c)
			return setPort(settings, port)
		},
		Interrupted: removeLeftovers(c, status),
		Prepare:     clearReleases(status),
		Program:     program(c, status),
	}
}

// caller is who runs the program in the simulated account: a session of the first administrator in the stack's settings. It is empty
// where these name none, which the program itself reports.
func caller(c checkout.Checkout, stack string) string {
	own, err := settingsOf(c, stack)
	if err != nil {
		return ""
	}
	roles, _ := below(own, "modelway:cluster")["adminRoleArns"].([]any)
	if len(roles) == 0 {
		return ""
	}
	account, role, _ := strings.Cut(strings.Replace(fmt.Sprint(roles[0]), ":iam:", ":sts:", 1), ":role/")
	return account + ":assumed-role/" + role[strings.LastIndex(role, "/")+1:] + "/modelway"
}

// program is the platform, or nil for a project with a program of its own; on a cluster of the user's own, its pods are kept to the local
// stack's nodes.
func program(c checkout.Checkout, status supervisor.Status) pulumi.RunFunc {
	switch {
	case c.Imports():
		return nil
	case status.External:
		return onLocalNodes(platform.Program(c.Root))
	}
	return platform.Program(c.Root)
}

// setPort puts the port of the shared load balancer's listener into the stack's settings.
func setPort(settings map[string]any, port int) error {
	listener, err := firstListener(settings)
	if err != nil {
		return err
	}
	listener["port"] = port
	return nil
}

// firstListener is the first listener of the load balancer "public" in the settings of a stack.
func firstListener(settings map[string]any) (map[string]any, error) {
	var at any = settings
	for _, key := range []string{"config", "modelway:loadBalancers", publicLoadBalancer, "listeners"} {
		m, _ := at.(map[string]any)
		at = m[key]
	}
	listeners, _ := at.([]any)
	if len(listeners) == 0 {
		return nil, fmt.Errorf(
			"Pulumi.%s.yaml has no modelway:loadBalancers.public.listeners: give it one, for example {protocol: HTTP, port: 8080}", localStack)
	}
	listener, ok := listeners[0].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("Pulumi.%s.yaml: modelway:loadBalancers.public.listeners[0] is not an object: write {protocol: HTTP, port: 8080}",
			localStack)
	}
	return listener, nil
}

// freePort is the wanted port where nobody listens on it, otherwise another one. 0 wants none in particular.
func freePort(wanted int) (int, error) {
	if wanted != 0 && port.Free(wanted) {
		return wanted, nil
	}
	return port.Choose()
}
