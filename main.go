// Modelway takes an AWS account to a served machine-learning model. Run it with `pulumi up`; see README.md.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/platform"
)

func main() {
	pulumi.Run(platform.Program(""))
}
