package charts

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/addons"
)

// Definitions of KServe's objects, by the name of their chart.
const (
	// FullDefinitions have the schemas of pods, by which the API server checks objects, and takes twice the memory.
	FullDefinitions = "kserve-crd"
	// MinimalDefinitions take any field.
	MinimalDefinitions = "kserve-crd-minimal"
)

// Published makes the charts of cert-manager and KServe, as their Go modules have them, in folders of their names below dir. root is the
// folder of the checkout, and definitions the name of KServe's chart of them. It fails where the modules cannot be downloaded.
func Published(ctx context.Context, root, dir, definitions string) error {
	kserve, err := module(ctx, filepath.Join(root, "local", "tools", "kserve"), "github.com/kserve/kserve")
	if err != nil {
		return err
	}
	certManager := addons.CertManager()
	issuer, err := module(ctx, dir, "github.com/cert-manager/cert-manager@"+certManager.Chart.Version)
	if err != nil {
		return err
	}
	for source, row := range map[string]addons.Helm{
		filepath.Join(issuer, "deploy", "charts", "cert-manager"):   certManager,
		filepath.Join(kserve, "charts", definitions):                addons.KServeDefinitions(),
		filepath.Join(kserve, "charts", addons.KServe().Chart.Name): addons.KServe(),
		filepath.Join(kserve, "charts", "kserve-runtime-configs"):   addons.KServeRuntimes(),
	} {
		if _, err := Copy(source, dir, row.Chart); err != nil {
			return err
		}
	}
	return nil
}

// Has says whether a folder has the charts, each in the version that is pinned.
func Has(dir string, pinned []addons.Chart) bool {
	for _, chart := range pinned {
		text, err := os.ReadFile(filepath.Join(dir, chart.Name, "Chart.yaml"))
		var described struct{ Version string }
		if err != nil || yaml.Unmarshal(text, &described) != nil || described.Version != chart.Version {
			return false
		}
	}
	return true
}

// module is the folder of a Go module's files, which it downloads: at the version that the go.mod in dir pins, or at the one in its name.
func module(ctx context.Context, dir, name string) (string, error) {
	command := exec.CommandContext(ctx, "go", "mod", "download", "-json", name)
	command.Dir = dir
	var said bytes.Buffer
	command.Stderr = &said
	out, err := command.Output()
	var downloaded struct{ Dir, Error string }
	if json.Unmarshal(out, &downloaded) != nil || downloaded.Error != "" || downloaded.Dir == "" {
		return "", fmt.Errorf("the Go module %s, which has the chart, cannot be downloaded: %v: %s%s", name, err, downloaded.Error, said.String())
	}
	return downloaded.Dir, nil
}
