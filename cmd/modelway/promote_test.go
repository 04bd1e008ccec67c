package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/lineage"
	"github.com/modelway/modelway/internal/modelspec"
)

const mlmodelText = "flavors: {python_function: {}}\nsignature:\n  inputs: '[{\"type\": \"double\", \"name\": \"a\"}]'\n  outputs: '[{\"type\": \"double\"}]'\n"

// registry answers as MLflow does, whose real server internal/mlflow is tried with, about one version with files in a folder.
type registry struct {
	url  string
	from string
	mu   sync.Mutex
	// asked counts the questions for the version, which is there for as many as lives says, 0 for all.
	asked, lives int
	tags         []map[string]string
	// sealed refuses tags.
	sealed bool
}

func serveRegistry(t *testing.T, from string) *registry {
	r := &registry{from: from}
	commit := map[string]string{"key": "modelway.dev/commit", "value": strings.Repeat("0b", 20)}
	version := func() any {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.asked++; r.lives > 0 && r.asked > r.lives {
			return nil
		}
		return map[string]any{"model_version": map[string]any{"name": "churn", "version": "3", "run_id": strings.Repeat("0a", 16),
			"status": "READY", "tags": r.tags}}
	}
	data := map[string]string{"key": "modelway.dev/data-digest", "value": "sha256:" + strings.Repeat("0d", 32)}
	answers := map[string]func() any{
		"model-versions/get": version, "registered-models/alias": version,
		"runs/get": func() any {
			return map[string]any{"run": map[string]any{"info": map[string]any{"run_id": strings.Repeat("0a", 16), "status": "FINISHED"},
				"data": map[string]any{"metrics": []any{map[string]any{"key": "auc", "value": 0.875}}, "tags": []any{commit, data}}}}
		},
		"registered-models/get":           func() any { return map[string]any{"registered_model": map[string]any{"name": "churn"}} },
		"model-versions/get-download-uri": func() any { return map[string]any{"artifact_uri": r.from} },
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		path := strings.TrimPrefix(request.URL.Path, "/api/2.0/mlflow/")
		if path == "model-versions/set-tag" {
			tag := map[string]string{}
			_ = json.NewDecoder(request.Body).Decode(&tag)
			r.mu.Lock()
			if r.sealed {
				r.mu.Unlock()
				w.WriteHeader(http.StatusForbidden)
				_, _ = w.Write([]byte(`{"error_code": "PERMISSION_DENIED", "message": "read only"}`))
				return
			}
			r.tags = append(r.tags, map[string]string{"key": tag["key"], "value": tag["value"]})
			r.mu.Unlock()
			_, _ = w.Write([]byte("{}"))
			return
		}
		answer, known := answers[path]
		var said any
		if name := request.URL.Query().Get("name"); known && (name == "" || name == "churn") {
			said = answer()
		}
		if said == nil {
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "none"}`))
			return
		}
		_ = json.NewEncoder(w).Encode(said)
	}))
	t.Cleanup(server.Close)
	r.url = server.URL
	t.Setenv("MLFLOW_TRACKING_URI", r.url)
	return r
}

// promotable has a folder of models, the files of a version, and a model store.
func promotable(t *testing.T) *registry {
	t.Helper()
	serveStore(t, "models")
	write(t, ".", map[string]string{"files/MLmodel": mlmodelText, "files/model.ubj": "weights", "models/other.yaml": "name: other\nimage: a:1\n"})
	at, err := filepath.Abs("files")
	require.NoError(t, err)
	return serveRegistry(t, at)
}

func model(t *testing.T) modelspec.Model {
	t.Helper()
	text, err := os.ReadFile("models/churn.yaml")
	require.NoError(t, err)
	m, err := modelspec.Parse("models/churn.yaml", text)
	require.NoError(t, err)
	return m
}

// TestPromoteOfADeletedVersion deletes the version between the plan and its execution, and again while the gates are asked: nothing is
// changed by either.
func TestPromoteOfADeletedVersion(t *testing.T) {
	r := promotable(t)
	args := []string{"promote", "churn/3", "--bucket", "models", "--skip", "serving"}
	succeed(t, args...)
	require.Equal(t, 1, r.asked)
	for want, more := range map[string]int{
		"Error: asking for churn/3: not found: none; fix: name another version":                                  0,
		"churn/3 was deleted while its gates were asked, and nothing was changed: asking for churn/3: not found": 1,
	} {
		r.lives = r.asked + more
		code, _, notes := run(append(args, "--apply")...)
		require.Equal(t, exitFailed, code, notes)
		require.Contains(t, notes, want)
		require.NoFileExists(t, "models/churn.yaml")
		_, listed, _ := run("store", "ls", "s3://models/")
		require.NotContains(t, listed, "churn")
		require.Empty(t, r.tags)
	}
}

func TestPromote(t *testing.T) {
	r := promotable(t)
	promotion := []string{"promote", "churn@champion", "--bucket", "models", "--skip", "serving"}
	out, _ := succeed(t, promotion...)
	require.Contains(t, out, "churn/3 of "+r.url)
	require.Contains(t, out, "Nothing was changed: --apply does it")
	require.Regexp(t, `auc +0\.875 +unknown`, out)
	require.Regexp(t, `(?m)^version +passes +the version is complete`, out)
	require.Regexp(t, `(?m)^serving, golden, latency +skipped +left out by --skip`, out)
	require.NoFileExists(t, "models/churn.yaml")
	_, listed, _ := run("store", "ls", "s3://models/")
	require.NotContains(t, listed, "churn")

	out, notes := succeed(t, append(promotion, "--apply")...)
	require.Contains(t, out, "models/churn.yaml is changed: deploy it")
	m := model(t)
	require.NoFileExists(t, "report.md")
	digest, _ := succeed(t, "store", "digest", m.Files.URI)
	require.Equal(t, m.Files.Digest+"\n", digest)
	require.Contains(t, notes, "put 2 files")
	require.Equal(t, modelspec.Source{Registry: r.url, Name: "churn", Version: "3", Run: strings.Repeat("0a", 16),
		Commit: strings.Repeat("0b", 20), Digest: m.Files.Digest}, m.Source)
	require.ElementsMatch(t, []map[string]string{{"key": "modelway.dev/artifact-digest", "value": m.Files.Digest},
		{"key": "modelway.dev/promoted-to/models/churn", "value": m.Files.URI}}, r.tags)
	out, _ = succeed(t, append(promotion, "--apply")...)
	require.Contains(t, out, "nothing: it is served already")

	traced(t, m)
	write(t, "files", map[string]string{"model.ubj": "other weights"})
	code, _, notes := run(append(promotion, "--report", "report.md")...)
	require.Equal(t, exitFailed, code)
	reported(t, "**It is not promoted: a gate refuses.**", "| digest | refuses | the digest of the files is ")
	require.Contains(t, notes, "churn@champion is not promoted:\ngate digest: the digest of the files is ")
	r.tags = nil
	out, _ = succeed(t, "promote", "churn@champion", "--skip", "serving", "--apply", "--weight", "10", "--report", "report.md")
	require.Contains(t, out, "+ canary:")
	require.Regexp(t, `auc +0\.875 +0\.875 +\+0`, out, "beside the run of what is deployed")
	reported(t, "| auc | 0.875 | 0.875 | +0 |\n", "+   weight: 10\n", "| version | passes | the version is complete",
		"### models/churn.yaml: a canary\n\n````diff\n")
	require.Equal(t, 10, model(t).Canary.Weight)
	canary := model(t).Canary
	answer, carried := canary.Number(), lineage.Text(canary.Source)
	out, _ = succeed(t, "trace", answering(t, &answer, &carried).URL+"/v1/models/churn")
	require.Regexp(t, `(?m)^store +`+canary.Files.Digest+` +holds$`, out, "the version that answers")
	for _, step := range []struct {
		flag   string
		weight int
	}{{"--rollback", 0}, {"--finish", 100}, {"--settle", 100}} {
		before := model(t)
		out, _ = succeed(t, "promote", "churn", step.flag)
		require.Contains(t, out, "Nothing was changed")
		require.Equal(t, before, model(t))
		succeed(t, "promote", "churn", step.flag, "--apply")
		require.Equal(t, step.weight, model(t).Canary.Weight)
	}
	require.Equal(t, model(t).Canary.Files.Digest, model(t).Files.Digest)
	succeed(t, "promote", "churn", "--settle", "--apply")
	require.False(t, model(t).Canary.Running())
}

// reported holds that the report has texts.
func reported(t *testing.T, texts ...string) {
	t.Helper()
	report, err := os.ReadFile("report.md")
	require.NoError(t, err)
	for _, text := range texts {
		require.Contains(t, string(report), text)
	}
}

// TestPromoteToTheStoreOfAStack wants the bucket that the stack has as its output.
func TestPromoteToTheStoreOfAStack(t *testing.T) {
	promotable(t)
	programs := t.TempDir()
	write(t, programs, map[string]string{"pulumi": ""})
	answer := func(text string) {
		require.NoError(t, os.WriteFile(filepath.Join(programs, "pulumi"), []byte("#!/bin/sh\necho '"+text+"'\n"), 0o755))
		require.NoError(t, os.Chmod(filepath.Join(programs, "pulumi"), 0o755))
	}
	t.Setenv("PATH", programs+string(os.PathListSeparator)+os.Getenv("PATH"))
	answer(`{"modelStore": "models"}`)
	out, _ := succeed(t, "promote", "churn@champion", "--stack", "prod", "--skip", "serving")
	require.Regexp(t, `(?m)^to +s3://models/churn/3-[0-9a-f]{12}/$`, out)
	answer(`{"modelStore": ""}`)
	code, _, notes := run("promote", "churn@champion", "--stack", "prod")
	require.Equal(t, exitFailed, code)
	require.Contains(t, notes, "stack prod has no model store; fix: set modelway:modelStore.enabled to true")
	code, _, _ = run("promote", "churn@champion", "--stack", "prod", "--bucket", "models")
	require.Equal(t, exitUsage, code)
}

// answering is a server of churn that answers as a version with a lineage.
func answering(t *testing.T, version, carried *string) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		require.Equal(t, "/v1/models/churn", r.URL.Path)
		w.Header().Set("X-Model-Version", *version)
		w.Header().Set("X-Model-Lineage", *carried)
	}))
	t.Cleanup(server.Close)
	return server
}

// traced follows what was promoted back, from its file and from an answer, and finds what differs.
func traced(t *testing.T, m modelspec.Model) {
	t.Helper()
	answer, carried := m.Number(), lineage.Text(m.Source)
	server := answering(t, &answer, &carried)
	t.Setenv("MLFLOW_TRACKING_URI", "")
	out, _ := succeed(t, "trace", "churn")
	require.Regexp(t, `(?m)^answer .* not asked$`, out)
	require.Regexp(t, `(?m)^data +sha256:(0d){32} +holds$`, out)
	require.Regexp(t, `(?m)^commit +(0b){20} +holds$`, out)
	out, _ = succeed(t, "trace", server.URL+"/v1/models/churn:predict")
	require.Regexp(t, `(?m)^answer +`+answer+`, which says churn/3 +holds$`, out)
	carried = strings.Replace(carried, m.Source.Run, strings.Repeat("0e", 16), 1)
	code, _, notes := run("trace", server.URL+"/v1/models/churn:predict")
	require.Equal(t, exitFailed, code)
	require.Contains(t, notes, "the chain of churn is broken:\nanswer: run is "+strings.Repeat("0e", 16)+", and "+m.Source.Run)
	answer, carried = "v1", ""
	code, out, notes = run("trace", server.URL+"/v1/models/churn:predict")
	require.Equal(t, exitFailed, code)
	require.Regexp(t, `(?m)^answer +v1 +is broken$`, out)
	require.Contains(t, notes, "the chain of churn is broken:\nanswer: the answer is of version v1, and the model's file has "+m.Number())
	for want, args := range map[string][]string{
		"is not the URL of a model; allowed: https://<host>/v1/models/<model>": {"trace", server.URL + "/predict"},
		"models/churn.yaml has no canary; fix: leave --canary out":             {"trace", "churn", "--canary"},
		"there is no models/none.yaml":                                         {"trace", "none"},
		"file: the model's file has no source":                                 {"trace", "other"},
		"registry: asking for churn/3: no MLflow server answers":               {"trace", "churn", "--registry", "http://127.0.0.1:1"},
	} {
		code, _, notes = run(args...)
		require.Equal(t, exitFailed, code, want)
		require.Contains(t, notes, want)
	}
	t.Setenv("MLFLOW_TRACKING_URI", m.Source.Registry)
}

func TestPromoteRefuses(t *testing.T) {
	r := promotable(t)
	for want, c := range map[string]struct {
		args []string
		do   func()
	}{
		`"churn" names no version; allowed: NAME@ALIAS`:                          {[]string{"promote", "churn"}, nil},
		`skip: there is no gate "all"; allowed: version, commit, digest, format`: {[]string{"promote", "churn@champion", "--skip", "all"}, nil},
		"the bucket of the model store is not known, since models/churn.yaml has no files; fix: give --bucket": {
			[]string{"promote", "churn@champion"}, nil},
		"gate serving: the environment of the serving image is not on this machine; fix: run `make python`": {
			[]string{"promote", "churn@champion", "--bucket", "models"}, nil},
		"reading the folder of models": {[]string{"promote", "churn@champion", "--models", "none"}, nil},
		"they are at mlflow-artifacts:/1/models; allowed: s3:// and folders of this machine; fix: run MLflow with --no-serve-artifacts": {
			[]string{"promote", "churn@champion", "--bucket", "models"}, func() { r.from = "mlflow-artifacts:/1/models" }},
		"there are no files below s3://models/nothing/": {
			[]string{"promote", "churn@champion", "--bucket", "models"}, func() { r.from = "s3://models/nothing" }},
		`the registry at ` + r.url + ` has no model "none"`: {[]string{"promote", "none@champion", "--bucket", "models"}, nil},
		"no MLflow server answers at http://127.0.0.1:1":    {[]string{"promote", "churn@champion", "--bucket", "m-1", "--registry", "http://127.0.0.1:1"}, nil},
		"there is no models/churn.yaml":                     {[]string{"promote", "churn", "--finish"}, nil},
		"models/other.yaml has no canary":                   {[]string{"promote", "other", "--rollback"}, nil},
	} {
		before := r.from
		if c.do != nil {
			c.do()
		}
		code, _, notes := run(c.args...)
		r.from = before
		require.Equal(t, exitFailed, code, want)
		require.Contains(t, notes, want)
	}
	t.Setenv("MLFLOW_TRACKING_URI", "")
	code, _, notes := run("promote", "churn@champion", "--bucket", "models")
	require.Equal(t, exitFailed, code)
	require.Contains(t, notes, "no MLflow server is named; fix: set MLFLOW_TRACKING_URI, or give --registry")
	code, _, _ = run("promote", "churn", "--finish", "--rollback")
	require.Equal(t, exitUsage, code)
}
