package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/project"

	"github.com/modelway/modelway/local/charts"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/durable"
)

// chartsTimeout bounds the download of the modules that have the published charts.
const chartsTimeout = 10 * time.Minute

// published is the folder of KServe's published charts, which `modelway up` makes for a stack that then has them, and `modelway down` removes.
func published(c checkout.Checkout) string { return c.State("charts") }

// standInsFile says why a stack has the stand-ins: until it is destroyed, since no release of the one chart can become one of the other.
func standInsFile(c checkout.Checkout) string { return c.State("stand-in-charts") }

// machineCharts are the charts that this machine installs, by their names: those that the settings of the local stack name, with what KEDA
// serves where it runs; and of KServe and what it needs otherwise the published ones, where `modelway up` has made them for the stack of a checkout,
// or stand-ins.
func machineCharts(own map[string]any, c checkout.Checkout) map[string]any {
	all := lentCharts(c)
	maps.Copy(all, object(own["modelway:charts"]))
	if keda := addons.Keda().Chart.Name; all[keda] == standInChart(c, keda) {
		all[keda] = chartOfKeda(c)
	}
	for _, chart := range kserveCharts() {
		if all[chart.Name] != nil {
			continue
		}
		all[chart.Name] = standInChart(c, chart.Name)
		if _, err := os.Stat(published(c)); err == nil {
			all[chart.Name] = "./" + checkout.StateFolder + "/charts/" + chart.Name
		}
	}
	return all
}

// kserveCharts are the charts of KServe and of what it needs.
func kserveCharts() (all []addons.Chart) {
	for _, row := range addons.All() {
		if row.Setting == kserve.Setting {
			all = append(all, row.Chart)
		}
	}
	return all
}

// hasKServe says whether settings switch KServe on.
func hasKServe(settings map[string]any) bool {
	return object(settings["modelway:kserve"])["enabled"] == true
}

// prepareKServe makes what an environment with KServe installs and runs on this machine: the published charts, out of their Go modules, and
// the programs of their pods. Where it cannot have the charts, it says so and leaves the stand-ins, under which no model with files runs;
// it fails where there is such a model. It does nothing for an environment without KServe, and takes no charts where the settings of the
// local stack name some.
func prepareKServe(ctx context.Context, out io.Writer, c checkout.Checkout, settings map[string]any, external bool) error {
	own, err := localSettings(c)
	if err != nil || !hasKServe(settings) {
		return err
	}
	why, err := os.ReadFile(standInsFile(c))
	chart := addons.KServe().Chart.Name
	named := object(own["modelway:charts"])[chart]
	switch {
	case err == nil:
		return standIn(out, c, settings, string(why))
	case !errors.Is(err, fs.ErrNotExist):
		return err
	case named == standInChart(c, chart):
		return standIn(out, c, settings, "Pulumi.local.yaml names "+standInChart(c, chart))
	case named != nil:
		return build(ctx, out, c, "kserve")
	case external:
		return standIn(out, c, settings, "the API server of a cluster of your own does not reach the webhooks, which run on this machine")
	}
	if err := publishCharts(ctx, out, c); err != nil {
		if _, has := os.Stat(published(c)); ctx.Err() != nil || has == nil {
			return err // a stack that has the published charts keeps them
		}
		return standIn(out, c, settings, firstLine(err.Error()))
	}
	return build(ctx, out, c, "kserve")
}

// standInChart is the stand-in for a chart, by its path in the project.
func standInChart(c checkout.Checkout, name string) string {
	if within, err := filepath.Rel(c.Root, project.Project(c).Lender()); err == nil && c.Imports() {
		return "./" + filepath.ToSlash(within) + "/local/charts/" + name
	}
	return "./local/charts/" + name
}

// lentCharts are those of Modelway's own local stack, for a project that imports it: the settings of Modelway itself name them.
func lentCharts(c checkout.Checkout) map[string]any {
	all := map[string]any{}
	if !c.Imports() {
		return all
	}
	settings, _ := localSettings(checkout.Checkout(c.Modelway())) // without them the program says which chart it lacks
	for name := range object(settings["modelway:charts"]) {
		all[name] = standInChart(c, name)
	}
	return all
}

// publishCharts makes the published charts, unless those of the pinned versions are there.
func publishCharts(ctx context.Context, out io.Writer, c checkout.Checkout) error {
	if charts.Has(published(c), kserveCharts()) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, chartsTimeout)
	defer cancel()
	fresh := published(c) + ".new"
	return during(out, "Taking the charts of KServe and cert-manager out of their Go modules", func() error {
		err := errors.Join(os.RemoveAll(fresh), os.MkdirAll(fresh, 0o755))
		if err == nil {
			err = charts.Published(ctx, c.Modelway().Root, fresh, charts.MinimalDefinitions)
		}
		if err != nil {
			return errors.Join(err, os.RemoveAll(fresh))
		}
		return errors.Join(os.RemoveAll(published(c)), os.Rename(fresh, published(c)))
	})
}

// standIn keeps for the stack why it has the stand-ins, and says what does not run with them. It fails where a model needs what they
// lack.
func standIn(out io.Writer, c checkout.Checkout, settings map[string]any, why string) error {
	folder := modelsSetting(settings, "directory", config.Defaults("", "").Models.Directory)
	set, _ := modelspec.Read(os.DirFS(c.Root), folder, nil) // the program reports faults
	var names []string
	for _, m := range set.Models {
		if m.Files.Given() {
			names = append(names, m.Name)
		}
	}
	const tryAgain = "`modelway down` and `modelway up` try again"
	if len(names) > 0 {
		return fmt.Errorf("models with files (%s) need KServe's own charts: %s; %s. To bring the rest up, give these models an image, or remove "+
			"their files", strings.Join(names, ", "), why, tryAgain)
	}
	fmt.Fprintf(out, "KServe is stood in for by charts that run nothing, and no model with files can run: %s; %s\n", why, tryAgain)
	if err := os.MkdirAll(c.State(), 0o755); err != nil {
		return err
	}
	return durable.WriteFile(standInsFile(c), []byte(why), 0o644)
}

// firstLine is a text up to its first line break, which one line of output has room for.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}

// kserveState says what of KServe is real in the stack that is up; empty where it has none.
func kserveState(c checkout.Checkout, stack string) string {
	settings, err := settingsOf(deployedSettings(c), stack)
	if err != nil || !hasKServe(settings) {
		return ""
	}
	if why, err := os.ReadFile(standInsFile(c)); err == nil {
		return "stands in, and runs no model with files: " + string(why)
	}
	if charts.Has(published(c), kserveCharts()) {
		return fmt.Sprintf("real: the controller of %s with its charts and webhooks; cert-manager's programs stand in", kserve.Version)
	}
	return "of the charts that Pulumi.local.yaml names"
}
