// Package toolchain makes sure that every program the local stack runs is present in .modelway/bin and up to date.
//
// It imports the standard library only and is a module of its own with an old language version, so that `go run` starts it within
// seconds on a machine where nothing has been downloaded yet, and even with a Go that is too old for the rest of the project.
//
// Each program has a stamp: a hash of everything that goes into it. A program is built only when its stamp differs, under a
// temporary name that is renamed into place, so an interrupted build leaves the previous program or none, and the next run goes on.
package toolchain

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"syscall"
	"time"
)

// Layout is where the project's files and the built programs are.
type Layout struct {
	// Root is the checkout: the folder of the root go.mod.
	Root string
}

// Bin is the folder of the built programs, .modelway/bin.
func (l Layout) Bin() string { return filepath.Join(l.Root, ".modelway", "bin") }

// Node is the folder in which node_modules is installed, .modelway/node.
func (l Layout) Node() string { return filepath.Join(l.Root, ".modelway", "node") }

// Log is the file that holds the whole output of the last build of one item.
func (l Layout) Log(item string) string {
	return filepath.Join(l.Root, ".modelway", "logs", "build-"+item+".log")
}

func (l Layout) stamp(item string) string { return filepath.Join(l.Bin(), ".stamps", item) }

// Ensure brings the named items (see Catalog) up to date, one after another in the order of the catalog. No name means all of
// them but the optional ones. Out of date means: the item's inputs have changed since it was built, or what it produces is gone. Two runs
// in the same checkout wait for each other. A cancelled ctx kills the running build with all its children.
func Ensure(ctx context.Context, layout Layout, names []string, progress *Progress) error {
	items, err := Select(Catalog(), names)
	if err != nil {
		return err
	}
	machine, err := CheckPrerequisites(ctx, layout.Root)
	if err != nil {
		return err
	}
	return ensure(ctx, layout, items, machine, progress)
}

func ensure(ctx context.Context, layout Layout, items []Item, machine Machine, progress *Progress) error {
	if err := os.MkdirAll(filepath.Join(layout.Bin(), ".stamps"), 0o755); err != nil {
		return fmt.Errorf("creating the folder of built programs: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(layout.Log("x")), 0o755); err != nil {
		return fmt.Errorf("creating the log folder: %w", err)
	}
	unlock, err := lock(layout, progress)
	if err != nil {
		return err
	}
	defer unlock()

	warned := false
	for _, item := range items {
		hash, err := item.hash(layout, machine)
		if err != nil {
			return fmt.Errorf("reading the inputs of %s: %w", item.Name, err)
		}
		if old, err := os.ReadFile(layout.stamp(item.Name)); err == nil && string(old) == hash && item.present(layout) {
			continue
		}
		if !warned {
			warned = true
			warnAboutDisk(layout.Root, progress)
		}
		if err := item.refresh(ctx, layout, machine, hash, progress); err != nil {
			return err
		}
	}
	return nil
}

// refresh builds the item and records its stamp. The old stamp goes first: an interruption must not leave a stamp without its program.
func (i Item) refresh(ctx context.Context, layout Layout, machine Machine, hash string, progress *Progress) error {
	if err := os.Remove(layout.stamp(i.Name)); err != nil && !os.IsNotExist(err) {
		return err
	}
	start := time.Now()
	if err := i.make(ctx, layout, machine, progress.task(i.Name)); err != nil {
		progress.end()
		if ctx.Err() != nil {
			return fmt.Errorf("interrupted while building %s; the same command goes on from here", i.Name)
		}
		return err
	}
	progress.done(i.Name, time.Since(start))
	return os.WriteFile(layout.stamp(i.Name), []byte(hash), 0o644)
}

func (i Item) present(layout Layout) bool {
	for _, file := range i.Produces {
		if _, err := os.Stat(filepath.Join(layout.Root, ".modelway", file)); err != nil {
			return false
		}
	}
	return true
}

// lock waits until no other run works on the same checkout. The kernel releases it when the process ends in whatever way.
func lock(layout Layout, progress *Progress) (func(), error) {
	file, err := os.OpenFile(filepath.Join(layout.Bin(), ".lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("opening the build lock: %w", err)
	}
	if syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		progress.say("another make is building in this checkout; waiting for it")
		if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
			return nil, fmt.Errorf("locking %s: %w", file.Name(), err)
		}
	}
	return func() { _ = file.Close() }, nil
}

// Select returns the items with the given names in catalog order, all but the optional ones when there is no name.
// A group name stands for its members. An unknown name is an error that lists the known ones.
func Select(catalog []Item, names []string) ([]Item, error) {
	if len(names) == 0 {
		return slices.DeleteFunc(catalog, func(i Item) bool { return i.Optional }), nil
	}
	wanted := map[string]bool{}
	for _, name := range names {
		if members, ok := Groups[name]; ok {
			for _, member := range members {
				wanted[member] = true
			}
			continue
		}
		wanted[name] = true
	}
	var selected []Item
	var known []string
	for _, item := range catalog {
		known = append(known, item.Name)
		if wanted[item.Name] {
			selected = append(selected, item)
			delete(wanted, item.Name)
		}
	}
	for name := range wanted {
		return nil, fmt.Errorf("unknown item %q; known are %s and the groups %s", name, strings.Join(known, ", "), groupNames())
	}
	return selected, nil
}

func groupNames() string {
	var names []string
	for name := range Groups {
		names = append(names, name)
	}
	sort.Strings(names)
	return strings.Join(names, ", ")
}
