package ci

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// token is one by which GitHub tells servers that take it, for an audience, which job this is. No key is stored, and the log masks the
// token (https://docs.github.com/en/actions/reference/security/oidc).
type token struct{ audience, address, request string }

var audienceVariable = variable{"TOOLS_AUDIENCE", "the audience of a token of GitHub for servers that validate one; empty for none", nil}

func (t *token) inputs(in inputs) {
	t.audience = in.optional(audienceVariable)
	asked := in.only("with TOOLS_AUDIENCE", t.audience != "")
	const given = "what GitHub sets in a job with the permission id-token: write; elsewhere leave TOOLS_AUDIENCE empty"
	t.address = asked.required(variable{"ACTIONS_ID_TOKEN_REQUEST_URL", given, nil})
	t.request = asked.required(variable{"ACTIONS_ID_TOKEN_REQUEST_TOKEN", given, nil})
}

// env has a variable hold the token; none where no token is wanted.
func (t *token) env(w *work, variable string) ([]string, error) {
	if t.audience == "" {
		return nil, nil
	}
	value, err := t.ask(w.ctx)
	if err != nil {
		return nil, fmt.Errorf("GitHub gave no token for the audience %s: %w; give the job the permission id-token: write", t.audience, err)
	}
	fmt.Fprintf(w.Err, "::add-mask::%s\n", value)
	return []string{variable + "=" + value}, nil
}

func (t *token) ask(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, t.address+"&audience="+url.QueryEscape(t.audience), nil)
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "bearer "+t.request)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	var answer struct{ Value string }
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("it answers %s", response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return "", err
	}
	if answer.Value == "" {
		return "", fmt.Errorf("its answer has no value")
	}
	return answer.Value, nil
}
