// Package kfpapi asks the API of Kubeflow Pipelines, version v2beta1, to keep versions of a pipeline and to run them. Its requests and
// answers are those of https://github.com/kubeflow/pipelines/tree/2.17.0/backend/api/v2beta1/swagger. It decides nothing about the cluster.
package kfpapi

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/modelway/modelway/internal/restapi"
)

// maxAnswer is what is read of an answer, in bytes.
const maxAnswer = 32 << 20

// apiPath begins the path of every request.
const apiPath = "/apis/v2beta1/"

// Client asks one server. It may be used by several goroutines.
type Client struct {
	// URL of the server or of its pages, such as http://ml-pipeline.kubeflow:8888, without a path of the API.
	URL string
	// Token is sent as a bearer token. Default none.
	Token string
	// HTTP sends requests. Default: a client that waits 30 seconds for an answer.
	HTTP *http.Client
}

var (
	// ErrNotFound says that the server has no such thing.
	ErrNotFound = errors.New("not found")
	// ErrExists says that the server has one of that name already.
	ErrExists = errors.New("exists already")
	// ErrUnreachable says that no server of Kubeflow Pipelines answered.
	ErrUnreachable = errors.New("no Kubeflow Pipelines answer")
)

// New returns a client of a server. The error says what is wrong with its address.
func New(server string) (*Client, error) {
	if _, ok := restapi.Address(server); !ok {
		return nil, fmt.Errorf("%q is not the address of Kubeflow Pipelines; allowed: http:// or https://, such as "+
			"http://ml-pipeline.kubeflow:8888; fix: give --pipelines, or set KFP_ENDPOINT", server)
	}
	return &Client{URL: strings.TrimRight(server, "/"), HTTP: &http.Client{Timeout: restapi.Timeout}}, nil
}

// refusal is the body of an answer that is an error: of the gateway (google.rpc.Status), or of uploads
// (https://github.com/kubeflow/pipelines/blob/2.17.0/backend/src/apiserver/server/pipeline_upload_server.go, writeErrorToResponse).
type refusal struct {
	Message string `json:"message"`
	Upload  string `json:"error_message"`
	Details []struct {
		Message string `json:"message"`
	} `json:"details"`
}

// text is what a person is told: the detail is worded for one, and the message has the stack of errors around it.
func (r refusal) text() string {
	for _, d := range r.Details {
		if d.Message != "" {
			return d.Message
		}
	}
	return r.Message + r.Upload
}

// get asks for something and decodes the answer into a value.
func (c *Client) get(ctx context.Context, what, path string, query url.Values, into any) error {
	if encoded := query.Encode(); encoded != "" {
		path += "?" + encoded
	}
	return c.call(ctx, http.MethodGet, what, path, "", nil, into)
}

// post sends something as JSON.
func (c *Client) post(ctx context.Context, what, path string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return c.call(ctx, http.MethodPost, what, path, "application/json", bytes.NewReader(text), into)
}

func (c *Client) call(ctx context.Context, method, what, path, kind string, body io.Reader, into any) error {
	status, text, err := restapi.Send(ctx, c.HTTP, restapi.Request{
		Method: method, URL: c.URL + apiPath + path, Type: kind, Body: body, Token: c.Token, MaxAnswer: maxAnswer,
	})
	switch {
	case errors.Is(err, restapi.ErrCut):
		return fmt.Errorf("%s: reading the answer of %s: %w", what, c.URL, err)
	case err != nil:
		return fmt.Errorf("%s: %w at %s: correct --pipelines, or run this where that address is reached (%w)", what, ErrUnreachable, c.URL, err)
	case status != http.StatusOK:
		return c.explain(what, status, text)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w at %s: the answer is not JSON but %.60q, as of a login page; fix: name an address that machines "+
			"reach without a login of the browser, and give --token where it wants one", what, ErrUnreachable, c.URL, text)
	}
	return nil
}

// explain words an answer that is an error.
func (c *Client) explain(what string, status int, text []byte) error {
	var said refusal
	begin, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	_ = json.Unmarshal(text, &said) // an answer of something before the server has another form
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return fmt.Errorf("%s: %s refuses (%d) %s: give --token, or set KFP_TOKEN, with a token that it takes", what, c.URL, status, said.text())
	case status >= http.StatusInternalServerError || status == http.StatusTooManyRequests:
		return fmt.Errorf("%s: %w at %s: the answer is HTTP status %d, %s", what, ErrUnreachable, c.URL, status,
			cmp.Or(said.text(), fmt.Sprintf("%.120q", begin)))
	case said.text() == "":
		return fmt.Errorf("%s: %w at %s: the answer is HTTP status %d, %.120q; correct --pipelines", what, ErrUnreachable, c.URL, status, begin)
	case status == http.StatusNotFound:
		return fmt.Errorf("%s: %w: %s", what, ErrNotFound, said.text())
	case status == http.StatusConflict:
		return fmt.Errorf("%s: %w: %s", what, ErrExists, said.text())
	}
	return fmt.Errorf("%s: Kubeflow Pipelines refuse (%d): %s", what, status, said.text())
}
