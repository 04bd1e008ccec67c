// Command bootstrap brings .modelway/bin up to date: bootstrap [-root checkout] [item or group ...].
// Without names it downloads or builds everything that `make up` needs. With -kept it tells what that leaves outside of the checkout.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/modelway/modelway/local/bootstrap/toolchain"
)

// The kernel's parent-death signal follows the thread that started a child, so children are started from the main thread, which
// lives as long as the process.
func init() { runtime.LockOSThread() }

func main() {
	root := flag.String("root", filepath.Join("..", ".."), "the checkout")
	kept := flag.Bool("kept", false, "tell what is kept outside of the checkout, and build nothing")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer cancel()
	context.AfterFunc(ctx, cancel) // a second signal ends the process at once
	checkout, err := filepath.Abs(*root)
	layout := toolchain.Layout{Root: checkout}
	switch {
	case err != nil:
	case *kept:
		err = toolchain.Kept(ctx, layout, os.Stdout)
	default:
		err = toolchain.Ensure(ctx, layout, flag.Args(), toolchain.NewProgress(os.Stdout))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
