// Command storage-initializer downloads the files of a model before its server starts: storage-initializer SRC DST. KServe runs it as the
// init container of a predictor (https://kserve.github.io/website/docs/model-serving/storage/storage-containers). SRC is an address in S3
// that ends in a slash, DST a folder. The files must have the digest that the variable ARTIFACT_DIGEST names; before that is checked,
// none of them is in DST.
//
// Exit codes: 0 the files are there, 1 failed, 2 wrong usage, 3 the files have another digest. The one sentence of a failure goes to
// standard error and to the container's termination message.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"time"

	"github.com/modelway/modelway/cmd/modelstore"
	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/sheet"
)

// Exit codes.
const (
	exitFailed = 1
	exitUsage  = 2
	exitDigest = 3
)

// envTermination names the environment variable that holds the path of the termination message. Default: that of Kubernetes
// (https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/).
const envTermination = "TERMINATION_MESSAGE_PATH"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:])
	if err == nil {
		return
	}
	sentence := fmt.Sprintf("storage-initializer: %v\n", err)
	fmt.Fprint(os.Stderr, sentence)
	leave(sentence)
	var failed *failure
	if errors.As(err, &failed) {
		os.Exit(failed.code)
	}
	os.Exit(exitFailed)
}

// failure is an error with an exit code of its own.
type failure struct {
	code int
	text string
}

// Error returns the text.
func (f *failure) Error() string { return f.text }

func run(ctx context.Context, args []string) error {
	if len(args) != 2 {
		return &failure{exitUsage, fmt.Sprintf("%d arguments instead of SRC and DST: name the address of the files, such as "+
			"s3://models/churn/3/, "+
			"and the folder", len(args))}
	}
	from, err := artifact.ParseLocation(args[0])
	if err != nil {
		return &failure{exitUsage, err.Error()}
	}
	want := os.Getenv(artifact.EnvDigest)
	if !regexp.MustCompile(artifact.Pattern).MatchString(want) {
		return &failure{exitUsage, fmt.Sprintf("%s is %q instead of sha256: and 64 hexadecimal digits: set it from the pod's annotation "+
			"%s; `modelway store digest %s` tells the one of the files", artifact.EnvDigest, want, kserve.DigestAnnotation, from)}
	}
	started := time.Now()
	store, err := modelstore.Open(ctx)
	if err != nil {
		return err
	}
	files, err := fetch(ctx, store, from, args[1], want)
	if err != nil {
		return err
	}
	fmt.Printf("downloaded %s of %s, %d bytes, to %s in %.1f s; digest %s\n",
		sheet.Count(len(files), "file"), from, files.Size(), args[1], time.Since(started).Seconds(), want)
	return nil
}

// leave writes the container's termination message. Only where a kubelet made its file is there one.
func leave(sentence string) {
	path := os.Getenv(envTermination)
	if path == "" {
		path = "/dev/termination-log"
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return
	}
	_, _ = file.WriteString(sentence)
	_ = file.Close()
}
