package controlplane

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	freeport "github.com/modelway/modelway/local/port"
)

// ports are remembered in the control plane's folder, so that the cluster's endpoint survives a restart.
type ports struct {
	APIServer int `json:"kube-apiserver"`
	Etcd      int `json:"etcd"`
}

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
		if *port.value, err = freeport.Choose(chosen.APIServer); err != nil {
			return ports{}, err
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
		if freeport.Free(port) {
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
