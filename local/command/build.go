package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/modelway/modelway/local/checkout"
)

// build brings the programs of a group up to date, which `make up` builds only for an environment that runs them, and tells of each how far
// it is. A checkout without the sources of the local stack keeps those that it has.
func build(ctx context.Context, out io.Writer, c checkout.Checkout, group string) error {
	bootstrap := filepath.Join("local", "bootstrap")
	if _, err := os.Stat(filepath.Join(c.Root, bootstrap)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := run(ctx, out, c.Root, "go", "run", "-C", bootstrap, ".", group); err != nil {
		return fmt.Errorf("building the programs of %s, which this environment has (`make tools-%s` builds them alone): %w", group, group, err)
	}
	return nil
}
