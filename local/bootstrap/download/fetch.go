package download

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"sync/atomic"

	"github.com/modelway/modelway/local/bootstrap/filelock"
)

// Meter counts the bytes of a transfer while it runs.
type Meter struct {
	// Have and Size are the bytes of the file that are here, and all of them, 0 until that is known.
	Have, Size atomic.Int64
}

// Sum is a file with the SHA-256 sum that it must have.
type Sum struct {
	file  File
	sum   string
	fresh []byte // what the publisher says, unless the cache has it
}

// Sum finds the sum that a file must have: in the cache, or at the publisher's.
func (c *Client) Sum(ctx context.Context, f File) (Sum, error) {
	name := path.Base(f.URL)
	if _, err := os.Stat(c.kept(f.URL)); err == nil {
		if kept, err := os.ReadFile(c.kept(f.Sums)); err == nil {
			if sum, err := sumOf(kept, name); err == nil {
				return Sum{f, sum, nil}, nil
			}
		}
	}
	content, err := c.sums(ctx, f)
	if err != nil {
		return Sum{}, err
	}
	sum, err := sumOf(content, name)
	if err != nil {
		return Sum{}, fmt.Errorf("%s: %w", f.Sums, err)
	}
	return Sum{f, sum, content}, nil
}

// Fetch returns the path of the file in the cache, after it has compared its sum. Another process that downloads the same file is waited
// for.
func (c *Client) Fetch(ctx context.Context, s Sum, meter *Meter) (string, error) {
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	kept := c.kept(s.file.URL)
	if err := os.MkdirAll(filepath.Dir(kept), 0o755); err != nil {
		return "", err
	}
	unlock, err := filelock.Take(ctx, kept+".lock", nil)
	if err != nil {
		return "", err
	}
	defer unlock()
	if sum, err := sumOnDisk(kept); err == nil && sum == s.sum {
		return kept, nil
	}
	part := kept + ".part"
	info, err := os.Stat(part)
	resumed := err == nil && info.Size() > 0
	if err := c.transfer(ctx, s.file.URL, part, meter); err != nil {
		return "", err
	}
	err = c.keep(s, part, kept)
	if err != nil && resumed && ctx.Err() == nil {
		// What an earlier run has left may have been wrong.
		if err := c.transfer(ctx, s.file.URL, part, meter); err != nil {
			return "", err
		}
		err = c.keep(s, part, kept)
	}
	return kept, err
}

// keep gives a whole file its name, where its sum is right, and forgets it where that is wrong.
func (c *Client) keep(s Sum, part, kept string) error {
	sum, err := sumOnDisk(part)
	if err != nil {
		return err
	}
	_ = os.Remove(part + ".version")
	if sum != s.sum {
		_ = os.Remove(part)
		_ = os.Remove(c.kept(s.file.Sums))
		return fmt.Errorf("%s has the SHA-256 sum %s, and %s says %s", s.file.URL, sum, s.file.Sums, s.sum)
	}
	if s.fresh != nil {
		sums := c.kept(s.file.Sums)
		if err := os.MkdirAll(filepath.Dir(sums), 0o755); err != nil {
			return err
		}
		if err := replace(sums, s.fresh); err != nil {
			return err
		}
	}
	return os.Rename(part, kept)
}

func replace(name string, content []byte) error {
	fresh, err := os.CreateTemp(filepath.Dir(name), ".new-")
	if err != nil {
		return err
	}
	defer os.Remove(fresh.Name())
	_, err = fresh.Write(content)
	if err = errors.Join(err, fresh.Close()); err != nil {
		return err
	}
	return os.Rename(fresh.Name(), name)
}
