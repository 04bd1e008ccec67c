package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/kfpapi"
)

const fraudPipeline = "../../pipelines/fraud-detection/pipeline.yaml"

// trainable has a folder with the repository's compiled pipeline, and Kubeflow Pipelines.
func trainable(t *testing.T) *pipelinesServer {
	t.Helper()
	compiled, err := os.ReadFile(fraudPipeline)
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	write(t, ".", map[string]string{"pipelines/fraud-detection/pipeline.yaml": string(compiled)})
	s := servePipelines(t)
	t.Setenv("KFP_ENDPOINT", s.url)
	t.Setenv("KFP_TOKEN", "")
	return s
}

// step is a task as a run answers it.
func step(name, state string, more ...any) map[string]any {
	task := map[string]any{"display_name": name, "state": state, "error": nil, "task_id": name, "start_time": "2026-11-29T12:00:00Z"}
	for i := 0; i+1 < len(more); i += 2 {
		task[more[i].(string)] = more[i+1]
	}
	return task
}

func details(tasks ...any) map[string]any { return map[string]any{"task_details": tasks} }

// quickly runs the command with hardly a pause between two looks at a run.
func quickly(ctx context.Context, t trained) (string, error) {
	var out strings.Builder
	if t.every == 0 {
		t.every = time.Millisecond
	}
	if t.timeout == 0 {
		t.timeout = time.Minute
	}
	t.directory, t.root, t.wait = "models", "pipelines", true
	err := t.run(ctx, &out)
	return out.String(), err
}

func TestTrain(t *testing.T) {
	s := trainable(t)
	s.token = "secret"
	t.Setenv("KFP_TOKEN", "secret")
	s.states = []map[string]any{
		{"state": "PENDING", "run_details": nil, "error": nil},
		{"state": "RUNNING", "run_details": details(step("root-driver", "SUCCEEDED"), step("data", "RUNNING"))},
		{"state": "RUNNING", "run_details": details(step("data", "SKIPPED"), step("train-and-evaluate", "RUNNING"))},
		{"state": "SUCCEEDED", "run_details": details(step("data", "SKIPPED"), step("train-and-evaluate", "SUCCEEDED")),
			"plugins_output": map[string]any{"mlflow": map[string]any{"state": "PLUGIN_SUCCEEDED", "entries": map[string]any{
				"root_run_id": map[string]any{"value": strings.Repeat("0a", 16)},
				"run_url":     map[string]any{"value": "https://mlflow.company.com/#/experiments/1/runs/0a", "render_type": "URL"}}}}},
	}
	out, err := quickly(t.Context(), trained{model: "fraud-detection", params: []string{"rows=1000", "learning_rate=0.5"}})
	require.NoError(t, err)
	require.Regexp(t, `^Pipeline fraud-detection, version fraud-detection-[0-9a-f]{12}, which is uploaded
  commit=unknown
  learning_rate=0\.5
  rows=1000
Run run-1: `+s.url+`/#/runs/details/run-1
  data: running
  data: skipped
  train-and-evaluate: running
  train-and-evaluate: succeeded
MLflow run (0a){16} https://mlflow\.company\.com/#/experiments/1/runs/0a
Trained\. What it registered is not served: `+"`modelway promote` does that\n$", out)
	require.Equal(t, map[string]any{"rows": 1000.0, "learning_rate": 0.5, "commit": "unknown"},
		s.runs[0]["runtime_config"].(map[string]any)["parameters"])
	require.NotContains(t, out, "secret")

	// The very same text is the same version, also where others came between.
	compiled, err := os.ReadFile("pipelines/fraud-detection/pipeline.yaml")
	require.NoError(t, err)
	write(t, ".", map[string]string{"pipelines/fraud-detection/pipeline.yaml": string(compiled) + "# other\n"})
	_, err = quickly(t.Context(), trained{model: "fraud-detection"})
	require.NoError(t, err)
	write(t, ".", map[string]string{"pipelines/fraud-detection/pipeline.yaml": string(compiled)})
	out, err = quickly(t.Context(), trained{model: "fraud-detection"})
	require.NoError(t, err)
	require.Contains(t, out, "which is there already")
	require.Len(t, s.versions, 2)
	s.hide = true // another job uploads it between question and upload
	out, err = quickly(t.Context(), trained{model: "fraud-detection"})
	require.NoError(t, err)
	require.Contains(t, out, "which is there already")
	require.Len(t, s.versions, 2)
}

// TestTrainNamesThePipeline wants the pipeline of the model's file, and the commit of the checkout as its input.
func TestTrainNamesThePipeline(t *testing.T) {
	s := trainable(t)
	s.states = []map[string]any{{"state": "SUCCEEDED"}}
	write(t, ".", map[string]string{"models/churn.yaml": "name: churn\nimage: acme/churn:1\ntrain: {pipeline: fraud-detection}\n"})
	git := func(args ...string) string {
		text, err := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@b"}, args...)...).CombinedOutput()
		require.NoError(t, err, string(text))
		return strings.TrimSpace(string(text))
	}
	git("init", "--quiet")
	git("add", ".")
	git("commit", "--quiet", "-m", "All")
	out, err := quickly(t.Context(), trained{model: "churn"})
	require.NoError(t, err)
	commit := git("rev-parse", "HEAD")
	require.Contains(t, out, "Pipeline fraud-detection, ")
	require.Contains(t, out, "  commit="+commit+"\n")
	write(t, ".", map[string]string{"pipelines/fraud-detection/other.py": "x"})
	out, err = quickly(t.Context(), trained{model: "churn"})
	require.NoError(t, err)
	require.Contains(t, out, "  commit="+commit+"-dirty\n")
	code, out, _ := run("train", "churn", "--wait=false", "--param", "commit=mine")
	require.Zero(t, code)
	require.Contains(t, out, "  commit=mine\nRun run-1: ")
}

func TestTrainFails(t *testing.T) {
	s := trainable(t)
	s.states = []map[string]any{{"state": "FAILED", "error": map[string]any{"code": 2, "message": "child 'train-and-evaluate' failed"},
		"run_details": details(step("data", "SUCCEEDED"), step("train-and-evaluate", "FAILED", "pod_name", "fraud-1", "error",
			map[string]any{"code": 2, "message": "main: Error (exit code 1)"}))}}
	_, err := quickly(t.Context(), trained{model: "fraud-detection"})
	require.EqualError(t, err, "the run run-1 ended as FAILED\nchild 'train-and-evaluate' failed\nstep train-and-evaluate failed: main: Error "+
		"(exit code 1) (pod fraud-1)")
	s.states = []map[string]any{{"state": "CANCELED"}}
	_, err = quickly(t.Context(), trained{model: "fraud-detection"})
	require.EqualError(t, err, "the run run-1 ended as CANCELED\nit says no more: look at its page")

	s.states = []map[string]any{{"state": "RUNNING"}}
	_, err = quickly(t.Context(), trained{model: "fraud-detection", timeout: time.Millisecond})
	require.ErrorContains(t, err, "it has not ended within 1ms")
	ctx, cancel := context.WithCancel(t.Context())
	s.states = []map[string]any{{"state": "RUNNING"}, {"state": "RUNNING"}}
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err = quickly(ctx, trained{model: "fraud-detection"})
	require.ErrorContains(t, err, "the run run-1 is not followed any more: context canceled\nIt goes on: "+s.url+"/#/runs/details/run-1")
}

// TestTrainBearsAServerThatIsReplaced wants a run followed through some answers that fail, and not for ever.
func TestTrainBearsAServerThatIsReplaced(t *testing.T) {
	s := trainable(t)
	for _, down := range []int{patience - 1, patience} {
		client, definition := started(t, s)
		s.states, s.down = []map[string]any{{"state": "SUCCEEDED"}}, down
		err := (trained{timeout: time.Minute, every: time.Millisecond}).follow(t.Context(), client, definition, "run-1", &strings.Builder{})
		if down < patience {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, "the answer is HTTP status 503, \"no healthy upstream\"")
		}
		s.down = 0
	}
}

func TestTrainRefuses(t *testing.T) {
	s := trainable(t)
	write(t, ".", map[string]string{"models/odd.yaml": "name: odd\nimage: acme/odd:1\ntrain: {pipeline: none}\n",
		"pipelines/broken/pipeline.yaml": "a: b\n"})
	for want, args := range map[string][]string{
		`"Fraud" is not the name of a model`:                                  {"train", "Fraud"},
		`param "rows=ten": "ten" is not one; allowed: a whole number`:         {"train", "fraud-detection", "--param", "rows=ten"},
		"name the folder in train.pipeline of models/odd.yaml":                {"train", "odd"},
		"pipelines/broken/pipeline.yaml: it is not a compiled pipeline":       {"train", "broken"},
		"timeout: 0s is too short":                                            {"train", "fraud-detection", "--timeout", "0s"},
		`"pipelines" is not the address of Kubeflow Pipelines`:                {"train", "fraud-detection", "--pipelines", "pipelines"},
		"no Kubeflow Pipelines answer at http://127.0.0.1:1: correct":         {"train", "fraud-detection", "--pipelines", "http://127.0.0.1:1"},
		"no Kubeflow Pipelines answer at " + s.url + "/x: the answer is HTTP": {"train", "fraud-detection", "--pipelines", s.url + "/x"},
	} {
		code, _, notes := run(args...)
		require.Equal(t, exitFailed, code, want)
		require.Contains(t, notes, want)
	}
	s.token = "secret"
	code, _, notes := run("train", "fraud-detection", "--token", "wrong")
	require.Equal(t, exitFailed, code)
	require.Contains(t, notes, "refuses (401) : give --token, or set KFP_TOKEN")
	require.NotContains(t, notes, "wrong")
	t.Setenv("KFP_ENDPOINT", "")
	_, _, notes = run("train", "fraud-detection")
	require.Contains(t, notes, "no Kubeflow Pipelines are named; fix: give --pipelines, or set KFP_ENDPOINT; --job trains without them")
	code, _, _ = run("train", "fraud-detection", "--job", "--param", "a=b")
	require.Equal(t, exitUsage, code)
}

// jobCluster has a pulumi with a kubeconfig, and a kubectl with a CronJob whose jobs get one status after the other.
func jobCluster(t *testing.T, statuses ...string) (calls string) {
	t.Helper()
	folder := t.TempDir()
	calls = filepath.Join(folder, "calls")
	for i, status := range statuses {
		require.NoError(t, os.WriteFile(filepath.Join(folder, "status-"+string(rune('0'+i))), []byte(status), 0o600))
	}
	for name, body := range map[string]string{
		"pulumi": `echo '{"kubeconfig": {"kind": "Config"}}'`,
		"kubectl": `echo "$*" | sed 's/--kubeconfig [^ ]*/KUBECONFIG/' >> ` + calls + `
			case "$*" in
			*cronjob/none-train*) echo 'Error from server (NotFound): cronjobs.batch "none-train" not found' >&2; exit 1 ;;
			*logs*) echo '{"model": "churn", "version": "4"}' ;;
			*"get job"*) at=$(cat ` + folder + `/at 2> /dev/null || echo 0); cat ` + folder + `/status-$at
				[ ! -e ` + folder + `/status-$((at + 1)) ] || echo $((at + 1)) > ` + folder + `/at ;;
			esac`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+body+"\n"), 0o755))
	}
	t.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	return calls
}

func TestTrainByAJob(t *testing.T) {
	job := trained{model: "churn", job: true, namespace: "models", stack: "dev"}
	calls := jobCluster(t, `{"status": {"active": 1}}`, `{"status": {"conditions": [{"type": "SuccessCriteriaMet", "status": "True"},
		{"type": "Complete", "status": "True"}]}}`)
	out, err := quickly(t.Context(), job)
	require.NoError(t, err)
	require.Regexp(t, `^Job churn-train-\d+: kubectl -n models logs -f job/churn-train-\d+
  1 pods at work, 0 failed
\{"model": "churn", "version": "4"\}
Trained\.`, out)
	text, err := os.ReadFile(calls)
	require.NoError(t, err)
	require.Regexp(t, `^KUBECONFIG --namespace models --request-timeout=30s create job churn-train-\d+ --from=cronjob/churn-train\n`, string(text))

	jobCluster(t, `{"status": {"failed": 3, "conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": `+
		`"Job has reached the specified backoff limit"}]}}`)
	out, err = quickly(t.Context(), job)
	require.ErrorContains(t, err, "failed: BackoffLimitExceeded: Job has reached the specified backoff limit")
	require.Contains(t, out, `"version": "4"`, "with the end of its log")
	job.model = "none"
	_, err = quickly(t.Context(), job)
	require.ErrorContains(t, err, `cronjobs.batch "none-train" not found`)
	require.ErrorContains(t, err, "The CronJob none-train comes of train.image in the model's file, once it is deployed")
}

// started is a client of the server, and a pipeline of which a run is at work.
func started(t *testing.T, s *pipelinesServer) (*kfpapi.Client, kfpapi.Definition) {
	t.Helper()
	client, err := kfpapi.New(s.url)
	require.NoError(t, err)
	definition, _, err := trained{model: "fraud-detection", directory: "models", root: "pipelines"}.definition()
	require.NoError(t, err)
	version, _, err := client.Keep(t.Context(), definition)
	require.NoError(t, err)
	_, err = client.Start(t.Context(), "one", version, nil)
	require.NoError(t, err)
	return client, definition
}
