package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/cmd/modelstore"
	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/sheet"
)

type putOptions struct {
	local, replace bool
	format         string
	// quiet is how long an upload takes before it tells how far it is. Default two seconds.
	quiet time.Duration
}

func newStorePut() *cobra.Command {
	o := putOptions{quiet: 2 * time.Second}
	cmd := &cobra.Command{
		Use:   "put DIR s3://bucket/prefix/",
		Short: "Put the files of a model into S3, check them there, and print what to write to the model's file",
		Long: "Put all files of a folder below a prefix, read them back, and print the block `model:` for the model's file. Give each version " +
			"a prefix\n" +
			"of its own: pods that start while files are replaced get others than their digest says, and do not start.\n\n" +
			"A prefix that has the same files is left as it is. One that has others is refused, or with --replace gets exactly those of the " +
			"folder.\n" +
			"Empty files are left out; a symbolic link is refused.",
		Example: "  modelway store put ./churn s3://models/churn/3/ --model-format sklearn\n" +
			"  modelway store put ./churn s3://models/churn/3/ --replace",
		Args: takes("DIR", "s3://bucket/prefix/"),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return untilInterrupted(func(ctx context.Context) error {
			return o.run(ctx, args[0], args[1], cmd.OutOrStdout(), cmd.ErrOrStderr())
		})
	}
	addLocal(cmd, &o.local)
	cmd.Flags().BoolVar(&o.replace, "replace", false, "replace the files of a prefix that has others")
	cmd.Flags().StringVar(&o.format, "model-format", "",
		"format of the files for the block that is printed, such as sklearn (default: left for you to write)")
	return cmd
}

func (o putOptions) run(ctx context.Context, folder, address string, out, notes io.Writer) error {
	to, err := artifact.ParseLocation(address)
	if err != nil {
		return err
	}
	files, err := folderFiles(folder)
	if err != nil {
		return err
	}
	if err := tellEmpty(folder, notes); err != nil {
		return err
	}
	if err := o.place(ctx, folder, files, to, notes); err != nil {
		return err
	}
	return o.block(to, files, out)
}

// place puts files to where none are, or a part of these, and tells what it did.
func (o putOptions) place(ctx context.Context, folder string, files artifact.Manifest, to artifact.Location, notes io.Writer) error {
	store, isLocal, err := storeOf(ctx, to.Bucket, o.local)
	if err != nil {
		return err
	}
	place := map[bool]string{true: " (the local stack)"}[isLocal]
	there, err := store.Manifest(ctx, to)
	if err != nil && !errors.Is(err, modelstore.ErrEmpty) {
		return err
	}
	if there.Digest() == files.Digest() {
		fmt.Fprintf(notes, "%s%s already has %s, with this digest\n", to, place, sheet.Count(len(files), "file"))
		return nil
	}
	if !o.replace && !partOf(there, files) {
		return fmt.Errorf("%s has %s, of the digest %s: choose a prefix of its own for this version, or give --replace",
			to, sheet.Count(len(there), "other file"), there.Digest())
	}
	if err := o.upload(ctx, store, folder, files, to, notes); err != nil {
		return err
	}
	fmt.Fprintf(notes, "put %s, %s, into %s%s\n", sheet.Count(len(files), "file"), bytesText(files.Size()), to, place)
	return nil
}

// partOf says whether all files that are there are among others, as after an upload that was interrupted.
func partOf(there, files artifact.Manifest) bool {
	return !slices.ContainsFunc(there, func(f artifact.File) bool { return !slices.Contains(files, f) })
}

// upload puts the files, removes others below the prefix, and reads back what is there.
func (o putOptions) upload(
	ctx context.Context, store *modelstore.Store, folder string, files artifact.Manifest, to artifact.Location, notes io.Writer,
) error {
	var sent atomic.Int64
	stop := o.tell(&sent, files.Size(), notes)
	err := store.Upload(ctx, folder, files, to, func(bytes int) { sent.Add(int64(bytes)) })
	stop()
	if err != nil {
		return err
	}
	removed, err := store.Remove(ctx, to, files)
	if err != nil {
		return err
	}
	if removed > 0 {
		fmt.Fprintf(notes, "removed %s\n", sheet.Count(removed, "other file"))
	}
	there, err := store.Manifest(ctx, to)
	if err != nil {
		return err
	}
	if there.Digest() != files.Digest() {
		return fmt.Errorf("%s has the digest %s after the upload instead of %s: somebody else writes there, or changed %s meanwhile; "+
			"run the command again", to, there.Digest(), files.Digest(), folder)
	}
	return nil
}

// tell writes every while how much was sent, from when an upload takes longer than a moment, and returns what ends that.
func (o putOptions) tell(sent *atomic.Int64, total int64, notes io.Writer) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-done:
				return
			case <-time.After(o.quiet):
				fmt.Fprintf(notes, "sent %s of %s\n", bytesText(min(sent.Load(), total)), bytesText(total))
			}
		}
	}()
	return func() { close(done); <-ended }
}

// tellEmpty names the empty files of a folder, which no model gets.
func tellEmpty(folder string, notes io.Writer) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := os.Stat(path)
		if err == nil && info.Size() == 0 {
			fmt.Fprintf(notes, "%s is empty and is left out\n", path)
		}
		return err
	})
}

// block prints what goes to the model's file.
func (o putOptions) block(at artifact.Location, files artifact.Manifest, out io.Writer) error {
	format := o.format
	if format == "" {
		format = "# the format of the files, such as sklearn"
	}
	_, err := fmt.Fprintf(out, "model:\n  format: %s\n  uri: %s\n  digest: %s\n", format, at, files.Digest())
	return err
}
