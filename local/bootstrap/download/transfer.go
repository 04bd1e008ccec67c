package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

var errStalled = errors.New("stopped sending")

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
	partial := response.StatusCode == http.StatusPartialContent
	if partial && !strings.HasPrefix(response.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", have)) {
		_ = os.Remove(part + ".version")
		return fmt.Errorf("%s: answered with another part than was asked for", published)
	}
	if !partial {
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
