package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/sheet"
)

type listOptions struct {
	local  bool
	format format
}

func newStoreList() *cobra.Command {
	o := listOptions{format: formatTable}
	cmd := &cobra.Command{
		Use:     "ls s3://bucket/[prefix/]",
		Short:   "List the objects of a bucket, or of what is below a prefix",
		Example: "  modelway store ls s3://models/\n  modelway store ls s3://models/churn/3/ --format json",
		Args:    takes("s3://bucket/[prefix/]"),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return untilInterrupted(func(ctx context.Context) error { return o.run(ctx, args[0], cmd.OutOrStdout()) })
	}
	addLocal(cmd, &o.local)
	cmd.Flags().Var(&o.format, "format", "how to write the answer")
	return cmd
}

// listedObject is an object in the answer.
type listedObject struct {
	Key      string    `json:"key"`
	Size     int64     `json:"size"`
	Modified time.Time `json:"modified"`
}

func (o listOptions) run(ctx context.Context, of string, out io.Writer) error {
	at, err := artifact.ParsePlace(of)
	if err != nil {
		return err
	}
	store, _, err := storeOf(ctx, at.Bucket, o.local)
	if err != nil {
		return err
	}
	all, total := []listedObject{}, int64(0)
	for object, err := range store.List(ctx, at) {
		if err != nil {
			return err
		}
		all = append(all, listedObject{object.Key, object.Size, object.Modified.UTC()})
		total += object.Size
	}
	if o.format == formatJSON {
		return writeJSON(out, all)
	}
	table := sheet.Of("Key", "Size:", "Modified")
	for _, object := range all {
		table.Add(object.Key, bytesText(object.Size), object.Modified.Format(time.DateTime))
	}
	text := table.Text()
	if o.format == formatMarkdown {
		text = table.Markdown()
	}
	if len(all) == 0 {
		text = ""
	}
	_, err = fmt.Fprintf(out, "%s%d objects below %s, %s\n", text, len(all), at, bytesText(total))
	return err
}

// bytesText writes a number of bytes with three digits or so.
func bytesText(bytes int64) string {
	const unit = 1024
	if bytes < unit {
		return fmt.Sprintf("%d B", bytes)
	}
	value, units := float64(bytes)/unit, "KMGTP"
	for value >= unit && len(units) > 1 {
		value, units = value/unit, units[1:]
	}
	return fmt.Sprintf("%.1f %ciB", value, units[0])
}
