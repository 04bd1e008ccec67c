package server_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/modelserver/internal/model"
	"github.com/modelway/modelway/modelserver/internal/server"
)

const predictPath = "/v1/models/fraud-detection:predict"

// start serves over HTTP; with models unless options say nothing about them.
func start(t *testing.T, options server.Options, load bool) (*server.Server, string) {
	t.Helper()
	s := server.New(options)
	if load {
		set, err := model.Load("", options.Only)
		require.NoError(t, err)
		s.Load(set)
	}
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	return s, web.URL
}

// request returns the status and the body, which must be JSON, without its last newline.
func request(t *testing.T, method, url, body string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	if method != http.MethodHead {
		require.True(t, json.Valid(text), "not JSON: %s", text)
		require.Equal(t, "application/json", response.Header.Get("Content-Type"))
	}
	return response, strings.TrimSuffix(string(text), "\n")
}

func TestStatuses(t *testing.T) {
	_, url := start(t, server.Options{MaxBodyBytes: 200}, true)
	for _, test := range []struct {
		name, method, path, body string
		code                     int
		want                     string
	}{
		{"alive", "GET", "/", "", 200, `{"status":"alive"}`},
		{"health", "GET", "/healthz", "", 200, `{"status":"alive"}`},
		{"health by HEAD", "HEAD", "/healthz", "", 200, ``},
		{"list", "GET", "/v1/models", "", 200, `{"models":["churn","fraud-detection","recommender"]}`},
		{"status", "GET", "/v1/models/churn", "", 200, `{"name":"churn","ready":true}`},
		{"status by HEAD", "HEAD", "/v1/models/churn", "", 200, ``},
		{"predict", "POST", predictPath, `{"instances":[[1000,45,0.67]]}`, 200, `{"predictions":[0.92]}`},
		{"predict with the colon escaped", "POST", "/v1/models/fraud-detection%3Apredict", `{"instances":[[1000,45,0.67]]}`, 200,
			`{"predictions":[0.92]}`},
		{"unknown model", "GET", "/v1/models/fraud", "", 404,
			`{"error":"there is no model \"fraud\" here: expected churn, fraud-detection, recommender"}`},
		{"predict with an unknown model", "POST", "/v1/models/fraud:predict", `{"instances":[1]}`, 404,
			`{"error":"there is no model \"fraud\" here: expected churn, fraud-detection, recommender"}`},
		{"unknown verb", "POST", "/v1/models/churn:explain", `{}`, 404,
			`{"error":"the model \"churn\" has no verb \"explain\": expected :predict"}`},
		{"unknown path", "GET", "/v2/models", "", 404, `{"error":"there is nothing at /v2/models"}`},
		{"body too large", "POST", predictPath, `{"instances":[` + strings.Repeat(" ", 200) + `]}`, 413,
			`{"error":"the body is larger than 200 bytes: send fewer instances at a time"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			response, body := request(t, test.method, url+test.path, test.body)
			require.Equal(t, test.code, response.StatusCode)
			require.Equal(t, test.want, body)
		})
	}
}

func TestWrongMethods(t *testing.T) {
	_, url := start(t, server.Options{}, true)
	for _, test := range []struct{ method, path, allow string }{
		{"GET", predictPath, "POST"},
		{"PUT", predictPath, "POST"},
		{"POST", "/v1/models/churn", "GET, HEAD"},
		{"DELETE", "/v1/models", "GET, HEAD"},
		{"POST", "/healthz", "GET, HEAD"},
		{"POST", "/", "GET, HEAD"},
	} {
		response, body := request(t, test.method, url+test.path, "")
		require.Equal(t, http.StatusMethodNotAllowed, response.StatusCode, test)
		require.Equal(t, test.allow, response.Header.Get("Allow"), test)
		require.Equal(t, `{"error":"the method `+test.method+` is not allowed here: use `+test.allow+`"}`, body)
	}
}

func TestShapesThatAreTaken(t *testing.T) {
	_, url := start(t, server.Options{}, true)
	for body, want := range map[string]string{
		`{"instances":[1000,45,0.67]}`:                     `[0.92]`,
		`{"instances":[[1000,45,0.67]]}`:                   `[0.92]`,
		`{"inputs":[1000,45,0.67]}`:                        `[0.92]`,
		`{"instances":[[1000,45,0.67],[20,900,0.05]]}`:     `[0.92,0]`,
		` {"instances" : [ 1e3 , 45 , 0.67 ] , "id": 1 } `: `[0.92]`,
		`{"instances":[-0,0,0]}`:                           `[0.2]`,
	} {
		response, got := request(t, "POST", url+predictPath, body)
		require.Equal(t, http.StatusOK, response.StatusCode, body)
		require.Equal(t, `{"predictions":`+want+`}`, got, body)
	}
}

func TestShapesThatAreRefused(t *testing.T) {
	_, url := start(t, server.Options{}, true)
	const features = "3 values (amount_usd, account_age_days, merchant_risk)"
	for body, want := range map[string]string{
		``:                                   `the body is empty: expected {"instances": [[...], ...]}`,
		`instances=1`:                        `the body is not valid JSON: invalid character 'i' looking for beginning of value, at byte 1`,
		`{"instances":[1,`:                   `the body is not valid JSON: it ends too early`,
		`{"instances":[1,2,.3]}`:             `the body is not valid JSON: invalid character '.' looking for beginning of value, at byte 19`,
		`[1000,45,0.67]`:                     `the body is a list: expected an object, {"instances": [[...], ...]}`,
		`"text"`:                             `the body is a string: expected an object, {"instances": [[...], ...]}`,
		`null`:                               `the body has no "instances": expected {"instances": [[...], ...]} or {"instances": [...]}`,
		`{}`:                                 `the body has no "instances": expected {"instances": [[...], ...]} or {"instances": [...]}`,
		`{"instances":[1,2,3]} x`:            `the JSON object ends, but the body goes on after byte 21`,
		`{"instances":[1,2,3],"inputs":[1]}`: `the body has both "instances" and "inputs": expected one of them`,
		`{"inputs":[1,2,3],"inputs":[1]}`:    `the body has "inputs" twice: expected it once`,
		`{"instances":[1,2,3]`:               `the body is not valid JSON: it ends too early`,
		`{"instances":[1,2,3]} "`:            `the JSON object ends, but the body goes on after byte 21`,
		`{"instances":5}`:                    `instances is a number: expected a list`,
		`{"inputs":{"a":1}}`:                 `inputs is an object: expected a list`,
		`{"instances":null}`:                 `instances is null: expected a list`,
		`{"instances":[]}`:                   `instances is empty: expected at least one instance with ` + features,
		`{"instances":[[]]}`:                 `instances[0] has 0 values: expected ` + features,
		`{"instances":[1000,45]}`:            `instances has 2 values: expected ` + features,
		`{"instances":[[1,2,3],[1]]}`:        `instances[1] has 1 value: expected ` + features,
		`{"instances":[[1,2,3,4]]}`:          `instances[0] has more than ` + features,
		`{"instances":[1000,"45",0.67]}`:     `instances[1] is a string: expected a number (account_age_days)`,
		`{"instances":[[1,2,true]]}`:         `instances[0][2] is a boolean: expected a number (merchant_risk)`,
		`{"instances":[[1,2,3],[1,null,3]]}`: `instances[1][1] is null: expected a number (account_age_days)`,
		`{"inputs":[[1,2,[3]]]}`:             `inputs[0][2] is a list: expected a number (merchant_risk)`,
		`{"instances":[1,[2],3]}`:            `instances[1] is a list: expected a number (account_age_days)`,
		`{"instances":[[1,2,3],4]}`:          `instances[1] is a number: expected a list of ` + features,
		`{"instances":[{"amount":1}]}`:       `instances[0] is an object: expected a number (amount_usd)`,
		`{"instances":[1,2,3,"x"]}`:          `instances has more than ` + features,
		`{"instances":[1e999,1,1]}`:          `instances[0] is out of range: expected a 64-bit floating-point number (amount_usd)`,
	} {
		response, got := request(t, "POST", url+predictPath, body)
		require.Equal(t, http.StatusBadRequest, response.StatusCode, body)
		var failure struct{ Error string }
		require.NoError(t, json.Unmarshal([]byte(got), &failure))
		require.Equal(t, want, failure.Error, body)
	}
}

func TestValuesTooLargeToCompute(t *testing.T) {
	s := server.New(server.Options{})
	s.Load(model.Set{"m": {Name: "m", Features: []string{"x", "y"}, Weights: []float64{10, -10}}})
	web := httptest.NewServer(s)
	defer web.Close()
	response, body := request(t, "POST", web.URL+"/v1/models/m:predict", `{"instances":[[1,1],[1e308,1e308]]}`)
	require.Equal(t, http.StatusBadRequest, response.StatusCode)
	require.Equal(t, `{"error":"instance 1: values are too large to compute with"}`, body)
}

func TestBeforeModelsAreLoaded(t *testing.T) {
	_, url := start(t, server.Options{Only: "churn"}, false)
	for _, test := range []struct {
		method, path string
		code         int
		want         string
	}{
		{"GET", "/healthz", 200, `{"status":"alive"}`},
		{"GET", "/v1/models", 200, `{"models":[]}`},
		{"GET", "/v1/models/churn", 503, `{"name":"churn","ready":false}`},
		{"POST", "/v1/models/churn:predict", 503, `{"error":"the model \"churn\" is still loading: try again"}`},
		{"GET", "/v1/models/fraud-detection", 404, `{"error":"there is no model \"fraud-detection\" here"}`},
	} {
		response, body := request(t, test.method, url+test.path, "{}")
		require.Equal(t, test.code, response.StatusCode, test)
		require.Equal(t, test.want, body, test)
	}
}

func TestVersionAndLineageHeaders(t *testing.T) {
	handler, url := start(t, server.Options{ModelVersion: "v7", ModelLineage: "name=churn&version=7", Only: "churn"}, false)
	version := func(method, path, body string) string {
		response, _ := request(t, method, url+path, body)
		version, lineage := response.Header.Get("X-Model-Version"), response.Header.Get("X-Model-Lineage")
		require.Equal(t, version != "", lineage == "name=churn&version=7", "one comes with the other")
		return version
	}
	require.Equal(t, "v7", version("GET", "/v1/models/churn", ""), "while loading")
	set, err := model.Load("", "churn")
	require.NoError(t, err)
	handler.Load(set)
	for _, test := range []struct{ method, path, body, want string }{
		{"GET", "/v1/models/churn", "", "v7"},
		{"POST", "/v1/models/churn:predict", `{"instances":[1,2,3]}`, "v7"},
		{"POST", "/v1/models/churn:predict", `{}`, "v7"},
		{"GET", "/v1/models/churn:predict", "", "v7"},
		{"POST", "/v1/models/fraud:predict", `{}`, ""},
		{"GET", "/v1/models", "", ""},
		{"GET", "/healthz", "", ""},
	} {
		require.Equal(t, test.want, version(test.method, test.path, test.body), test)
	}
	_, url = start(t, server.Options{}, true)
	response, _ := request(t, "GET", url+"/v1/models/churn", "")
	require.NotContains(t, response.Header, "X-Model-Version")
	require.NotContains(t, response.Header, "X-Model-Lineage")
}

func TestLineageIsInTheInfo(t *testing.T) {
	_, url := start(t, server.Options{
		Version: "1.2.3", ModelVersion: "v7", ModelLineage: "registry=https%3A%2F%2Fmlflow&name=churn&version=7&run=0a&digest=sha256%3A0c&other=x",
	}, true)
	require.Contains(t, scraped(t, url), `model_info{artifact_digest="sha256:0c",model="churn",registered_model="churn",registered_version="7",`+
		`registry="https://mlflow",run="0a",server="modelserver",server_version="1.2.3",version="v7"} 1`)
}

// scraped is what a server says of itself at /metrics.
func scraped(t *testing.T, url string) string {
	t.Helper()
	response, err := http.Get(url + "/metrics")
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(content)
}

func TestMetrics(t *testing.T) {
	_, url := start(t, server.Options{Version: "1.2.3", ModelVersion: "v7"}, true)
	request(t, "POST", url+predictPath, `{"instances":[1000,45,0.67]}`)
	request(t, "POST", url+predictPath, `{"instances":[1000,45,0.67]}`)
	request(t, "POST", url+predictPath, `{}`)
	request(t, "GET", url+predictPath, ``)
	request(t, "POST", url+"/v1/models/one:predict", `{}`)
	request(t, "POST", url+"/v1/models/two:predict", `{}`)
	text := scraped(t, url)
	for _, line := range []string{
		`model_requests_total{code="200",model="fraud-detection",version="v7"} 2`,
		`model_requests_total{code="400",model="fraud-detection",version="v7"} 1`,
		`model_requests_total{code="405",model="fraud-detection",version="v7"} 1`,
		`model_requests_total{code="404",model="_unknown",version="v7"} 2`,
		`model_requests_total{code="200",model="churn",version="v7"} 0`,
		`model_requests_total{code="503",model="churn",version="v7"} 0`,
		`model_request_duration_seconds_count{model="fraud-detection",version="v7"} 4`,
		`model_request_duration_seconds_bucket{model="churn",version="v7",le="0.3"} 0`,
		`model_requests_in_flight{model="fraud-detection",version="v7"} 0`,
		`model_load_duration_seconds{model="churn",version="v7"}`,
		`model_ready{model="churn",version="v7"} 1`,
		`model_info{model="churn",server="modelserver",server_version="1.2.3",version="v7"} 1`,
		`process_cpu_seconds_total`, `go_goroutines`,
	} {
		require.Contains(t, text, line)
	}
	require.NotContains(t, text, `"one"`, "clients must not be able to add time series")
}

func TestRequestLog(t *testing.T) {
	var text bytes.Buffer
	s := server.New(server.Options{Log: slog.New(slog.NewJSONHandler(&text, nil))})
	s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/healthz", nil))
	require.Empty(t, text.String(), "health checks are logged at debug")
	s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/nowhere", nil))
	var record map[string]any
	require.NoError(t, json.Unmarshal(text.Bytes(), &record))
	require.Equal(t, "POST", record["method"])
	require.Equal(t, "/nowhere", record["path"])
	require.EqualValues(t, 404, record["code"])
}
