package controlplane

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"time"
)

// ports are remembered in the control plane's folder, so that the cluster's endpoint survives a restart.
type ports struct {
	APIServer int `json:"kube-apiserver"`
	Etcd      int `json:"etcd"`
}

// Chosen ports lie below the ranges that operating systems give to outgoing connections (32768 and up on Linux, 49152 and up on
// macOS), and are random so that a cluster that is stopped finds its ports still free.
const (
	firstPort = 20000
	lastPort  = 29999
)

// choosePorts returns the remembered ports where they are free, and free ones otherwise, and remembers them.
func choosePorts(ctx context.Context, dir string, report func(string)) (ports, error) {
	var chosen ports
	content, err := os.ReadFile(filepath.Join(dir, "ports.json"))
	if err == nil {
		err = json.Unmarshal(content, &chosen)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return ports{}, fmt.Errorf("reading the remembered ports: %w", err)
	}
	for _, port := range []struct {
		name  string
		value *int
	}{{apiServer, &chosen.APIServer}, {datastore, &chosen.Etcd}} {
		if *port.value != 0 && freeSoon(ctx, *port.value) {
			continue
		}
		old := *port.value
		for *port.value = 0; *port.value == 0; {
			if candidate := firstPort + rand.IntN(lastPort-firstPort+1); candidate != chosen.APIServer && free(candidate) {
				*port.value = candidate
			}
			if ctx.Err() != nil {
				return ports{}, fmt.Errorf("no free port between %d and %d: %w", firstPort, lastPort, ctx.Err())
			}
		}
		if old != 0 {
			report(fmt.Sprintf("port %d of %s is taken by another program; using %d from now on", old, port.name, *port.value))
		}
	}
	if content, err = json.Marshal(chosen); err != nil {
		return ports{}, err
	}
	return chosen, writeFile(dir, "ports.json", content)
}

// freeSoon gives a program that was just killed a moment to let go of its port.
func freeSoon(ctx context.Context, port int) bool {
	for range 20 {
		if free(port) {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(100 * time.Millisecond):
		}
	}
	return false
}

func free(port int) bool {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	_ = listener.Close()
	return true
}
