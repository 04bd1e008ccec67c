package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/modelway/modelway/internal/localcli"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/durable"
	"github.com/modelway/modelway/local/supervisor"
)

// choosePort is the port of the shared load balancer on this machine: the one asked for, else the one used before, else the
// one in the stack's settings, else, when that is taken, a free one. It is remembered, so that URLs stay; while the supervisor
// runs, the remembered one is its own.
func choosePort(out io.Writer, c checkout.Checkout, asked int) (int, error) {
	memory := c.State("run", "port")
	used, err := supervisor.ReadPort(memory)
	if err != nil || !localcli.UsablePort(used) {
		used = 0 // nothing is remembered
	}
	if _, running := supervisor.Running(c); running && used != 0 && (asked == 0 || asked == used) {
		return used, nil
	}
	wanted := cmp.Or(asked, used)
	if wanted == 0 {
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
			return 0, fmt.Errorf("port %d on 127.0.0.1 %s: choose another with `modelway up --port ...`, or leave --port out to get a free one", asked,
				whyNot(asked))
		}
		say(out, "Port %d on 127.0.0.1 %s; using %d instead (choose one with `modelway up --port ...`)\n", wanted, whyNot(wanted), port)
	}
	return port, rememberPort(memory, port)
}

// whyNot says why a port is not free.
func whyNot(wanted int) string {
	if localcli.UsablePort(wanted) {
		return "is taken"
	}
	return "is none that every user may listen on (allowed: " + localcli.AllowedPorts + ")"
}

// furtherPort is the port of a load balancer other than public, which is a free one that is remembered.
func furtherPort(c checkout.Checkout, loadBalancer string) (int, error) {
	memory := supervisor.PortFile(c, loadBalancer)
	if port, err := supervisor.ReadPort(memory); err == nil {
		return port, nil
	}
	port, err := freePort(0)
	if err != nil {
		return 0, err
	}
	return port, rememberPort(memory, port)
}

func rememberPort(memory string, port int) error {
	if err := os.MkdirAll(filepath.Dir(memory), 0o755); err != nil {
		return err
	}
	return durable.WriteFile(memory, []byte(strconv.Itoa(port)+"\n"), 0o644)
}

// holdPorts makes the running supervisor listen on the ports of all load balancers of a stack before the engine begins, and chooses another
// for one that was taken since it was chosen; one that was asked for is refused. It returns the port of the load balancer public.
func holdPorts(ctx context.Context, out io.Writer, c checkout.Checkout, stack string, port, asked int) (int, error) {
	port, err := holdPort(ctx, out, c, c.State("run", "port"), port, asked)
	if err != nil || stack == localStack {
		return port, err
	}
	settings, err := settingsOf(c, stack)
	if err != nil {
		return 0, err
	}
	for _, key := range slices.Sorted(maps.Keys(below(settings, "modelway:loadBalancers"))) {
		if key == publicLoadBalancer {
			continue
		}
		further, err := furtherPort(c, key)
		if err == nil {
			_, err = holdPort(ctx, out, c, supervisor.PortFile(c, key), further, 0)
		}
		if err != nil {
			return 0, err
		}
	}
	return port, nil
}

// holdTries is how many ports are tried that somebody else takes before the supervisor does.
const holdTries = 5

func holdPort(ctx context.Context, out io.Writer, c checkout.Checkout, memory string, port, asked int) (int, error) {
	for try := 1; ; try++ {
		err := supervisor.Hold(ctx, c, port)
		if !errors.Is(err, supervisor.ErrPortTaken) {
			return port, err
		}
		if asked != 0 {
			return 0, fmt.Errorf("%w; choose another with `modelway up --port ...`, or leave --port out to get a free one", err)
		}
		if try == holdTries {
			return 0, err
		}
		taken := port
		if port, err = freePort(0); err != nil {
			return 0, err
		}
		say(out, "Port %d on 127.0.0.1 was taken meanwhile; using %d instead (choose one with `modelway up --port ...`)\n", taken, port)
		if err := rememberPort(memory, port); err != nil {
			return 0, err
		}
	}
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
	number, ok := listener["port"].(int)
	if !ok || !localcli.UsablePort(number) {
		return 0, fmt.Errorf("Pulumi.%s.yaml: modelway:loadBalancers.public.listeners[0].port is %v; allowed: %s", localStack, listener["port"],
			localcli.AllowedPorts)
	}
	return number, nil
}
