package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/cmd/modelstore"
	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/localstore"
)

func newStore() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "store",
		Short: "Put models' files into S3, list them, and tell their digest",
		Long: "Put the files of a model into S3, list what is there, and tell the digest that names them in a model's file. docs/store.md has " +
			"the whole.\n\n" +
			"An address is s3://bucket/prefix/ and ends in a slash. A bucket of the local stack that is up in this checkout is found by itself; " +
			"all\n" +
			"others are in AWS, with the region and the credentials that the AWS SDK finds, such as those of AWS_REGION and AWS_PROFILE.",
		Example: "  modelway store put ./churn s3://models/churn/3/\n  modelway store ls s3://models/churn/\n  modelway store digest ./churn",
	}
	cmd.AddCommand(newStorePut(), newStoreList(), newStoreDigest())
	leads(cmd)
	return cmd
}

// addLocal adds the flag that insists on the local stack.
func addLocal(cmd *cobra.Command, local *bool) {
	cmd.Flags().BoolVar(local, "local", false, "the bucket is of the local stack of this checkout: fail where that is not up, or has no "+
		"such bucket")
}

// untilInterrupted is a context that ends with Ctrl-C.
func untilInterrupted(do func(context.Context) error) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return do(ctx)
}

// storeOf opens the S3 that has a bucket: that of the local stack of the checkout around this folder, or else AWS. With local only the
// first is asked.
func storeOf(ctx context.Context, bucket string, local bool) (store *modelstore.Store, isLocal bool, err error) {
	connection, found, err := localstore.Find(".")
	if err != nil {
		return nil, false, err
	}
	if !found {
		if local {
			return nil, false, errors.New("no local stack is up in the checkout around this folder: run `modelway up` there, or leave --local out")
		}
		store, err = modelstore.Open(ctx)
		return store, false, err
	}
	store = modelstore.OpenLocal(connection)
	names, err := store.Buckets(ctx)
	if err == nil && slices.Contains(names, bucket) {
		return store, true, nil
	}
	absent := fmt.Errorf("the local stack that is up here has no bucket %s, but %s: correct the address, or name the bucket in a "+
		"model's file or in modelway:modelStore.existingBucket, and run `modelway up`, which makes it", bucket, cmp.Or(strings.Join(names, ", "), "none"))
	if err != nil {
		absent = fmt.Errorf("the local stack at %s does not answer: `modelway status` tells whether it is up: %w", connection.Endpoint, err)
	}
	if local {
		return nil, false, absent
	}
	if store, err = modelstore.Open(ctx); err != nil {
		err = fmt.Errorf("%w\n%w", absent, err)
	}
	return store, false, err
}

type digestOptions struct{ local, manifest bool }

func newStoreDigest() *cobra.Command {
	var o digestOptions
	cmd := &cobra.Command{
		Use:   "digest DIR|s3://bucket/prefix/",
		Short: "Tell the digest of a model's files",
		Long: "Tell the digest of the files of a folder, or of the objects below a prefix, which are read for it. It is the same for the same " +
			"files,\n" +
			"wherever they are: the SHA-256 of a list of their SHA-256, sizes and paths. Empty files have no part in it.",
		Example: "  modelway store digest ./churn\n  modelway store digest s3://models/churn/3/\n  modelway store digest --manifest ./churn",
		Args:    takes("DIR|s3://bucket/prefix/"),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return untilInterrupted(func(ctx context.Context) error { return o.run(ctx, args[0], cmd.OutOrStdout()) })
	}
	addLocal(cmd, &o.local)
	cmd.Flags().BoolVar(&o.manifest, "manifest", false, "print the list of the files, of which the digest is the SHA-256")
	return cmd
}

func (o digestOptions) run(ctx context.Context, of string, out io.Writer) error {
	files, err := o.read(ctx, of)
	if err != nil {
		return err
	}
	if o.manifest {
		_, err = io.WriteString(out, files.Text())
		return err
	}
	_, err = fmt.Fprintln(out, files.Digest())
	return err
}

func (o digestOptions) read(ctx context.Context, of string) (artifact.Manifest, error) {
	if !strings.HasPrefix(of, artifact.Scheme) {
		return folderFiles(of)
	}
	at, err := artifact.ParseLocation(of)
	if err != nil {
		return nil, err
	}
	store, _, err := storeOf(ctx, at.Bucket, o.local)
	if err != nil {
		return nil, err
	}
	return store.Manifest(ctx, at)
}

// folderFiles are the files of a folder, at least one.
func folderFiles(folder string) (artifact.Manifest, error) {
	info, err := os.Stat(folder)
	if err != nil {
		return nil, fmt.Errorf("%w; allowed: the folder that holds the files of a model, or with digest an address such as s3://models/churn/3/",
			err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is a file: give the folder that holds the files of the model, and nothing else", folder)
	}
	files, err := artifact.OfFolder(os.DirFS(folder))
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s has no files, or empty ones only: there is no model in it", folder)
	}
	return files, err
}
