package toolchain

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/modelway/modelway/local/bootstrap/download"
)

// source is where items are downloaded. Its zero value is nowhere.
type source struct {
	client *download.Client
	// only says that what is published is not built.
	only bool
}

// publishers are the source that a mode chooses.
func publishers(layout Layout, mode download.Mode, limits download.Limits) source {
	if mode.Never {
		return source{}
	}
	return source{client: download.New(mode, Cache(layout), limits), only: mode.Only}
}

// Cache is the folder of downloaded files, which all checkouts of a user share.
func Cache(layout Layout) string {
	folder, err := os.UserCacheDir()
	if err != nil {
		folder = filepath.Join(layout.Root, ".modelway", "cache")
	}
	return filepath.Join(folder, "modelway", "downloads")
}

// run brings items up to date.
type run struct {
	layout   Layout
	machine  Machine
	from     source
	progress *Progress

	// order is that of the catalog.
	order []string
	// queue is what is to be built, one after another, and aside what is made beside that.
	queue  []queued
	aside  []queued
	failed []delivered
	untold []delivered
}

type queued struct {
	item  Item
	stamp string
}

// sort finds what is out of date: it queues what is built, and returns what is downloaded.
func (r *run) sort(ctx context.Context, items []Item) ([]wanted, error) {
	var published []wanted
	for _, item := range items {
		r.order = append(r.order, item.Name)
		built, err := item.hash(r.layout, r.machine)
		if err != nil {
			return nil, fmt.Errorf("reading the inputs of %s: %w", item.Name, err)
		}
		file, downloaded, ok, err := item.download(r.layout, r.machine)
		if err != nil {
			return nil, err
		}
		if item.stamped(r.layout, built, downloaded) {
			continue
		}
		if item.installed != nil {
			if found, err := item.installed(ctx, item, r.layout, r.machine); err != nil {
				return nil, err
			} else if found {
				r.progress.ready(item.Name, 0, "installed")
				if err := os.WriteFile(r.layout.stamp(item.Name), []byte(built), 0o644); err != nil {
					return nil, err
				}
				continue
			}
		}
		if ok && r.from.client != nil {
			published = append(published, wanted{item, file, downloaded})
			continue
		}
		if item.aside {
			r.aside = append(r.aside, queued{item, built})
			continue
		}
		r.queue = append(r.queue, queued{item, built})
	}
	return published, nil
}

// all downloads what is published, and builds what is queued meanwhile, and what could not be downloaded.
func (r *run) all(ctx context.Context, published []wanted) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	downloads := deliver(ctx, r, published, r.aside)
	defer func() {
		cancel()
		downloads.drain()
	}()
	r.progress.mu.Lock()
	r.progress.downloads = downloads
	r.progress.mu.Unlock()
	for len(r.queue) > 0 || downloads.waiting.Load() > 0 {
		next, err := r.receive(ctx, downloads)
		downloads.waiting.Add(-int64(len(next)))
		if err == nil {
			err = r.deliver(ctx, next)
		}
		if err == nil && next == nil {
			err = r.build(ctx)
		}
		if err == nil && r.from.only && len(r.failed) > 0 && downloads.waiting.Load() == 0 {
			err = errNotBuilt(r.failed)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// receive returns what has been downloaded. It waits for that only if there is nothing to build.
func (r *run) receive(ctx context.Context, downloads *delivery) ([]delivered, error) {
	if len(r.queue) > 0 {
		select {
		case next := <-downloads.ended:
			return next, nil
		default:
			return nil, nil
		}
	}
	r.progress.wait()
	defer r.progress.end()
	select {
	case next := <-downloads.ended:
		return next, nil
	case <-ctx.Done():
		return nil, errors.New("interrupted while downloading; the same command goes on from here")
	}
}

// deliver queues what has not been downloaded.
func (r *run) deliver(ctx context.Context, next []delivered) error {
	for _, d := range next {
		switch {
		case d.err == nil:
		case ctx.Err() != nil:
			return interrupted(d.item.Name)
		case d.file.URL == "":
			return d.err
		default:
			r.failed, r.untold = append(r.failed, d), append(r.untold, d)
		}
	}
	if r.from.only || len(r.untold) == 0 {
		return nil
	}
	r.progress.say("built here, since they could not be downloaded: " + toldOf(r.untold))
	for _, d := range r.untold {
		stamp, err := d.item.hash(r.layout, r.machine)
		if err != nil {
			return err
		}
		r.queue = append(r.queue, queued{d.item, stamp})
	}
	r.untold = nil
	slices.SortStableFunc(r.queue, func(a, b queued) int {
		return slices.Index(r.order, a.item.Name) - slices.Index(r.order, b.item.Name)
	})
	return nil
}

// build builds the next item.
func (r *run) build(ctx context.Context) error {
	next := r.queue[0]
	r.queue = r.queue[1:]
	return r.settle(next.item, next.stamp, time.Now(), "", func() error { return r.make(ctx, next.item) })
}

// settle replaces an item, which was begun at start, and records its stamp. The old stamp goes first: an interruption must not leave a
// stamp with another program, or without one.
func (r *run) settle(item Item, stamp string, start time.Time, how string, replace func() error) error {
	file := r.layout.stamp(item.Name)
	if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := replace(); err != nil {
		return err
	}
	r.progress.ready(item.Name, time.Since(start), how)
	return os.WriteFile(file, []byte(stamp), 0o644)
}

func (r *run) make(ctx context.Context, item Item) error {
	err := item.make(ctx, r.layout, r.machine, r.progress.task(item.Name))
	r.progress.end()
	if err != nil && ctx.Err() != nil {
		return interrupted(item.Name)
	}
	return err
}

func interrupted(item string) error {
	return fmt.Errorf("interrupted while building %s; the same command goes on from here", item)
}
