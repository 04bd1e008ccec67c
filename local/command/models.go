package command

import (
	"github.com/pulumi/pulumi/sdk/v3/go/auto"

	"github.com/modelway/modelway/internal/localstack"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/durable"
)

// keepModels tells the command line program how the models of the stack are called.
func keepModels(c checkout.Checkout, outs auto.OutputMap) error {
	values := map[string]any{}
	for name, o := range outs {
		values[name] = o.Value
	}
	return localstack.Write(c.Root, values, func(path string, text []byte) error { return durable.WriteFile(path, text, 0o600) })
}
