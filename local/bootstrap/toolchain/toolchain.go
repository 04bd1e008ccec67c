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

	"github.com/modelway/modelway/local/bootstrap/download"
	"github.com/modelway/modelway/local/bootstrap/filelock"
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

// Ensure brings the named items (see Catalog) up to date. No name means all of them but the optional ones. Out of date means: the item's
// inputs have changed since it was built, or what it produces is gone. What is published is downloaded, and the rest is built meanwhile,
// one after another in the order of the catalog. Two runs in the same checkout wait for each other. A cancelled ctx kills the running
// build with all its children.
func Ensure(ctx context.Context, layout Layout, names []string, progress *Progress) error {
	items, err := Select(Catalog(), names)
	if err != nil {
		return err
	}
	mode, err := download.ParseMode(os.Getenv(download.Variable))
	if err != nil {
		return err
	}
	machine, err := CheckPrerequisites(ctx, layout.Root)
	if err != nil {
		return err
	}
	return ensure(ctx, layout, items, machine, publishers(layout, mode, download.Patience), progress)
}

func ensure(ctx context.Context, layout Layout, items []Item, machine Machine, from source, progress *Progress) error {
	if err := os.MkdirAll(filepath.Join(layout.Bin(), ".stamps"), 0o755); err != nil {
		return fmt.Errorf("creating the folder of built programs: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(layout.Log("x")), 0o755); err != nil {
		return fmt.Errorf("creating the log folder: %w", err)
	}
	unlock, err := filelock.Take(ctx, filepath.Join(layout.Bin(), ".lock"), func() {
		progress.say("another make is building in this checkout; waiting for it")
	})
	if err != nil {
		return err
	}
	defer unlock()

	r := run{layout: layout, machine: machine, from: from, progress: progress}
	published, err := r.sort(ctx, items)
	if err != nil {
		return err
	}
	if len(published)+len(r.queue)+len(r.aside) == 0 {
		return nil
	}
	warnAboutDisk(layout.Root, progress)
	return r.all(ctx, published)
}

// stamped says whether the item's stamp is one of the given ones. The stamp of what was downloaded says so.
func (i Item) stamped(layout Layout, stamps ...string) bool {
	old, err := os.ReadFile(layout.stamp(i.Name))
	if err == nil && strings.HasPrefix(string(old), downloadedStamp) {
		_, err = os.Stat(i.placed(layout))
	}
	return err == nil && slices.Contains(stamps, string(old)) && i.present(layout)
}

func (i Item) present(layout Layout) bool {
	for _, file := range i.Produces {
		if _, err := os.Stat(filepath.Join(layout.Root, ".modelway", file)); err != nil {
			return false
		}
	}
	return true
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
