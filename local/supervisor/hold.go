package supervisor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/localcli"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/durable"
)

// holdTimeout bounds how long the supervisor may take to listen on a port, or to say why it cannot.
const holdTimeout = 30 * time.Second

// PortFile is the file that remembers the port of a load balancer of this machine. The supervisor listens on the ports of all such files
// from its start, so that nobody takes them before the first Ingress.
func PortFile(c checkout.Checkout, loadBalancer string) string {
	return c.State("run", "port-"+loadBalancer)
}

// ports are those that the files remember.
func ports(c checkout.Checkout) (all []int) {
	files, _ := filepath.Glob(PortFile(c, "*")) // fails for a faulty pattern only
	for _, file := range append(files, c.State("run", "port")) {
		if port, err := ReadPort(file); err == nil {
			all = append(all, port)
		}
	}
	return all
}

// ReadPort reads a file that remembers a port. It fails for a number that cannot be one here, so that another is chosen.
func ReadPort(file string) (int, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	number, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err == nil && !localcli.UsablePort(number) {
		err = fmt.Errorf("%s remembers port %d: allowed: %s", file, number, localcli.AllowedPorts)
	}
	return number, err
}

// heldFile tells which ports the running supervisor listens on: for each an empty text, or why it does not.
func heldFile(c checkout.Checkout) string { return c.State("run", "held.json") }

func writeHeld(c checkout.Checkout, held map[int]error) error {
	texts := map[int]string{}
	for port, err := range held {
		texts[port] = ""
		if err != nil {
			texts[port] = err.Error()
		}
	}
	text, err := json.Marshal(texts)
	if err != nil {
		return err
	}
	if before, err := os.ReadFile(heldFile(c)); err == nil && string(before) == string(text) {
		return nil
	}
	return durable.WriteFile(heldFile(c), text, 0o644)
}

// holder keeps the file about held ports.
func holder(c checkout.Checkout, log *slog.Logger) func(map[int]error) {
	return func(held map[int]error) {
		if err := writeHeld(c, held); err != nil {
			log.Warn("telling which ports are held: " + err.Error())
		}
	}
}

// ErrPortTaken says that the supervisor cannot listen on a port.
var ErrPortTaken = errors.New("the port is taken")

// Hold returns when the running supervisor listens on a port that a file remembers, and fails with ErrPortTaken when it cannot.
func Hold(ctx context.Context, c checkout.Checkout, port int) error {
	ctx, cancel := context.WithTimeout(ctx, holdTimeout)
	defer cancel()
	for {
		text, err := os.ReadFile(heldFile(c))
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a supervisor of before, which opens ports with the first Ingress
		}
		held := map[int]string{}
		if err == nil {
			err = json.Unmarshal(text, &held)
		}
		if fault, known := held[port]; known && fault == "" {
			return nil
		} else if known {
			return fmt.Errorf("%w: %s", ErrPortTaken, fault)
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("the load balancers have not begun to listen on port %d within %s; their log is %s", port, holdTimeout,
				LogFile(c)), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
