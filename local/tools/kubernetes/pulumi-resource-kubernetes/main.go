// Command pulumi-resource-kubernetes is the Kubernetes resource provider, release 4.25.0, built from its Go module.
package main

import (
	"os"
	"time"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

// version is the release that the module's commit is tagged as, and the version of the SDK that the program uses.
const version = "4.25.0"

// schema stands in for the released one, which is generated and not part of the module. The provider parses it when a resource is
// imported or read without state, to copy more inputs from the cluster, and otherwise only hands it to code generators.
const schema = `{"name":"kubernetes","version":"` + version + `"}`

func main() {
	go exitWithParent()
	provider.Serve("kubernetes", version, []byte(schema), nil)
}

// exitWithParent ends the plugin when the engine that started it is gone. The plugin itself notices only when it next speaks
// to the engine, and until then it would go on creating what nobody will know of.
func exitWithParent() {
	for parent := os.Getppid(); os.Getppid() == parent; {
		time.Sleep(100 * time.Millisecond)
	}
	os.Exit(1)
}
