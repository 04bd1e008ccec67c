package command

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/modelway/modelway/internal/addons"

	"github.com/modelway/modelway/local/charts"
	"github.com/modelway/modelway/local/checkout"
)

// kedaPrograms are what `make tools-keda` builds.
var kedaPrograms = []string{"keda-operator", "keda-metrics-apiserver"}

// servedKeda is the folder of the stand-in for KEDA's chart that registers the API of its metrics server.
func servedKeda(c checkout.Checkout) string { return c.State("served") }

// prepareKeda makes the stand-in for KEDA's chart that registers the API external.metrics.k8s.io, where the programs of its pods are built
// and the API server reaches them, and removes it elsewhere: no namespace ends while an API is registered that nobody serves.
func prepareKeda(c checkout.Checkout, settings map[string]any, external bool) error {
	if err := os.RemoveAll(servedKeda(c)); err != nil {
		return err
	}
	if !byKeda(settings) || external {
		return nil
	}
	for _, program := range kedaPrograms {
		if _, err := os.Stat(filepath.Join(c.Bin(), program)); err != nil {
			return nil // its pods run nothing, and say so
		}
	}
	chart := addons.Keda().Chart
	if err := os.MkdirAll(servedKeda(c), 0o755); err != nil {
		return err
	}
	if _, err := charts.CopyServed(filepath.Join(c.Root, standInChart(c, chart.Name)), servedKeda(c), chart); err != nil {
		return fmt.Errorf("preparing KEDA, which is built here: %w", err)
	}
	return nil
}

// byKeda says whether settings have KEDA installed.
func byKeda(settings map[string]any) bool {
	return hasMonitoring(settings) && object(settings["modelway:monitoring"])["scaling"] != false
}

// chartOfKeda is the chart that this machine installs in place of its stand-in for KEDA's.
func chartOfKeda(c checkout.Checkout) string {
	name := addons.Keda().Chart.Name
	if _, err := os.Stat(filepath.Join(servedKeda(c), name)); err == nil {
		return "./" + checkout.StateFolder + "/" + filepath.Base(servedKeda(c)) + "/" + name
	}
	return standInChart(c, name)
}
