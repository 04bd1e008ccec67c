package command

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/durable"
	"github.com/modelway/modelway/local/supervisor"
)

// choosePort is the port of the shared load balancer on this machine: the one asked for, else the one used before, else the
// one in the stack's settings, else, when that is taken, a free one. It is remembered, so that URLs stay; while the supervisor
// runs, the remembered one is its own.
func choosePort(out io.Writer, c checkout.Checkout, asked int) (int, error) {
	memory := c.State("run", "port")
	used := 0
	if data, err := os.ReadFile(memory); err == nil {
		used, _ = strconv.Atoi(strings.TrimSpace(string(data)))
	}
	if _, running := supervisor.Running(c); running && used != 0 && (asked == 0 || asked == used) {
		return used, nil
	}
	wanted := cmp.Or(asked, used)
	if wanted == 0 {
		var err error
		if wanted, err = configuredPort(c); err != nil {
			return 0, err
		}
	}
	port, err := freePort(wanted)
	if err != nil {
		return 0, err
	}
	if port != wanted {
		if asked != 0 {
			return 0, fmt.Errorf("port %d on 127.0.0.1 is taken: choose another with `make up PORT=...`, or leave PORT out to get a free one", asked)
		}
		fmt.Fprintf(out, "Port %d on 127.0.0.1 is taken; using %d instead (choose one with `make up PORT=...`)\n", wanted, port)
	}
	if err := os.MkdirAll(filepath.Dir(memory), 0o755); err != nil {
		return 0, err
	}
	return port, durable.WriteFile(memory, []byte(strconv.Itoa(port)+"\n"), 0o644)
}

// furtherPort is the port of a load balancer other than public, which is a free one that is remembered.
func furtherPort(c checkout.Checkout, loadBalancer string) (int, error) {
	memory := c.State("run", "port-"+loadBalancer)
	if data, err := os.ReadFile(memory); err == nil {
		return strconv.Atoi(strings.TrimSpace(string(data)))
	}
	port, err := freePort(0)
	if err != nil {
		return 0, err
	}
	return port, durable.WriteFile(memory, []byte(strconv.Itoa(port)+"\n"), 0o644)
}

func configuredPort(c checkout.Checkout) (int, error) {
	own, err := localSettings(c)
	if err != nil {
		return 0, err
	}
	listener, err := firstListener(map[string]any{"config": own})
	if err != nil {
		return 0, err
	}
	port, ok := listener["port"].(float64)
	if !ok {
		return 0, fmt.Errorf("Pulumi.%s.yaml: modelway:loadBalancers.public.listeners[0].port is %v: give a number", localStack, listener["port"])
	}
	return int(port), nil
}
