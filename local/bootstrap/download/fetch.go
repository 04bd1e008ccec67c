package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

var errStalled = errors.New("stopped sending")

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

// Fetch returns the path of the file in the cache, after it has compared its sum. Another process that downloads the same file is waited for.
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
	unlock, err := lock(ctx, kept+".lock")
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

// lock waits until no other process has the file of the given name. The kernel releases it when the process ends in whatever way.
func lock(ctx context.Context, name string) (func(), error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		select {
		case <-ctx.Done():
			_ = file.Close()
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return func() { _ = file.Close() }, nil
}

// diskError is a failure to write, which no other request mends.
type diskError struct{ error }

func (e diskError) Unwrap() error { return e.error }

// transfer completes the part of a file, with as many requests as it takes while they bring something.
func (c *Client) transfer(ctx context.Context, published, part string, meter *Meter) error {
	for idle := 0; ; {
		before := size(part)
		err := c.request(ctx, published, part, meter)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var status *statusError
		var disk diskError
		var away *awayError
		if errors.As(err, &status) && !status.again() || errors.As(err, &disk) || errors.As(err, &away) || errors.Is(err, errRedirect) {
			return err
		}
		if idle++; size(part) > before {
			idle = 0
		}
		if idle >= c.limits.Attempts {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(c.limits.Pause):
		}
	}
}

func size(name string) int64 {
	info, err := os.Stat(name)
	if err != nil {
		return 0
	}
	return info.Size()
}

// request asks for what the part lacks, and for the whole where the publisher has another version of the file by now.
func (c *Client) request(ctx context.Context, published, part string, meter *Meter) error {
	out, err := os.OpenFile(part, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return diskError{err}
	}
	defer out.Close()
	have, err := out.Seek(0, io.SeekEnd)
	if err != nil {
		return diskError{err}
	}
	header := http.Header{}
	if version, err := os.ReadFile(part + ".version"); err == nil && have > 0 {
		header.Set("Range", fmt.Sprintf("bytes=%d-", have))
		header.Set("If-Range", string(version))
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	response, err := c.get(ctx, published, header)
	var status *statusError
	if errors.As(err, &status) && status.status == http.StatusRequestedRangeNotSatisfiable {
		// The part is longer than the file: the next request asks for the whole.
		_ = os.Remove(part + ".version")
		return fmt.Errorf("%s: the part that is here does not fit", published)
	}
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusPartialContent || !strings.HasPrefix(response.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", have)) {
		if response.StatusCode == http.StatusPartialContent {
			_ = os.Remove(part + ".version")
			return fmt.Errorf("%s: answered with another part than was asked for", published)
		}
		if err := begin(out, part, response.Header); err != nil {
			return diskError{err}
		}
		have = 0
	}
	meter.Have.Store(have)
	if response.ContentLength >= 0 {
		meter.Size.Store(have + response.ContentLength)
	}
	stop := c.watch(meter, cancel)
	defer stop()
	if err := copyInto(out, response.Body, meter); err != nil {
		if errors.Is(context.Cause(ctx), errStalled) {
			err = fmt.Errorf("%w for %s", errStalled, c.limits.Stall)
		}
		return fmt.Errorf("%s: %w", published, err)
	}
	return nil
}

// begin empties the part, and notes which version of the file it is of, where the publisher tells one that a request can name.
func begin(out *os.File, part string, header http.Header) error {
	if err := out.Truncate(0); err != nil && size(part) > 0 {
		return err
	}
	if _, err := out.Seek(0, io.SeekStart); err != nil {
		return err
	}
	version := header.Get("ETag")
	if version == "" || strings.HasPrefix(version, "W/") {
		version = header.Get("Last-Modified")
	}
	if version == "" {
		_ = os.Remove(part + ".version")
		return nil
	}
	return os.WriteFile(part+".version", []byte(version), 0o644)
}

// watch cancels a transfer that stalls.
func (c *Client) watch(meter *Meter, cancel context.CancelCauseFunc) (stop func()) {
	ended := make(chan struct{})
	go func() {
		ticker := time.NewTicker(c.limits.Stall)
		defer ticker.Stop()
		for last := meter.Have.Load(); ; {
			select {
			case <-ended:
				return
			case <-ticker.C:
				now := meter.Have.Load()
				if now-last < c.limits.Least {
					cancel(errStalled)
					return
				}
				last = now
			}
		}
	}()
	return func() { close(ended) }
}

func copyInto(out io.Writer, in io.Reader, meter *Meter) error {
	buffer := make([]byte, 128<<10)
	for {
		n, err := in.Read(buffer)
		if n > 0 {
			if _, err := out.Write(buffer[:n]); err != nil {
				return diskError{err}
			}
			meter.Have.Add(int64(n))
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
