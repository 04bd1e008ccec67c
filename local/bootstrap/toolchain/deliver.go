package toolchain

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/modelway/modelway/local/bootstrap/download"
)

// delivery downloads items beside what is built.
type delivery struct {
	client *download.Client
	layout Layout
	start  time.Time
	meters map[string]*download.Meter
	// ended gets each item once: those whose sums cannot be had together, so that a machine without internet is told of once.
	ended   chan []delivered
	waiting atomic.Int64
}

// delivered is an item that is downloaded, or why it is not.
type delivered struct {
	wanted
	size int64
	err  error
}

// wanted is an item with the file that it is downloaded as, and the stamp that it then has.
type wanted struct {
	item  Item
	file  download.File
	stamp string
}

// deliver starts to download items. Cancelling ctx ends it; the channel gets them all the same.
func deliver(ctx context.Context, client *download.Client, layout Layout, items []wanted) *delivery {
	d := &delivery{
		client: client, layout: layout, start: time.Now(), meters: map[string]*download.Meter{}, ended: make(chan []delivered, len(items)),
	}
	d.waiting.Store(int64(len(items)))
	for _, w := range items {
		d.meters[w.file.URL] = &download.Meter{}
	}
	go d.run(ctx, items)
	return d
}

func (d *delivery) run(ctx context.Context, items []wanted) {
	sums, failed := make([]download.Sum, len(items)), make([]error, len(items))
	each := func(do func(int)) {
		var all sync.WaitGroup
		for i := range items {
			all.Add(1)
			go func() { defer all.Done(); do(i) }()
		}
		all.Wait()
	}
	each(func(i int) { sums[i], failed[i] = d.client.Sum(ctx, items[i].file) })
	var without []delivered
	for i, err := range failed {
		if err != nil {
			without = append(without, delivered{wanted: items[i], err: err})
		}
	}
	if without != nil {
		d.ended <- without
	}
	each(func(i int) {
		if failed[i] == nil {
			d.ended <- []delivered{d.fetch(ctx, items[i], sums[i])}
		}
	})
}

// fetch puts the program in its place. The old stamp goes first: an interruption must not leave a stamp with another program.
func (d *delivery) fetch(ctx context.Context, w wanted, sum download.Sum) delivered {
	file, err := d.client.Fetch(ctx, sum, d.meters[w.file.URL])
	if err != nil {
		return delivered{wanted: w, err: err}
	}
	target := w.item.placed(d.layout)
	fresh := filepath.Join(filepath.Dir(target), "."+w.item.Name+".downloaded")
	defer os.Remove(fresh)
	if err := os.Remove(d.layout.stamp(w.item.Name)); err != nil && !os.IsNotExist(err) {
		return delivered{wanted: w, err: err}
	}
	_ = os.Remove(fresh)
	err = os.MkdirAll(filepath.Dir(target), 0o755)
	if err == nil {
		err = download.Extract(file, w.file.Member, fresh)
	}
	if err == nil {
		err = os.Rename(fresh, target)
	}
	result := delivered{wanted: w, err: err}
	if info, err := os.Stat(file); err == nil {
		result.size = info.Size()
	}
	return result
}

// placed is where the downloaded program of an item is: in the folder of programs, or where its runner looks for it.
func (i Item) placed(layout Layout) string {
	if i.runner != nil {
		return filepath.Join(layout.Bin(), "published", i.Name)
	}
	return filepath.Join(layout.Bin(), i.Name)
}

// String tells how far the downloads are, and is empty when there are none.
func (d *delivery) String() string {
	if d == nil || d.waiting.Load() == 0 {
		return ""
	}
	var have, size int64
	for _, meter := range d.meters {
		have, size = have+meter.Have.Load(), size+meter.Size.Load()
	}
	return fmt.Sprintf("downloading %d, %s of %s", d.waiting.Load(), megabytes(have), megabytes(size))
}

func megabytes(bytes int64) string { return fmt.Sprintf("%.0f MB", float64(bytes)/1e6) }

// toldOf is what is said of downloads that failed: each cause once, with its items.
func toldOf(failed []delivered) string {
	var causes []string
	items := map[string][]string{}
	for _, f := range failed {
		cause := f.err.Error()
		if !slices.Contains(causes, cause) {
			causes = append(causes, cause)
		}
		items[cause] = append(items[cause], f.item.Name)
	}
	for i, cause := range causes {
		causes[i] = strings.Join(items[cause], ", ") + " (" + cause + ")"
	}
	return strings.Join(causes, ", ")
}

// errNotBuilt ends a run that may not build what could not be downloaded.
func errNotBuilt(failed []delivered) error {
	errs := []error{fmt.Errorf("not downloaded, and not built, since %s is only (leave it empty to build what cannot be downloaded):",
		download.Variable)}
	for _, f := range failed {
		errs = append(errs, fmt.Errorf("  %s: %s: %w", f.item.Name, f.file.URL, f.err))
	}
	return errors.Join(errs...)
}

// drain waits until nothing is written any more, after the downloads were cancelled.
func (d *delivery) drain() {
	for d.waiting.Load() > 0 {
		d.waiting.Add(-int64(len(<-d.ended)))
	}
}
