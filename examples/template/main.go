// The platform of this repository: Pulumi.<stack>.yaml and models/ say what it consists of. Resources of your own go beside it.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/platform"
)

func main() {
	pulumi.Run(platform.Program(""))
}
