package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/lineage"
	"github.com/modelway/modelway/internal/mlflow"
	"github.com/modelway/modelway/internal/promote"
	"github.com/modelway/modelway/internal/sheet"
)

// tag tells the version in the registry where it went. The error says what is done without that, and how the rest is done.
func (p promotion) tag(ctx context.Context, client *mlflow.Client, version mlflow.Version, served promote.Served) error {
	tags, err := p.tags(served)
	if err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		if err := client.SetVersionTag(ctx, version, key, tags[key]); err != nil {
			return fmt.Errorf("%w\nDone: the files are in %s, and %s serves them.\n"+
				"Not done: %s/%s of %s has no tags that say so, and `modelway trace %s` misses them.\n"+
				"fix: `modelway promote %[7]s --tag --apply --registry %[6]s --models %[8]s` sets them, and nothing else, as often as it is run",
				err, served.URI, p.file(), version.Name, version.Number, client.URL, p.model, p.directory)
		}
	}
	return nil
}

// tags are those of the version that is served.
func (p promotion) tags(served promote.Served) (map[string]string, error) {
	at, err := artifact.ParseLocation(served.URI)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.file(), err)
	}
	return lineage.Tags(served.Source, at.Bucket, p.model, served.URI), nil
}

// tagAgain tells the registry where the version went that the model's file has, as a promotion does at its end.
func (p promotion) tagAgain(ctx context.Context, model string, out io.Writer) error {
	p.model = model
	text, err := p.text()
	if err != nil {
		return err
	}
	served, err := promote.Latest(p.file(), text)
	if err != nil {
		return err
	}
	tags, err := p.tags(served)
	if err != nil {
		return err
	}
	of := mlflow.Reference{Name: served.Source.Name, Version: served.Source.Version}
	table := sheet.Of("version", "tag", "value")
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		table.Add(of, key, tags[key])
	}
	fmt.Fprintln(out, table.Text())
	if !p.apply {
		_, err := fmt.Fprintln(out, "Nothing was changed: --apply does it")
		return err
	}
	p.registry = cmp.Or(p.registry, served.Source.Registry)
	client, err := p.client()
	if err != nil {
		return err
	}
	version, err := client.Version(ctx, of)
	switch {
	case err != nil:
		return err
	case version.Run != served.Source.Run:
		return fmt.Errorf("%s of %s is of run %q, and %s names run %q; fix: give the registry that has that run as --registry", of, client.URL,
			version.Run, p.file(), served.Source.Run)
	}
	return p.tag(ctx, client, version, served)
}
