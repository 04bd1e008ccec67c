// Package restapi sends requests to servers that answer JSON, as clients of single servers do. What an answer means is theirs to say.
package restapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Timeout bounds one request.
const Timeout = 30 * time.Second

// ErrCut says that a server began an answer, and did not end it.
var ErrCut = errors.New("the answer was cut off")

// cut is an error of an answer that was cut off, in its own words.
type cut struct{ error }

func (c cut) Is(target error) bool { return target == ErrCut }
func (c cut) Unwrap() error        { return c.error }

// Address parses the address of a server; false where it is none of http or https with a host.
func Address(server string) (*url.URL, bool) {
	parsed, err := url.Parse(server)
	return parsed, err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https") && parsed.Host != ""
}

// Request is one request.
type Request struct {
	// Method and URL of the request.
	Method, URL string
	// Type of the body. Default none.
	Type string
	// Body. Default none.
	Body io.Reader
	// Token is sent as a bearer token. Default none.
	Token string
	// MaxAnswer is how many bytes of the answer are read.
	MaxAnswer int64
}

// Send sends a request, by a client or, where that is nil, by one that waits Timeout for an answer. The error is ErrCut where an answer has
// no end.
func Send(ctx context.Context, client *http.Client, r Request) (status int, text []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, r.Method, r.URL, r.Body)
	if err != nil {
		return 0, nil, err
	}
	if r.Type != "" {
		request.Header.Set("Content-Type", r.Type)
	}
	if r.Token != "" {
		request.Header.Set("Authorization", "Bearer "+r.Token)
	}
	if client == nil {
		client = &http.Client{Timeout: Timeout}
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	if text, err = io.ReadAll(io.LimitReader(response.Body, r.MaxAnswer)); err != nil {
		return response.StatusCode, nil, cut{err}
	}
	return response.StatusCode, text, nil
}
