package toolchain

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/modelway/modelway/local/bootstrap/download"
)

// delivery gets items beside what is built: it downloads, and installs packages.
type delivery struct {
	run    *run
	start  time.Time
	meters map[string]*download.Meter
	// ended gets each item once: those whose sums cannot be had together, so that a machine without internet is told of once.
	ended   chan []delivered
	waiting atomic.Int64
	// downloads are how many of those that are waited for are downloads; aside are the others.
	downloads atomic.Int64
	aside     []*Task
}

// delivered is an item that is there, or why it is not.
type delivered struct {
	wanted
	err error
}

// wanted is an item with its stamp, and with the file that it is downloaded as, if it is.
type wanted struct {
	item  Item
	file  download.File
	stamp string
}

// deliver starts to get items. Cancelling ctx ends it; the channel gets them all the same.
func deliver(ctx context.Context, r *run, published []wanted, aside []queued) *delivery {
	d := &delivery{
		run: r, start: time.Now(), meters: map[string]*download.Meter{}, ended: make(chan []delivered, len(published)+len(aside)),
	}
	d.waiting.Store(int64(len(published) + len(aside)))
	d.downloads.Store(int64(len(published)))
	for _, w := range published {
		d.meters[w.file.URL] = &download.Meter{}
	}
	for _, q := range aside {
		task := &Task{progress: r.progress, name: q.item.Name, verb: "preparing", hidden: true}
		d.aside = append(d.aside, task)
		go func() {
			err := d.run.settle(q.item, q.stamp, d.start, "", func() error { return d.make(ctx, q.item, task) })
			task.ended.Store(true)
			d.ended <- []delivered{{wanted{item: q.item}, err}}
		}()
	}
	go d.download(ctx, published)
	return d
}

func (d *delivery) download(ctx context.Context, items []wanted) {
	sums, failed := make([]download.Sum, len(items)), make([]error, len(items))
	each := func(do func(int)) {
		var all sync.WaitGroup
		for i := range items {
			all.Add(1)
			go func() { defer all.Done(); do(i) }()
		}
		all.Wait()
	}
	end := func(batch ...delivered) {
		d.downloads.Add(-int64(len(batch)))
		d.ended <- batch
	}
	each(func(i int) { sums[i], failed[i] = d.run.from.client.Sum(ctx, items[i].file) })
	var without []delivered
	for i, err := range failed {
		if err != nil {
			without = append(without, delivered{items[i], err})
		}
	}
	if without != nil {
		end(without...)
	}
	each(func(i int) {
		if failed[i] == nil {
			end(delivered{items[i], d.fetch(ctx, items[i], sums[i])})
		}
	})
}

// fetch downloads an item and puts the program in its place.
func (d *delivery) fetch(ctx context.Context, w wanted, sum download.Sum) error {
	file, err := d.run.from.client.Fetch(ctx, sum, d.meters[w.file.URL])
	if err != nil {
		return err
	}
	how := "downloaded"
	if info, err := os.Stat(file); err == nil {
		how += ", " + megabytes(info.Size())
	}
	return d.run.settle(w.item, w.stamp, d.start, how, func() error {
		if w.item.runner != nil {
			if err := d.make(ctx, *w.item.runner, &Task{progress: d.run.progress, name: w.item.Name, hidden: true}); err != nil {
				return err
			}
		}
		return place(file, w.file.Member, w.item.placed(d.run.layout))
	})
}

// make makes an item whose commands are not started from the main thread: the thread that starts them has to live as long as they do.
func (d *delivery) make(ctx context.Context, item Item, task *Task) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return item.make(ctx, d.run.layout, d.run.machine, task)
}

// place extracts a program under a temporary name, and renames it.
func place(file, member, target string) error {
	fresh := filepath.Join(filepath.Dir(target), "."+filepath.Base(target)+".downloaded")
	defer os.Remove(fresh)
	_ = os.Remove(fresh)
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	if err := download.Extract(file, member, fresh); err != nil {
		return err
	}
	return os.Rename(fresh, target)
}

// placed is where the downloaded program of an item is: in the folder of programs, or where its runner looks for it.
func (i Item) placed(layout Layout) string {
	if i.runner != nil {
		return filepath.Join(layout.Bin(), "published", i.Name)
	}
	return filepath.Join(layout.Bin(), i.Name)
}

// String tells how far it is, and is empty when nothing is waited for.
func (d *delivery) String() string {
	if d == nil || d.waiting.Load() == 0 {
		return ""
	}
	var parts []string
	for _, task := range d.aside {
		if !task.ended.Load() {
			parts = append(parts, task.verb)
		}
	}
	if downloads := d.downloads.Load(); downloads > 0 {
		var have, size int64
		for _, meter := range d.meters {
			have, size = have+meter.Have.Load(), size+meter.Size.Load()
		}
		parts = append(parts, fmt.Sprintf("downloading %d, %s of %s", downloads, megabytes(have), megabytes(size)))
	}
	return strings.Join(parts, ", ")
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
