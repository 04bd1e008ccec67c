package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/sheet"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/engine"
)

// scale is what a number of models costs.
type scale struct {
	models                 int
	preview, up, unchanged time.Duration
	previewMemory, memory  uint64
	resources, balancers   int
}

// benchModels measures stacks of growing numbers of models, each in a checkout of its own. No process serves the models: what is
// measured is the engine, the API server and the load balancers. The engine saves the state once, at the end of a run.
func benchModels(ctx context.Context, out io.Writer, c checkout.Checkout, counts []int) error {
	var rows []scale
	for _, count := range counts {
		row, err := measureModels(ctx, out, c, count)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	table := sheet.Of("Models:", "Resources:", "Load balancers:", "Preview:", "Per model:", "Memory of preview:", "Up:", "Unchanged:",
		"Memory of all:")
	for i, row := range rows {
		each := "-"
		if i > 0 {
			each = fmt.Sprintf("%d ms", (row.preview-rows[0].preview).Milliseconds()/int64(row.models-rows[0].models))
		}
		table.Add(row.models, row.resources, row.balancers, seconds(row.preview), each, gibibytes(row.previewMemory), seconds(row.up),
			seconds(row.unchanged), gibibytes(row.memory))
	}
	fmt.Fprint(out, "\n", table.Text())
	return nil
}

func gibibytes(bytes uint64) string { return fmt.Sprintf("%.1f GiB", float64(bytes)/(1<<30)) }

func seconds(took time.Duration) string { return fmt.Sprintf("%.1f s", took.Seconds()) }

var (
	createdCount   = regexp.MustCompile(`(?m)^(\d+) created`)
	balancersCount = regexp.MustCompile(`(?m)^ *region: (\d+)/`)
)

// measureModels previews a stack of so many models, brings it up twice and takes it away.
func measureModels(ctx context.Context, out io.Writer, c checkout.Checkout, count int) (row scale, err error) {
	row.models = count
	folder, err := os.MkdirTemp("", "modelway-bench")
	if err != nil {
		return row, err
	}
	defer os.RemoveAll(folder)
	copied, err := c.Copy(folder)
	if err == nil {
		err = writeModels(copied, count)
	}
	if err != nil {
		return row, err
	}
	run := func(what string, memory *uint64, args ...string) (time.Duration, []byte, error) {
		fmt.Fprintf(out, "measuring %s of %d models\n", what, count)
		watch := watchMemory(copied)
		started := time.Now()
		cmd := exec.CommandContext(ctx, filepath.Join(copied.Bin(), "modelway-local"), args...)
		cmd.Env = append(os.Environ(), engine.SaveAtTheEnd)
		text, err := cmd.CombinedOutput()
		took := time.Since(started)
		if err != nil {
			err = fmt.Errorf("%s of %d models: %w\n%s", what, count, err, lastPart(text))
		}
		err = errors.Join(err, watch.stop())
		*memory = max(*memory, watch.peak)
		return took, text, err
	}
	row.preview, _, err = run("preview", &row.previewMemory, "preview", "--stack", "bench")
	if err != nil {
		return row, err
	}
	defer func() {
		_, _, down := run("down", &row.memory, "down")
		err = errors.Join(err, down)
	}()
	var text []byte
	if row.up, text, err = run("up", &row.memory, "up"); err != nil {
		return row, err
	}
	row.resources, row.balancers = number(createdCount, text), number(balancersCount, text)
	row.unchanged, _, err = run("an unchanged up", &row.memory, "up")
	return row, err
}

// number reads what a command has counted.
func number(pattern *regexp.Regexp, text []byte) int {
	found := pattern.FindSubmatch(text)
	if found == nil {
		return 0
	}
	n, _ := strconv.Atoi(string(found[1]))
	return n
}

// lastPart is the end of what a command printed.
func lastPart(text []byte) []byte { return text[max(0, len(text)-4000):] }

// writeModels replaces the models of a checkout by so many, each on a host of its own, and gives them nodes enough.
func writeModels(c checkout.Checkout, count int) error {
	folder := filepath.Join(c.Root, "models")
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for i := range count {
		name := fmt.Sprintf("model-%04d", i)
		text := "name: " + name + "\nimage: ghcr.io/company/model:1.0.0\ncompute: nodes\nroute: {by: host}\n"
		if err := os.WriteFile(filepath.Join(folder, name+".yaml"), []byte(text), 0o644); err != nil {
			return err
		}
	}
	local := filepath.Join(c.Root, "Pulumi.local.yaml")
	settings, err := os.ReadFile(local)
	if err != nil {
		return err
	}
	roomy := strings.Replace(string(settings), "instanceTypes: [t3.medium]",
		"instanceTypes: [t3.medium]\n        minSize: 4\n        maxSize: 4", 1)
	return errors.Join(os.WriteFile(local, []byte(roomy), 0o644), os.WriteFile(filepath.Join(c.Root, "Pulumi.bench.yaml"), []byte(roomy),
		0o644))
}
