// Modelway's local stack. One binary serves as the command line of the Makefile and, by the name it is called with, as the
// Pulumi plugin of the simulated AWS, as the `aws` command, as the programs of cert-manager's pods, as the cache of Argo CD, and as
// the first process of a container.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/modelway/modelway/local/argocd"
	"github.com/modelway/modelway/local/awscli"
	"github.com/modelway/modelway/local/awsprovider"
	"github.com/modelway/modelway/local/certmanager"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/command"
	"github.com/modelway/modelway/local/kubelet"
)

func main() {
	var err error
	switch filepath.Base(os.Args[0]) {
	case kubelet.HelperName:
		kubelet.HelperMain()
	case "pulumi-resource-aws":
		go exitWithParent()
		err = awsprovider.Main()
	case "aws":
		var c checkout.Checkout
		if c, err = checkout.OfBinary(); err == nil {
			err = awscli.Run(os.Stdout, c, os.Args[1:])
		}
	case "cert-manager-controller", "cert-manager-cainjector", "cert-manager-webhook":
		err = certmanager.Main(filepath.Base(os.Args[0]), os.Args[1:])
	case argocd.CacheName:
		err = argocd.Main(os.Args[1:])
	default:
		os.Exit(command.Run(os.Args[1:]))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// exitWithParent ends the plugin when the engine that started it is gone: until it next speaks to the engine, it would go on
// creating what nobody will know of.
func exitWithParent() {
	for parent := os.Getppid(); os.Getppid() == parent; {
		time.Sleep(100 * time.Millisecond)
	}
	os.Exit(1)
}
