// Package mlflow asks an MLflow server of version 3 about registered models: which version an alias is of, which run made it, and where its
// files are. It speaks the REST API (https://mlflow.org/docs/latest/api_reference/rest-api.html) and decides nothing.
package mlflow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/modelway/modelway/internal/restapi"
)

// maxAnswer is what is read of an answer, in bytes.
const maxAnswer = 16 << 20

// Client asks one server. It may be used by several goroutines.
type Client struct {
	// URL of the server without a path of the API, such as http://127.0.0.1:5000.
	URL string
	// Token is sent as a bearer token. Default none.
	Token string
	// HTTP sends requests. Default: a client that waits 30 seconds for an answer.
	HTTP *http.Client
}

// New returns a client of a server. The error says what is wrong with its address.
func New(server string) (*Client, error) {
	parsed, ok := restapi.Address(server)
	if !ok {
		return nil, fmt.Errorf("%q is not the address of an MLflow server; allowed: http:// or https://, such as http://127.0.0.1:5000; "+
			"fix: set MLFLOW_TRACKING_URI, or run `make train` for a server on this machine", server)
	}
	if parsed.User != nil {
		return nil, fmt.Errorf("the address of the MLflow server at %s has a name or a password in it, and goes into the model's file and "+
			"answers; fix: leave them out, and give a token as MLFLOW_TRACKING_TOKEN", parsed.Host)
	}
	return &Client{URL: strings.TrimRight(server, "/"), HTTP: &http.Client{Timeout: restapi.Timeout}}, nil
}

// ErrNotFound says that the server has no such thing.
var ErrNotFound = errors.New("not found")

// ErrUnreachable says that no MLflow server answered.
var ErrUnreachable = errors.New("no MLflow server answers")

// refusal is the body of an answer that is an error (https://github.com/mlflow/mlflow/blob/v3.17.2/mlflow/exceptions.py).
type refusal struct {
	Code    string `json:"error_code"`
	Message string `json:"message"`
}

// get asks for something and decodes the answer into a value.
func (c *Client) get(ctx context.Context, what, path string, query url.Values, into any) error {
	return c.call(ctx, http.MethodGet, what, path+"?"+query.Encode(), nil, into)
}

// post sends something.
func (c *Client) post(ctx context.Context, what, path string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return c.call(ctx, http.MethodPost, what, path, text, nil)
}

func (c *Client) call(ctx context.Context, method, what, path string, body []byte, into any) error {
	status, text, err := restapi.Send(ctx, c.HTTP, restapi.Request{
		Method: method, URL: c.URL + "/api/2.0/mlflow/" + path, Type: "application/json", Body: bytes.NewReader(body), Token: c.Token,
		MaxAnswer: maxAnswer,
	})
	switch {
	case errors.Is(err, restapi.ErrCut):
		return fmt.Errorf("%s: %w at %s: its answer has no end; start it again, or correct MLFLOW_TRACKING_URI (%w)", what, ErrUnreachable,
			c.URL, err)
	case err != nil:
		return fmt.Errorf("%s: %w at %s: start it (`make train` does on this machine), or correct MLFLOW_TRACKING_URI; from outside of a "+
			"server's network its load balancer's address is needed (%w)", what, ErrUnreachable, c.URL, err)
	case status != http.StatusOK:
		return c.explain(what, status, text)
	case into == nil:
		return nil
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %s answers what MLflow does not: %w; fix: name the address of an MLflow server, without a path of its pages",
			what, c.URL, err)
	}
	return nil
}

// explain words an answer that is an error.
func (c *Client) explain(what string, status int, text []byte) error {
	var said refusal
	_ = json.Unmarshal(text, &said) // an answer of something before the server has another form
	switch {
	case said.Code == "RESOURCE_DOES_NOT_EXIST":
		return fmt.Errorf("%s: %w: %s", what, ErrNotFound, said.Message)
	case status == http.StatusUnauthorized:
		return fmt.Errorf("%s: %s wants a login: set MLFLOW_TRACKING_TOKEN", what, c.URL)
	case status == http.StatusForbidden:
		return fmt.Errorf("%s: %s refuses (403) %s: the token has no right to it, or the server does not allow this host name: "+
			"add it to its --allowed-hosts", what, c.URL, said.Message)
	case said.Code != "":
		return fmt.Errorf("%s: MLflow answers %s: %s", what, said.Code, said.Message)
	}
	begin, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	return fmt.Errorf("%s: %w at %s: the answer is HTTP status %d, %.120q; correct MLFLOW_TRACKING_URI", what, ErrUnreachable, c.URL, status,
		begin)
}
